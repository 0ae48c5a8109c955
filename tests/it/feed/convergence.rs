//! The promise that everything else serves: however often a screen is cut off, it ends with what a fresh read gives.
use api::events::Cursor;
use entity::staff::StaffRole;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::Mutex,
    time::{Duration, Instant},
};
use tests::{Feed, Kit, Person, both, store};
use tokio::sync::watch;

const CHANGES: i64 = 2_000;
const CUTS: usize = 100;
const WRITERS: usize = 4;

/// The same fields as the feed's, of everything on a team's board.
const READ: &str = "query Read($team: ID!, $tasks: String, $patients: String) { careTeam(id: $team) { feedCursor
    tasks(first: 200, after: $tasks, orderBy: CREATED_AT) { pageInfo { hasNextPage endCursor }
      nodes { id version status title priority dueAt isOverdue dueState claim { by { id displayName } at leaseUntil }
        careTeam { id } patient { id displayName } } }
    patients(first: 200, after: $patients) { nodes { id version status displayName careTeam { id }
      coordinator { id } } } } }";

/// A board: what a screen would show, by id.
#[derive(Clone, Debug, Default, PartialEq)]
struct Board {
    tasks: BTreeMap<String, Value>,
    patients: BTreeMap<String, Value>,
}

impl Board {
    /// All of it, with where the feed stood at the first page.
    async fn read(person: &Person, team: &str) -> (Self, String) {
        let (mut board, mut cursor, mut after) = (Self::default(), String::new(), Value::Null);
        loop {
            let answer = person.ask(READ, json!({ "team": team, "tasks": after })).await;
            if cursor.is_empty() {
                cursor = answer.text_at("/careTeam/feedCursor");
            }
            for task in answer.at("/careTeam/tasks/nodes").as_array().unwrap() {
                board.tasks.insert(id(task), task.clone());
            }
            for patient in answer.at("/careTeam/patients/nodes").as_array().unwrap() {
                board.patients.insert(id(patient), patient.clone());
            }
            let page = answer.at("/careTeam/tasks/pageInfo");
            after = page["endCursor"].clone();
            if page["hasNextPage"] == false {
                return (board, cursor);
            }
        }
    }

    /// What a screen does with an item.
    fn apply(&mut self, item: &Value, team: &str) {
        match item["__typename"].as_str().unwrap() {
            "TaskChanged" => {
                self.tasks.insert(id(&item["task"]), item["task"].clone());
            }
            // A patient is on the board of their own team; teams that work for them hear of them as well.
            "PatientChanged" if item["patient"]["careTeam"]["id"] == team => {
                self.patients.insert(id(&item["patient"]), item["patient"].clone());
            }
            "PatientChanged" => {
                self.patients.remove(&id(&item["patient"]));
            }
            "NodeRemoved" => {
                let gone = item["nodeId"].as_str().unwrap();
                self.tasks.remove(gone);
                self.patients.remove(gone);
            }
            "CareTeamChanged" | "FeedHeartbeat" => {}
            other => panic!("an unknown item {other}"),
        }
    }
}

fn id(node: &Value) -> String {
    node["id"].as_str().expect("an id").to_owned()
}

fn seq(cursor: &str) -> i64 {
    Cursor::parse(cursor).expect("a cursor").seq
}

/// A screen that is cut off a hundred times, and comes back with its last cursor each time.
struct Screen {
    person: Person,
    team: String,
    board: Board,
    cursor: String,
}

impl Screen {
    async fn open(person: Person, team: &str) -> Self {
        let (board, cursor) = Board::read(&person, team).await;
        Self { person, team: team.to_owned(), board, cursor }
    }

    async fn follow(&self) -> Feed {
        let feed = self.person.follows(&self.team, Some(&self.cursor)).await;
        assert_ne!(feed.resumption, "RESET", "everything is still kept");
        feed
    }

    fn take(&mut self, item: &Value) {
        let cursor = item["cursor"].as_str().unwrap();
        let beat = item["__typename"] == "FeedHeartbeat";
        let (before, now) = (seq(&self.cursor), seq(cursor));
        assert!(now > before || (beat && now == before), "{now} after {before}: each change comes once: {item}");
        self.board.apply(item, &self.team);
        self.cursor = cursor.to_owned();
    }

    async fn is_cut_again_and_again(&mut self, cuts: &watch::Sender<usize>, mut random: StdRng) {
        for _ in 0..CUTS {
            let mut feed = self.follow().await;
            let (items, patience) = (random.random_range(0..25), Duration::from_millis(random.random_range(0..60)));
            let until = Instant::now() + patience;
            for _ in 0..items {
                match feed.next_within(until.saturating_duration_since(Instant::now())).await {
                    Some(item) => self.take(&item),
                    None => break,
                }
            }
            feed.cut();
            cuts.send_modify(|cuts| *cuts += 1);
        }
    }

    /// Reads on until everything up to `to` has been told.
    async fn catches_up(&mut self, to: i64) {
        let mut feed = self.follow().await;
        while seq(&self.cursor) < to {
            let item = feed.next().await;
            self.take(&item);
        }
        feed.close().await;
    }
}

/// What the writers work on.
struct World {
    teams: [String; 2],
    patients: Vec<String>,
    tasks: Mutex<Vec<String>>,
}

/// One of the things that people do all day. Refusals are part of the day and change nothing.
async fn act(person: &Person, world: &World, random: &mut StdRng) {
    let team = world.teams.choose(random).unwrap();
    let patient = world.patients.choose(random).unwrap();
    let task = world.tasks.lock().unwrap().choose(random).cloned();
    let on = |more: Value| {
        let mut input = json!({ "taskId": task });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let (mutation, input) = match random.random_range(0..100) {
        0..10 => {
            let title = format!("Task {}", random.random::<u32>());
            let about = random.random_bool(0.5).then_some(patient);
            let input = json!({ "careTeamId": team, "kind": "OUTREACH_CALL", "title": title, "patientId": about });
            ("createTask", input)
        }
        10..30 => ("claimTask", on(json!({}))),
        30..42 => ("releaseTask", on(json!({}))),
        42..52 => ("startTask", on(json!({}))),
        52..56 => ("completeTask", on(json!({}))),
        56..58 => ("cancelTask", on(json!({ "reason": "seen today" }))),
        58..62 => ("holdTask", on(json!({ "reason": "waiting" }))),
        62..70 => ("updateTask", on(json!({ "title": format!("New {}", random.random::<u32>()) }))),
        70..85 => ("moveTask", on(json!({ "careTeamId": team }))),
        85..93 => ("movePatient", json!({ "patientId": patient, "careTeamId": team })),
        _ => {
            let status = ["STABLE", "WATCH", "IN_ED", "INPATIENT"].choose(random).unwrap();
            ("setPatientStatus", json!({ "patientId": patient, "status": status }))
        }
    };
    let answer = person.act(mutation, input).await;
    if answer.body.get("errors").is_some() {
        let code = answer.code();
        assert!(["CONFLICT", "FORBIDDEN", "NOT_FOUND"].contains(&code), "{mutation}: {answer}");
    } else if let Some(new) = answer.body.pointer("/data/createTask/task/id").and_then(Value::as_str) {
        world.tasks.lock().unwrap().push(new.to_owned());
    }
}

both!(a_screen_that_is_cut_100_times_during_2000_changes_ends_with_what_a_fresh_read_gives, async |kit: &Kit| {
    let seed: u64 = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("SEED={seed} repeats the choices of this test");
    let mut random = StdRng::seed_from_u64(seed);
    let teams = [kit.team("Cedar").await, kit.team("Maple").await];
    let mut patients = Vec::new();
    for n in 0..20 {
        patients.push(kit.patient(&format!("Pat Number{n}"), ["Cedar", "Maple"][n % 2]).await);
    }
    let mut writers = Vec::new();
    for n in 0..WRITERS {
        let name = format!("Writer {n}");
        writers.push(kit.person(&name, StaffRole::CareCoordinator, &["Cedar", "Maple"]).await);
    }
    let world = World { teams: teams.clone(), patients, tasks: Mutex::default() };
    for n in 0..20 {
        let task = writers[0].creates(&teams[n % 2], &format!("First {n}")).await;
        world.tasks.lock().unwrap().push(task);
    }
    let mut cedar = Screen::open(kit.nurse("Ana", "Cedar").await, &teams[0]).await;
    let mut maple = Screen::open(kit.nurse("Mei", "Maple").await, &teams[1]).await;
    let from = store::head(&kit.db, kit.organization).await.seq;
    let since = Instant::now();

    // The writers wait for the cuts, so that those are spread over all of the changes.
    let (cuts, seen) = watch::channel(0_usize);
    let write = async |person: &Person, mut random: StdRng| {
        let mut cuts = seen.clone();
        loop {
            let done = store::head(&kit.db, kit.organization).await.seq - from;
            if done >= CHANGES {
                return;
            }
            let due = (done as usize * 2 * CUTS / CHANGES as usize).saturating_sub(5);
            cuts.wait_for(|cuts| *cuts >= due).await.unwrap();
            act(person, &world, &mut random).await;
        }
    };
    let mut dice = || StdRng::seed_from_u64(random.random());
    tokio::join!(
        write(&writers[0], dice()),
        write(&writers[1], dice()),
        write(&writers[2], dice()),
        write(&writers[3], dice()),
        cedar.is_cut_again_and_again(&cuts, dice()),
        maple.is_cut_again_and_again(&cuts, dice()),
    );
    // Something for each to wait for.
    for team in &teams {
        writers[0].creates(team, "The last").await;
    }
    let head = store::head(&kit.db, kit.organization).await.seq;
    let last_of_cedar = head - 1;
    cedar.catches_up(last_of_cedar).await;
    maple.catches_up(head).await;

    assert!(head - from >= CHANGES, "{} changes", head - from);
    println!("{} changes, {} cuts in {:?}", head - from, 2 * CUTS, since.elapsed());
    for screen in [cedar, maple] {
        let (fresh, _) = Board::read(&screen.person, &screen.team).await;
        assert!(fresh.tasks.len() > 20 && !fresh.patients.is_empty(), "the board is not empty");
        assert_eq!(screen.board, fresh);
    }
});
