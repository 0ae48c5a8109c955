//! The schema during an update: who may start, who waits, and who is refused.
use api::db::{self, Db, Settings};
use migration::version::{NUMBER, Version};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use tests::{Kind, Store, process};

async fn says(db: &DatabaseConnection, number: i32, oldest_program: i32) {
    let sql = format!("UPDATE schema_version SET number = {number}, oldest_program = {oldest_program}");
    db.execute_unprepared(&sql).await.unwrap();
}

async fn on_each(promise: impl AsyncFn(&Store)) {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let store = Store::empty(kind).await;
        promise(&store).await;
        store.drop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_nodes_that_start_at_once_take_each_step_once() {
    let store = Store::empty(Kind::Postgres).await;
    let settings = Settings::from(&store.url);

    let (a, b, c) = tokio::join!(db::migrate(&settings), db::migrate(&settings), Db::open(&store.url));

    let (a, b) = (a.unwrap(), b.unwrap());
    c.unwrap();
    assert!(a.is_empty() || b.is_empty(), "one of them found nothing left to do: {a:?} {b:?}");
    let db = store.connect().await;
    assert_eq!(Version::of(&db).await.unwrap().map(|version| version.number), Some(NUMBER));
    db.close().await.unwrap();
    store.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_schema_that_only_added_is_served() {
    on_each(async |store| {
        db::migrate(&Settings::from(&store.url)).await.unwrap();
        let db = store.connect().await;
        says(&db, NUMBER + 1, NUMBER).await;
        let step = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29991231_000001_of_tomorrow', 1)";
        db.execute_unprepared(step).await.unwrap();

        Db::open(&store.url).await.unwrap();

        let left = Version::of(&db).await.unwrap();
        assert_eq!(left, Some(Version { number: NUMBER + 1, oldest_program: NUMBER }), "and left as it is");
        db.close().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_that_we_do_not_understand_is_refused_by_every_command() {
    on_each(async |store| {
        db::migrate(&Settings::from(&store.url)).await.unwrap();
        let db = store.connect().await;
        says(&db, NUMBER + 2, NUMBER + 1).await;
        db.close().await.unwrap();

        for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"], &["organization", "add", "Elm"]] {
            let ended = process::run(&[command, &["--database-url", &store.url]].concat());

            let complaint = String::from_utf8(ended.stderr).unwrap();
            assert_eq!(ended.status.code(), Some(1), "{command:?}: {complaint}");
            assert_eq!(complaint.trim_end().lines().count(), 1, "{command:?}: {complaint}");
            assert!(complaint.contains("update it"), "{command:?}: {complaint}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_may_not_migrate_refuses_an_older_schema() {
    on_each(async |store| {
        let serve = ["serve", "--no-migrate", "--listen", "127.0.0.1:0", "--database-url", &store.url];
        let on_nothing = process::run(&serve);
        db::migrate(&Settings::from(&store.url)).await.unwrap();
        let db = store.connect().await;
        says(&db, NUMBER - 1, 1).await;
        let on_an_older_one = process::run(&serve);
        let whole = Settings { migrate: false, ..Settings::from(&store.url) };
        says(&db, NUMBER, 1).await;
        Db::open(whole).await.unwrap();

        for ended in [on_nothing, on_an_older_one] {
            let complaint = String::from_utf8(ended.stderr).unwrap();
            assert_eq!(ended.status.code(), Some(1), "{complaint}");
            assert!(complaint.contains("run `huddle migrate`"), "{complaint}");
        }
        db.close().await.unwrap();
    })
    .await;
}
