//! People at work, who write down what they were told.
use super::{
    history::{Outcome, Write, now},
    world::Office,
};
use crate::{Answer, Browser, Person};
use chrono::Duration as Span;
use http::{Method, header};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Longer than a healthy node ever takes.
const ANSWER: Duration = Duration::from_secs(6);
/// How long somebody tries to learn what became of a write.
const PERSISTENCE: Duration = Duration::from_secs(60);

pub struct Writer {
    pub office: Arc<Office>,
    person: Person,
    lines: Vec<Browser>,
    /// Whether mutations take a `clientMutationId`: then an unanswered one is sent again until it is answered.
    retries: bool,
    name: String,
    count: usize,
    random: StdRng,
    writes: Arc<Mutex<Vec<Write>>>,
}

impl Writer {
    pub fn new(
        office: Arc<Office>,
        person: &Person,
        doors: &[SocketAddr],
        (name, seed): (String, u64),
        retries: bool,
        writes: Arc<Mutex<Vec<Write>>>,
    ) -> Self {
        let lines = doors.iter().map(|&door| person.at(door).browser).collect();
        let random = StdRng::seed_from_u64(seed);
        Self { office, person: person.clone(), lines, retries, name, count: 0, random, writes }
    }

    /// Does one thing after another until `stop`.
    pub async fn works(mut self, stop: Arc<AtomicBool>, pause: Duration) {
        while !stop.load(Ordering::Relaxed) {
            self.acts().await;
            let pause = pause.mul_f64(self.random.random_range(0.2..1.8));
            tokio::time::sleep(pause).await;
        }
    }

    /// Takes the wanderer off their team and puts them back, and ends with them on it.
    pub async fn moves_the_wanderer(mut self, stop: Arc<AtomicBool>) {
        let office = self.office.clone();
        let input = json!({ "careTeamId": office.teams[0].id, "staffId": office.wanderer.id.to_string() });
        while !stop.load(Ordering::Relaxed) {
            self.does("removeCareTeamMember", input.clone()).await;
            let away = self.random.random_range(500..3_000);
            tokio::time::sleep(Duration::from_millis(away)).await;
            let since = Instant::now();
            while !self.is_done("addCareTeamMember", &input).await && since.elapsed() < PERSISTENCE {
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
            let there = self.random.random_range(2_000..6_000);
            tokio::time::sleep(Duration::from_millis(there)).await;
        }
    }

    async fn is_done(&mut self, mutation: &'static str, input: &Value) -> bool {
        matches!(self.does(mutation, input.clone()).await, Outcome::Done { .. })
    }

    async fn acts(&mut self) {
        let office = self.office.clone();
        let task = office.any_task(&mut self.random);
        let team = office.any_team(&mut self.random).id.clone();
        let patient = office.patients.choose(&mut self.random).cloned().unwrap_or_default();
        let on_task = |more: Value| {
            let mut input = json!({ "taskId": task });
            if let (Some(input), Value::Object(more)) = (input.as_object_mut(), more) {
                input.extend(more);
            }
            input
        };
        let choice = if task.is_none() { 0 } else { self.random.random_range(0..100) };
        match choice {
            0..15 => {
                let about = self.random.random_bool(0.5).then_some(patient);
                let soon = self.random.random_bool(0.3).then(|| self.random.random_range(2..8));
                let due = soon.map(|seconds| (now() + Span::seconds(seconds)).to_rfc3339());
                let input = json!({ "careTeamId": team, "kind": "OUTREACH_CALL", "title": self.next_mark(),
                    "patientId": about, "dueAt": due });
                if let Outcome::Done { id, .. } = self.does("createTask", input).await {
                    office.knows(&entity::ids::TaskId(id).to_string());
                }
            }
            15..45 => drop(self.does("claimTask", on_task(json!({}))).await),
            45..57 => drop(self.does("releaseTask", on_task(json!({}))).await),
            57..65 => drop(self.does("startTask", on_task(json!({}))).await),
            65..69 => drop(self.does("completeTask", on_task(json!({}))).await),
            69..79 => drop(self.does("moveTask", on_task(json!({ "careTeamId": team }))).await),
            79..87 => {
                let text = self.next_mark();
                self.does("addTaskComment", on_task(json!({ "text": text }))).await;
            }
            87..91 => {
                let input = json!({ "patientId": patient, "careTeamId": team });
                self.does("movePatient", input).await;
            }
            _ => {
                let status = ["STABLE", "WATCH", "IN_ED", "INPATIENT"].choose(&mut self.random);
                self.does("setPatientStatus", json!({ "patientId": patient, "status": status })).await;
            }
        }
    }

    /// A task in the team, whatever it takes: for the end of a run.
    pub async fn creates_at_last(&mut self, team: &str) {
        let input = json!({ "careTeamId": team, "kind": "OUTREACH_CALL", "title": self.next_mark() });
        self.does("createTask", input).await;
    }

    /// What the next write is called: [`Writer::does`] uses it up.
    fn next_mark(&self) -> String {
        format!("{} does {}", self.name, self.count)
    }

    async fn does(&mut self, mutation: &'static str, mut input: Value) -> Outcome {
        let mark = self.next_mark();
        self.count += 1;
        if self.retries
            && let Some(input) = input.as_object_mut()
        {
            input.insert("clientMutationId".to_owned(), json!(mark));
        }
        let body = json!({ "query": document(mutation), "variables": { "input": input } }).to_string();
        let since = Instant::now();
        let mut tries = 0;
        let outcome = loop {
            tries += 1;
            let outcome = self.tries(mutation, &input, &body).await;
            let again = self.retries && since.elapsed() < PERSISTENCE;
            if !(again && matches!(outcome, Outcome::Unknown(_))) {
                break outcome;
            }
            let pause = self.random.random_range(50..400);
            tokio::time::sleep(Duration::from_millis(pause)).await;
        };
        let (person, organization) = (self.person.id.0, self.office.organization.0);
        let target = ["taskId", "patientId", "staffId"].iter().find_map(|name| id_of(&input[name]));
        let target = target.filter(|_| mutation != "createTask");
        let write = Write { person, organization, mutation, mark, target, tries, outcome: outcome.clone() };
        self.writes.lock().expect("the writes").push(write);
        outcome
    }

    async fn tries(&mut self, mutation: &str, input: &Value, body: &str) -> Outcome {
        let line = self.lines.choose(&mut self.random).expect("a door");
        let request = line.request(Method::POST, "/graphql").header(header::CONTENT_TYPE, "application/json");
        match tokio::time::timeout(ANSWER, line.try_send(request, body)).await {
            Err(_) => Outcome::Unknown("no answer in time".to_owned()),
            Ok(Err(why)) => Outcome::Unknown(why),
            Ok(Ok(answer)) => outcome_of(mutation, input, &answer),
        }
    }
}

fn document(mutation: &str) -> String {
    let (first, rest) = mutation.split_at(1);
    let shown = match mutation {
        "claimTask" => "outcome task { id version }",
        "setPatientStatus" | "movePatient" => "patient { id version }",
        "addCareTeamMember" | "removeCareTeamMember" => "careTeam { id }",
        _ => "task { id version }",
    };
    let kind = format!("{}{rest}Input", first.to_uppercase());
    format!("mutation Write($input: {kind}!) {{ {mutation}(input: $input) {{ {shown} }} }}")
}

fn outcome_of(mutation: &str, input: &Value, answer: &Answer) -> Outcome {
    if let Some(code) = answer.body.pointer("/errors/0/extensions/code").and_then(Value::as_str) {
        return match code {
            "UNAVAILABLE" | "INTERNAL" | "RATE_LIMITED" => Outcome::Unknown(code.to_owned()),
            _ => Outcome::Refused(code.to_owned()),
        };
    }
    let payload = &answer.body["data"][mutation];
    let thing = ["task", "patient"].iter().map(|name| &payload[name]).find(|thing| thing.is_object());
    let known = match thing {
        Some(thing) => id_of(&thing["id"]).zip(thing["version"].as_i64()),
        // A team shows no version: the membership's person is what the log names.
        None if payload["careTeam"].is_object() => id_of(&input["staffId"]).map(|id| (id, 0)),
        None => None,
    };
    match known {
        Some((id, version)) => Outcome::Done { id, version, claim: payload["outcome"].as_str().map(str::to_owned) },
        None => Outcome::Unknown(format!("{} {}", answer.status, answer.text.chars().take(200).collect::<String>())),
    }
}

/// `task_0190…` as the database has it.
pub fn id_of(text: &Value) -> Option<uuid::Uuid> {
    text.as_str()?.rsplit_once('_')?.1.parse().ok()
}
