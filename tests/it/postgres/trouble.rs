//! PostgreSQL goes away and comes back: whoever asked is told to try again, and nothing has to be started again.
use entity::ids::TaskId;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement, TransactionTrait};
use std::time::Duration;
use tests::{Kind, Kit, Person, Store, kit, postgres::Stop};

const PATIENCE: Duration = Duration::from_secs(30);

/// Tries until it works. In between the answer may only ever be to try again.
async fn creates_once_it_can(person: &Person, team: &str, title: &str) -> String {
    let input = serde_json::json!({ "careTeamId": team, "kind": "OUTREACH_CALL", "title": title });
    let trying = async {
        loop {
            let answer = person.act("createTask", input.clone()).await;
            if answer.body["errors"].is_null() {
                return answer.text_at("/createTask/task/id");
            }
            assert_eq!(answer.code(), "UNAVAILABLE", "{answer}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, trying).await.expect("the service heals by itself")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_the_database_heals_without_a_restart_of_the_service() {
    let kit = Kit::start_in(Store::restartable().await, api::Clock::set_to(kit::morning()), kit::config()).await;
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let mut feed = ana.follows(&cedar, None).await;
    let before = ben.creates(&cedar, "Before").await;
    assert_eq!(feed.next_change().await["task"]["id"], before);

    kit.store.server().stop(Stop::Fast);
    let meanwhile = ben.claims(&before).await;
    kit.store.server().start();
    let after = creates_once_it_can(&ben, &cedar, "After").await;
    let again = ana.follows(&cedar, Some(&feed.cursor)).await;

    assert_eq!(meanwhile.code(), "UNAVAILABLE", "{meanwhile}");
    assert_eq!(feed.next_change().await["task"]["id"], after, "the open feed goes on, with nothing missing");
    assert_eq!(again.resumption, "REPLAYED");
    assert!(ben.reads_task(&before).await.at("/task/claim").is_null(), "refused is not done");
}

/// The service's own connections to this database that wait for somebody's lock.
async fn waiting(db: &DatabaseConnection) -> Vec<i32> {
    let sql = "SELECT pid FROM pg_stat_activity WHERE application_name = 'huddle' AND datname = current_database() \
               AND wait_event_type = 'Lock'";
    let rows = db.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "pid").unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_is_cut_in_the_middle_of_a_statement_is_worth_a_second_try() {
    let kit = Kit::start(Kind::Postgres).await;
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let task = ana.creates(&cedar, "Call").await;
    let holding = kit.db.begin().await.unwrap();
    holding.execute_unprepared("SELECT * FROM task FOR UPDATE").await.unwrap();

    let cutting = async {
        let pids = loop {
            let pids = waiting(&kit.db).await;
            if !pids.is_empty() {
                break pids;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        kit.db.execute_unprepared(&format!("SELECT pg_terminate_backend({})", pids[0])).await.unwrap();
    };
    let (first, cut) = tokio::join!(ana.claims(&task), tokio::time::timeout(PATIENCE, cutting));
    cut.expect("the claim waits for the lock");
    holding.rollback().await.unwrap();
    let second = ana.claims(&task).await;

    assert_eq!(first.code(), "UNAVAILABLE", "{first}");
    assert_eq!(second.at("/claimTask/outcome"), "CLAIMED");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_loses_a_race_for_a_task_waits_for_the_task_and_nothing_else() {
    let kit = Kit::start(Kind::Postgres).await;
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let task = ana.creates(&cedar, "Call").await;
    let row: TaskId = task.parse().unwrap();
    let wins = kit.db.begin().await.unwrap();
    let claim = format!(
        "UPDATE task SET status = 'accepted', claimed_by = '{}', claimed_at = created_at, version = version + 1 \
         WHERE id = '{}'",
        ben.id.0, row.0
    );
    wins.execute_unprepared(&claim).await.unwrap();
    // Somebody changes her account, and takes their time.
    let other = Database::connect(kit.store.url.as_str()).await.unwrap();
    let changes = other.begin().await.unwrap();
    let row = format!("SELECT * FROM staff WHERE id = '{}' FOR NO KEY UPDATE", ana.id.0);
    changes.execute_unprepared(&row).await.unwrap();

    let winning = async {
        while waiting(&kit.db).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        wins.commit().await.unwrap();
    };
    let (lost, won) = tokio::join!(ana.claims(&task), tokio::time::timeout(PATIENCE, winning));
    won.expect("the claim waits for the lock");

    assert_eq!(lost.at("/claimTask/outcome"), "ALREADY_CLAIMED", "{lost}");
    assert_eq!(lost.at("/claimTask/task/claim/by/displayName"), "Ben");
    changes.rollback().await.unwrap();
    other.close().await.unwrap();
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_connection_waits_for_ever() {
    let kit = Kit::start(Kind::Postgres).await;
    let shown = async |db: &DatabaseConnection, setting: &str| {
        let statement = Statement::from_string(DbBackend::Postgres, format!("SHOW {setting}"));
        db.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index::<String>(0).unwrap()
    };
    let reader = kit.app.db.common();

    assert_eq!(shown(reader, "application_name").await, "huddle");
    assert_eq!(shown(reader, "statement_timeout").await, "5s");
    assert_eq!(shown(reader, "lock_timeout").await, "10s");
    assert_eq!(shown(reader, "idle_in_transaction_session_timeout").await, "1min");
    assert_eq!(shown(reader, "default_transaction_read_only").await, "on");
    kit.end().await;
}
