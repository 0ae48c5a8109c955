//! The log by day and the audit record by month.
use api::{background::keep_log, events::Cursor};
use chrono::Duration;
use entity::audit_entry;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tests::{Kind, Kit, store};

async fn count(kit: &Kit, table: &str) -> i64 {
    let statement = Statement::from_string(DbBackend::Postgres, format!("SELECT count(*) FROM {table}"));
    kit.db.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

async fn exists(kit: &Kit, table: &str) -> bool {
    let statement = Statement::from_string(DbBackend::Postgres, format!("SELECT to_regclass('{table}') IS NOT NULL"));
    kit.db.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_that_nobody_may_come_back_to_is_dropped_whole() {
    let kit = Kit::start(Kind::Postgres).await;
    keep_log(&kit.app).await.unwrap();
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let old = ana.follows(&cedar, None).await.cut();
    ana.creates(&cedar, "Old").await;
    let last = store::head(&kit.db, kit.organization).await.seq;
    assert!(count(&kit, "event_20261123").await > 0);

    kit.pass(Duration::days(4)).await;
    keep_log(&kit.app).await.unwrap();
    let young = ana.follows(&cedar, None).await.cut();
    ana.creates(&cedar, "Young").await;

    assert!(!exists(&kit, "event_20261123").await);
    assert!(exists(&kit, "event_20261124").await, "a day within the term");
    assert_eq!(store::head(&kit.db, kit.organization).await.floor_seq, last);
    assert_eq!(ana.follows(&cedar, Some(&old)).await.resumption, "RESET");
    assert_eq!(ana.follows(&cedar, Some(&young)).await.resumption, "REPLAYED");
    let floor = Cursor { seq: last, ..Cursor::parse(&young).unwrap() };
    assert_eq!(ana.follows(&cedar, Some(&floor.to_string())).await.resumption, "REPLAYED", "nothing after it is gone");
    assert!(count(&kit, "audit_entry_202611").await > 0, "the record has no term");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_tomorrow_lands_in_tomorrows_partition() {
    let kit = Kit::start(Kind::Postgres).await;
    keep_log(&kit.app).await.unwrap();
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    kit.pass(Duration::days(1)).await;
    let before = count(&kit, "event_20261124").await;

    ana.creates(&cedar, "Tomorrow").await;

    assert_eq!(count(&kit, "event_20261124").await, before + 1);
    assert_eq!((count(&kit, "event_default").await, count(&kit, "audit_entry_default").await), (0, 0));
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_partition_holds_is_kept_until_its_day_is_made() {
    let kit = Kit::start(Kind::Postgres).await;
    keep_log(&kit.app).await.unwrap();
    let cedar = kit.team("Cedar").await;
    kit.pass(Duration::days(100)).await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let (cursor, before) = (ana.follows(&cedar, None).await.cut(), kit.audit().await.len());
    ana.creates(&cedar, "Far away").await;
    assert!(count(&kit, "event_default").await > 0 && count(&kit, "audit_entry_default").await > 0);

    keep_log(&kit.app).await.unwrap();

    assert_eq!((count(&kit, "event_default").await, count(&kit, "audit_entry_default").await), (0, 0));
    assert!(count(&kit, "event_20270303").await > 0);
    assert!(kit.audit().await.len() > before, "nothing of the record is lost on the way");
    assert_eq!(ana.follows(&cedar, Some(&cursor)).await.resumption, "REPLAYED");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_before_come_along() {
    let kit = Kit::start(Kind::Postgres).await;
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    ana.creates(&cedar, "One").await;
    kit.pass(Duration::days(1)).await;
    ana.creates(&cedar, "Two").await;
    let (events, audit) = (kit.events().await, kit.audit().await);
    let steps = Migrator::migrations();
    let back = steps.iter().rev().position(|step| step.name() == "m20261121_000011_partition_log_and_audit");
    let back = u32::try_from(back.expect("the step is there") + 1).unwrap();

    Migrator::down(&kit.db, Some(back)).await.unwrap();
    let (rows, record) = (events.len() as i64, audit.len() as i64);
    assert_eq!((count(&kit, "event").await, count(&kit, "audit_entry").await), (rows, record), "down");
    assert!(!exists(&kit, "event_default").await);
    Migrator::up(&kit.db, None).await.unwrap();

    // Their chain began in a table that is gone.
    let unchained = |row: audit_entry::Model| audit_entry::Model {
        number: None,
        hash: None,
        purpose: None,
        detail: None,
        address: None,
        ..row
    };
    let audit: Vec<_> = audit.into_iter().map(unchained).collect();
    assert_eq!((kit.events().await, kit.audit().await), (events, audit), "and up again");
    assert_eq!(count(&kit, "event_default").await, 0);
    assert_eq!(count(&kit, "event_20261124").await, 1);
    kit.end().await;
}
