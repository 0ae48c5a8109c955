//! SIGKILL in the middle of the work: what was acknowledged is there, and nothing is there by half.
use entity::{audit_entry::AuditKind, event::EntityType, staff::StaffRole, task::TaskStatus, task_history::TaskAction};
use futures_util::future::join_all;
use rand::Rng;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tests::{Kind, Person, Practice, Process, Store, store};

const ROUNDS: usize = 4;
const PEOPLE: usize = 6;
const TASKS: usize = 600;

/// Claims tasks one after the other, and releases every other one, until the server is gone.
async fn works(person: &Person, tasks: &[String], next: &AtomicUsize, acknowledged: &Mutex<BTreeMap<String, i64>>) {
    loop {
        let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) else { return };
        for mutation in ["claimTask", "releaseTask"].into_iter().take(1 + next.load(Ordering::Relaxed) % 2) {
            let (first, rest) = mutation.split_at(1);
            let document = format!(
                "mutation Work($input: {}{rest}Input!) {{ {mutation}(input: $input) {{ task {{ version }} }} }}",
                first.to_uppercase()
            );
            let body = json!({ "query": document, "variables": { "input": { "taskId": task } } });
            let request = person.browser.request(http::Method::POST, "/graphql");
            let request = request.header("content-type", "application/json");
            let Ok(answer) = person.browser.try_send(request, &body.to_string()).await else { return };
            let Some(version) = answer.body["data"][mutation]["task"]["version"].as_i64() else { return };
            acknowledged.lock().unwrap().insert(task.clone(), version);
        }
    }
}

async fn a_killed_server_loses_nothing_it_acknowledged_and_leaves_nothing_half_done(kind: Kind) {
    let store = Store::migrated(kind).await;
    let mut practice = Practice::in_store(&store, "Practice").await;
    let team = practice.team_id("Cedar").await;
    let mut staff = Vec::new();
    for n in 0..PEOPLE {
        let name = format!("Nurse {n}");
        staff.push((name.clone(), practice.hires(&name, StaffRole::Nurse, &["Cedar"]).await));
    }
    let mut tasks = Vec::new();
    for n in 0..TASKS {
        let task = api::tasks::service::NewTask {
            care_team: team,
            patient: None,
            kind: "RECALL".to_owned(),
            title: format!("Recall {n}"),
            instructions: None,
            priority: entity::task::TaskPriority::Routine,
            due_at: None,
        };
        tasks.push(api::tasks::service::create(&practice.cx(), task).await.unwrap().id.to_string());
    }
    let (next, acknowledged) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));

    let mut killed_at_work = 0;
    for _ in 0..ROUNDS {
        let process = Process::start(&store.url, &[]);
        practice = practice.served_at(process.address);
        let mut people = Vec::new();
        for (name, who) in &staff {
            people.push(practice.enters(name, who.clone()).await);
        }
        let enough = acknowledged.lock().unwrap().len() + rand::rng().random_range(10..120);
        let all = AtomicBool::new(false);
        let work = async {
            join_all(people.iter().map(|person| works(person, &tasks, &next, &acknowledged))).await;
            all.store(true, Ordering::Relaxed);
        };
        let killing = async {
            // Once the work is going, at a moment that nobody chose.
            let going = async {
                while acknowledged.lock().unwrap().len() < enough && !all.load(Ordering::Relaxed) {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(20), going).await.expect("the work goes on");
            tokio::time::sleep(Duration::from_micros(rand::rng().random_range(0..20_000))).await;
            tokio::task::spawn_blocking(move || process.kill()).await.unwrap();
        };
        tokio::join!(work, killing);
        killed_at_work += usize::from(next.load(Ordering::Relaxed) < TASKS);
        let acknowledged = acknowledged.lock().unwrap().clone();
        agrees(&store, &practice, &acknowledged).await;
    }

    assert!(killed_at_work > 0, "the server was never killed while there was work");
    println!("{} tasks acknowledged, killed {ROUNDS} times on {kind:?}", acknowledged.lock().unwrap().len());
    // And it starts again, as if nothing had been.
    let process = Process::start(&store.url, &[]);
    let practice = practice.served_at(process.address);
    let again = practice.enters(&staff[0].0, staff[0].1.clone()).await;
    assert!(again.reads_task(&tasks[0]).await.at("/task/version").as_i64() >= Some(1));
    let (status, _) = process.terminate();
    assert_eq!(status.code(), Some(0), "a signal to stop is obeyed");
    store.drop().await;
}

/// What the killed server sent last may still be on its way to disk.
async fn at_rest(db: &DatabaseConnection) {
    let busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                AND application_name = 'huddle' AND state <> 'idle'";
    let rest = async {
        loop {
            let statement = Statement::from_string(DbBackend::Postgres, busy);
            let row = db.query_one_raw(statement).await.unwrap().unwrap();
            if row.try_get_by_index::<i64>(0).unwrap() == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), rest).await.expect("the database comes to rest");
}

/// Task, history, events and audit are of one mind, and all of them know what was acknowledged.
async fn agrees(store: &Store, practice: &Practice, acknowledged: &BTreeMap<String, i64>) {
    let db = store.connect().await;
    if store.kind == Kind::Postgres {
        at_rest(&db).await;
    }
    let organization = practice.organization;
    let (tasks, history) = (store::tasks(&db, organization).await, store::history(&db, organization).await);
    let (events, audit) = (store::events(&db, organization).await, store::audit(&db, organization).await);
    let head = store::head(&db, organization).await;

    let numbers: Vec<i64> = events.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (1..=head.seq).collect::<Vec<_>>(), "the log has no hole");
    for task in &tasks {
        let entries: Vec<_> = history.iter().filter(|entry| entry.task_id == task.id).collect();
        let told: Vec<i32> = events
            .iter()
            .filter(|event| event.entity_type == EntityType::Task && event.entity_id == task.id.0)
            .map(|event| event.entity_version)
            .collect();
        let written = audit.iter().filter(|row| row.kind == AuditKind::Write && row.entity_id == Some(task.id.0));
        let versions = 1..=task.version;
        assert_eq!(entries.len(), versions.clone().count(), "the history of {}", task.id);
        assert_eq!(told, versions.clone().collect::<Vec<_>>(), "the events of {}", task.id);
        assert_eq!(written.count(), versions.count(), "the record of {}", task.id);
        assert_eq!(entries.last().unwrap().status, task.status);
        assert_eq!(entries.last().unwrap().holder_id, task.claimed_by);
        let held = task.status == TaskStatus::Accepted;
        assert_eq!(held, entries.last().unwrap().action == TaskAction::Claimed);
        assert_eq!(held, task.claimed_by.is_some() && task.lease_until.is_some());
        let known = acknowledged.get(&task.id.to_string()).copied().unwrap_or(1);
        assert!(i64::from(task.version) >= known, "version {known} of {} was acknowledged and is lost", task.id);
    }
    db.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_nothing_it_acknowledged_and_leaves_nothing_half_done_on_sqlite() {
    a_killed_server_loses_nothing_it_acknowledged_and_leaves_nothing_half_done(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_nothing_it_acknowledged_and_leaves_nothing_half_done_on_postgres() {
    a_killed_server_loses_nothing_it_acknowledged_and_leaves_nothing_half_done(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sqlite_file_is_served_by_one_server() {
    let store = Store::migrated(Kind::Sqlite).await;
    let _first = Process::start(&store.url, &[]);

    let second = tests::process::run(&["serve", "--listen", "127.0.0.1:0", "--database-url", &store.url]);

    assert_eq!(second.status.code(), Some(1), "{second:?}");
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains("another huddle serves"), "{said}");
}
