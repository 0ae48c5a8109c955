//! A day, played again, is the day that a subscriber lived through.
use api::events::Cursor;
use entity::staff::StaffRole;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::{Frame, Kit, Person, Socket, both};

const ACTS: usize = 160;

const LIVE: &str = "subscription Live($team: ID!) { teamFeed(careTeamId: $team) { __typename cursor at
  ... on TaskChanged { actor { id } task { id version kind kindName title status statusReason statusSince priority dueAt
    dueState isOverdue createdAt completedAt completedBy { id } claim { at leaseUntil by { id } }
    patient { ...Patient } } }
  ... on PatientChanged { actor { id } patient { ...Patient } }
  ... on CareTeamChanged { actor { id } }
  ... on NodeRemoved { actor { id } nodeId } } }
  fragment Patient on Patient { id version displayName status statusSince statusSource riskTier preferredLanguage
    interpreterNeeded careTeam { id } coordinator { id } }";

const PAST: &str =
    "task { id version kind kindName title status statusReason statusSince priority dueAt dueState isOverdue
    createdAt completedAt completedBy { id } holder { id } claimedAt leaseUntil patient { ...Patient } }";
const PATIENT: &str =
    "fragment Patient on PatientMoment { id version displayName status statusSince statusSource riskTier
    preferredLanguage interpreterNeeded careTeamId coordinator { id } }";

/// Somebody's screen from the morning on: the board that it began with, and every item since.
struct Recorder {
    socket: Socket,
    team: String,
    began: Board,
    /// How far it has been told.
    seq: i64,
    items: Vec<Value>,
}

/// What a board shows, by id.
#[derive(Clone, Debug, Default, PartialEq)]
struct Board {
    tasks: BTreeMap<String, Value>,
    patients: BTreeMap<String, Value>,
}

impl Board {
    fn apply(&mut self, item: &Value) {
        let put = |into: &mut BTreeMap<String, Value>, thing: &Value| {
            into.insert(thing["id"].as_str().unwrap().to_owned(), thing.clone());
        };
        match item["kind"].as_str().unwrap() {
            "TASK_CHANGED" => {
                put(&mut self.tasks, &item["task"]);
                // Work brings along whom it is about, who may have changed while there was none of it here.
                let about = &item["task"]["patient"];
                let version = |patient: &Value| patient["version"].as_i64();
                let known = about["id"].as_str().and_then(|id| self.patients.get(id));
                if known.is_some_and(|known| version(known) < version(about)) {
                    put(&mut self.patients, about);
                }
            }
            "PATIENT_CHANGED" => put(&mut self.patients, &item["patient"]),
            "NODE_REMOVED" => {
                self.tasks.remove(item["nodeId"].as_str().unwrap());
                self.patients.remove(item["nodeId"].as_str().unwrap());
            }
            _ => {}
        }
    }

    /// As a board shows it: open work and what was done today, without what only the work knows of patients.
    fn shown(mut self, day_started_at: &str) -> Self {
        self.tasks.retain(|_, task| match task["status"].as_str().unwrap() {
            "COMPLETED" => task["completedAt"].as_str().unwrap() >= day_started_at,
            "CANCELLED" | "FAILED" | "ENTERED_IN_ERROR" => false,
            _ => true,
        });
        // A task's patient may have changed since the task did.
        for task in self.tasks.values_mut() {
            let about = task["patient"]["id"].clone();
            task["patient"] = about;
        }
        self
    }
}

impl Recorder {
    async fn follow(kit: &Kit, person: &Person, team: &str) -> Self {
        let mut socket = Socket::signed_in(kit.address, person.token()).await;
        socket.subscribe("day", LIVE, json!({ "team": team })).await;
        let opened = socket.next().await.json();
        assert_eq!(opened["payload"]["data"]["teamFeed"]["__typename"], "FeedOpened", "{opened}");
        let at = kit.app.clock.now().to_rfc3339();
        let (began, _) = board(person, team, &at).await;
        let seq = seq(&opened["payload"]["data"]["teamFeed"]);
        Self { socket, team: team.to_owned(), began, seq, items: Vec::new() }
    }

    /// Reads until everything that has happened is recorded, so that nothing is shown later than it was.
    async fn catch_up(&mut self, kit: &Kit) {
        let of_ours = |teams: &Value| teams.as_array().unwrap().iter().any(|id| self.team.ends_with(&simple(id)));
        let events = kit.events().await;
        let ours = events.iter().rfind(|one| of_ours(&one.teams_before) || of_ours(&one.teams_after));
        let Some(last) = ours.map(|event| event.seq) else { return };
        while self.seq < last {
            let Frame::Json(message) = self.socket.next().await else { panic!("the feed ended") };
            let item = &message["payload"]["data"]["teamFeed"];
            assert!(message["payload"].get("errors").is_none(), "{message}");
            if item["__typename"] != "FeedHeartbeat" {
                self.seq = seq(item);
                self.items.push(as_past(item));
            }
        }
    }
}

fn simple(id: &Value) -> String {
    id.as_str().unwrap().replace('-', "")
}

fn seq(item: &Value) -> i64 {
    Cursor::parse(item["cursor"].as_str().unwrap()).unwrap().seq
}

/// A live item in the words of the past.
fn as_past(live: &Value) -> Value {
    let kind = match live["__typename"].as_str().unwrap() {
        "TaskChanged" => "TASK_CHANGED",
        "PatientChanged" => "PATIENT_CHANGED",
        "CareTeamChanged" => "CARE_TEAM_CHANGED",
        "NodeRemoved" => "NODE_REMOVED",
        other => panic!("an unknown item {other}"),
    };
    let patient = |live: &Value| match live {
        Value::Object(fields) => {
            let mut past = fields.clone();
            let team = past.remove("careTeam").unwrap();
            past.insert("careTeamId".to_owned(), team["id"].clone());
            Value::Object(past)
        }
        _ => Value::Null,
    };
    let task = live["task"].as_object().map_or(Value::Null, |fields| {
        let mut past = fields.clone();
        let claim = past.remove("claim").unwrap();
        past.insert("holder".to_owned(), claim["by"].clone());
        past.insert("claimedAt".to_owned(), claim["at"].clone());
        past.insert("leaseUntil".to_owned(), claim["leaseUntil"].clone());
        past.insert("patient".to_owned(), patient(&fields["patient"]));
        Value::Object(past)
    });
    json!({
        "cursor": live["cursor"], "at": live["at"], "kind": kind, "actor": live["actor"], "task": task,
        "patient": patient(&live["patient"]), "nodeId": live["nodeId"],
    })
}

/// The board of a moment, with where the feed stood.
async fn board(person: &Person, team: &str, at: &str) -> (Board, Value) {
    let document = format!(
        "query Board($team: ID!, $at: DateTime!) {{ replay(careTeamId: $team, at: $at) {{ at cursor keptSince dayStartedAt
           tasks {{ {fields} }} patients {{ ...Patient }} }} }} {PATIENT}",
        fields = PAST.trim_start_matches("task {").trim_end_matches('}')
    );
    let answer = person.ask(&document, json!({ "team": team, "at": at })).await;
    let by_id = |place: &str| {
        let all = answer.at(place).as_array().unwrap();
        all.iter().map(|one| (one["id"].as_str().unwrap().to_owned(), one.clone())).collect()
    };
    let board = Board { tasks: by_id("/replay/tasks"), patients: by_id("/replay/patients") };
    (board, answer.at("/replay").clone())
}

/// Everything that the feed said after a cursor, in pages of so many.
async fn items(person: &Person, team: &str, after: &str, first: usize) -> Vec<Value> {
    let document = format!(
        "query Items($team: ID!, $after: String!, $first: Int) {{
           replayItems(careTeamId: $team, after: $after, first: $first) {{ cursor hasMore
             items {{ cursor at kind actor {{ id }} {PAST} patient {{ ...Patient }} nodeId }} }} }} {PATIENT}"
    );
    let (mut all, mut after) = (Vec::new(), after.to_owned());
    loop {
        let answer = person.ask(&document, json!({ "team": team, "after": after, "first": first })).await;
        all.extend(answer.at("/replayItems/items").as_array().unwrap().iter().cloned());
        after = answer.text_at("/replayItems/cursor");
        if answer.at("/replayItems/hasMore") == false {
            return all;
        }
    }
}

struct Day {
    people: Vec<Person>,
    teams: [String; 2],
    patients: Vec<String>,
    tasks: Vec<String>,
}

/// One of the things that happen all day. Refusals are part of it.
async fn act(kit: &Kit, day: &mut Day, random: &mut StdRng) {
    let person = day.people.choose(random).unwrap();
    let team = day.teams.choose(random).unwrap();
    let patient = day.patients.choose(random).unwrap();
    let staff = day.people.choose(random).unwrap().id.to_string();
    let task = day.tasks.choose(random).cloned();
    let on = |more: Value| {
        let mut input = json!({ "taskId": task });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let (mutation, input) = match random.random_range(0..100) {
        0..14 => {
            let due = kit.app.clock.now() + chrono::Duration::minutes(random.random_range(10..400));
            let about = random.random_bool(0.7).then_some(patient);
            let due = random.random_bool(0.7).then(|| due.to_rfc3339());
            let title = format!("Task {}", day.tasks.len());
            (
                "createTask",
                json!({ "careTeamId": team, "kind": "OUTREACH_CALL", "title": title, "patientId": about,
                                   "dueAt": due, "priority": "URGENT" }),
            )
        }
        14..30 => ("claimTask", on(json!({}))),
        30..36 => ("assignTask", on(json!({ "staffId": staff }))),
        36..44 => ("startTask", on(json!({}))),
        44..48 => ("holdTask", on(json!({ "reason": "waits for a call" }))),
        48..52 => ("releaseTask", on(json!({}))),
        52..58 => ("completeTask", on(json!({ "note": "done" }))),
        58..60 => ("cancelTask", on(json!({ "reason": "seen today" }))),
        60..62 => ("enterTaskInError", on(json!({ "reason": "twice" }))),
        62..66 => ("updateTask", on(json!({ "title": format!("New {}", random.random::<u32>()), "priority": "STAT" }))),
        66..70 => ("addTaskComment", on(json!({ "text": "no answer" }))),
        70..74 => ("moveTask", on(json!({ "careTeamId": team }))),
        74..78 => ("movePatient", json!({ "patientId": patient, "careTeamId": team })),
        78..82 => ("assignCoordinator", json!({ "patientId": patient, "staffId": staff })),
        82..88 => {
            let status = ["STABLE", "WATCH", "IN_ED", "INPATIENT"].choose(random).unwrap();
            ("setPatientStatus", json!({ "patientId": patient, "status": status }))
        }
        88..91 => ("setMemberCapacity", json!({ "careTeamId": team, "staffId": staff, "capacity": 7 })),
        _ => return kit.pass(chrono::Duration::minutes(random.random_range(1..90))).await,
    };
    let person = if mutation == "setMemberCapacity" { &day.people[3] } else { person };
    let answer = person.act(mutation, input).await;
    if answer.body.get("errors").is_some() {
        let code = answer.code();
        assert!(["CONFLICT", "FORBIDDEN", "NOT_FOUND", "BAD_USER_INPUT"].contains(&code), "{mutation}: {answer}");
    } else if let Some(new) = answer.body.pointer("/data/createTask/task/id").and_then(Value::as_str) {
        day.tasks.push(new.to_owned());
    }
}

/// Chance made enough of everything.
fn is_busy(cedar: &Recorder, maple: &Recorder) -> bool {
    let of_both = |kind: &str| cedar.items.iter().chain(&maple.items).filter(|item| item["kind"] == kind).count();
    let enough = [("TASK_CHANGED", 30), ("PATIENT_CHANGED", 5), ("NODE_REMOVED", 1), ("CARE_TEAM_CHANGED", 1)];
    enough.iter().all(|(kind, least)| of_both(kind) >= *least) && [cedar, maple].iter().all(|one| one.items.len() > 30)
}

both!(replay_of_a_day_equals_what_a_subscriber_recorded_live_item_by_item, async |kit: &Kit| {
    let seed: u64 = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("SEED={seed} repeats the choices of this test");
    let mut random = StdRng::seed_from_u64(seed);
    let teams = [kit.team("Cedar").await, kit.team("Maple").await];
    let mut patients = Vec::new();
    for n in 0..8 {
        patients.push(kit.patient(&format!("Pat Number{n}"), ["Cedar", "Maple"][n % 2]).await);
    }
    let both = ["Cedar", "Maple"];
    let people = vec![
        kit.person("Cora", StaffRole::CareCoordinator, &both).await,
        kit.person("Cleo", StaffRole::CareCoordinator, &both).await,
        kit.nurse("Nora", "Cedar").await,
        kit.manager("Mona").await,
    ];
    let (ana, mei) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Mei", "Maple").await);
    let mut day = Day { people, teams: teams.clone(), patients, tasks: Vec::new() };
    for _ in 0..20 {
        act(kit, &mut day, &mut random).await;
    }
    let mut cedar = Recorder::follow(kit, &ana, &teams[0]).await;
    let mut maple = Recorder::follow(kit, &mei, &teams[1]).await;
    let began = kit.app.clock.now().to_rfc3339();
    // What happens at the same moment as the first board would be part of it.
    kit.pass(chrono::Duration::seconds(1)).await;

    let mut moments = Vec::new();
    while moments.len() < ACTS || !is_busy(&cedar, &maple) {
        assert!(moments.len() < 20 * ACTS, "a day of {} acts has not all kinds of news", moments.len());
        act(kit, &mut day, &mut random).await;
        cedar.catch_up(kit).await;
        maple.catch_up(kit).await;
        moments.push(kit.app.clock.now());
    }
    kit.pass(chrono::Duration::minutes(1)).await;
    cedar.catch_up(kit).await;
    maple.catch_up(kit).await;

    for (person, recorded) in [(&ana, &cedar), (&mei, &maple)] {
        let (_, start) = board(person, &recorded.team, &began).await;
        let after = start["cursor"].as_str().unwrap();
        let expected: Vec<&Value> = recorded.items.iter().filter(|item| seq(item) > seq(&start)).collect();
        assert!(expected.len() > 20, "{} items", expected.len());

        for first in [200, 7] {
            let told = items(person, &recorded.team, after, first).await;
            for (told, expected) in told.iter().zip(&expected) {
                assert_eq!(&told, expected, "told again, and recorded live");
            }
            assert_eq!(told.len(), expected.len(), "in pages of {first}");
        }
        for _ in 0..12 {
            let at = *moments.choose(&mut random).unwrap();
            let (then, moment) = board(person, &recorded.team, &at.to_rfc3339()).await;
            let mut folded = recorded.began.clone();
            recorded.items.iter().filter(|item| seq(item) <= seq(&moment)).for_each(|item| folded.apply(item));
            let day_started_at = moment["dayStartedAt"].as_str().unwrap();
            let (folded, then) = (folded.shown(day_started_at), then.shown(day_started_at));
            assert_eq!(then.tasks, folded.tasks, "the work at {at}");
            for (id, patient) in &then.patients {
                if let Some(recorded) = folded.patients.get(id) {
                    assert_eq!(patient, recorded, "a patient at {at}");
                }
            }
            // A patient of the team is on its board; one who only has closed work there is still told of.
            let on_team = |patient: &Value| patient["careTeamId"] == recorded.team.as_str();
            for (id, patient) in folded.patients.iter().filter(|(_, patient)| on_team(patient)) {
                assert_eq!(then.patients.get(id), Some(patient), "a patient at {at}");
            }
        }
    }
});
