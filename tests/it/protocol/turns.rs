//! So many queries may hold a moment of the database at once; who would wait too long is told when to come back.
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use std::time::{Duration, Instant};
use tests::{Kind, Kit, Scrape, browser::PATIENCE};

const BOARD: &str = "query Board($id: ID!) { careTeam(id: $id) { tasks(first: 1) { totalCount } } }";
/// As many as have a turn at once: three quarters of the reading connections.
const TURNS: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_finds_all_turns_taken_is_told_when_to_come_back() {
    let kit = Kit::start(Kind::Postgres).await;
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let held = kit.db.begin().await.unwrap();
    held.execute_unprepared("LOCK TABLE task IN ACCESS EXCLUSIVE MODE").await.unwrap();

    let ask = || async { ana.ask(BOARD, json!({ "id": cedar })).await };
    let first = join_all((0..TURNS).map(|_| ask()));
    let late = async {
        let since = Instant::now();
        while Scrape::of(&kit.stranger()).await.value("huddle_snapshots_running") < TURNS as f64 {
            assert!(since.elapsed() < PATIENCE, "the turns are not taken");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let refused = ask().await;
        held.rollback().await.unwrap();
        refused
    };
    let (answered, refused) = tokio::join!(first, late);

    assert_eq!((refused.status, refused.code()), (503, "UNAVAILABLE"), "{refused}");
    let seconds = refused.error()["extensions"]["retryAfter"].as_i64().unwrap();
    assert!((1..=5).contains(&seconds), "{refused}");
    assert_eq!(refused.header("retry-after"), seconds.to_string());
    for answer in answered {
        // On a busy machine the database may have given up on one that waited for the lock.
        assert!(answer.body["errors"].is_null() || answer.code() == "UNAVAILABLE", "{answer}");
    }
    assert_eq!(ask().await.at("/careTeam/tasks/totalCount"), 0);
    kit.end().await;
}
