//! A copy taken while people work holds what was acknowledged before it; put back, every screen reads anew.
use entity::{audit_entry::AuditKind, staff::StaffRole};
use serde_json::json;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::Duration,
};
use tests::{Folder, Kind, Kit, Person, Practice, Process, Store, both, process, store};

const READ: &str =
    "query Read($team: ID!) { careTeam(id: $team) { feedCursor tasks(first: 200) { nodes { title } } } }";

fn file(store: &Store) -> PathBuf {
    store.url.trim_start_matches("sqlite://").split('?').next().unwrap().into()
}

/// Runs a command to its end and answers its status and all that it said.
fn runs(arguments: &[&str], url: &str) -> (Option<i32>, String) {
    let ran = process::run(&[arguments, &["--database-url", url]].concat());
    (ran.status.code(), format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr)))
}

async fn reads(person: &Person, team: &str) -> (String, Vec<String>) {
    let answer = person.ask(READ, json!({ "team": team })).await;
    let nodes = answer.at("/careTeam/tasks/nodes").as_array().unwrap().clone();
    let mut titles: Vec<String> = nodes.iter().map(|node| node["title"].as_str().unwrap().to_owned()).collect();
    titles.sort();
    (answer.text_at("/careTeam/feedCursor"), titles)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_holds_what_was_acknowledged_and_screens_read_anew_after_the_restore() {
    let store = Store::migrated(Kind::Sqlite).await;
    let folder = Folder::new();
    let copy = folder.0.join("copy.db");
    let copy = copy.to_str().unwrap();
    let practice = Practice::in_store(&store, "Practice").await;
    let ana = practice.hires("Ana", StaffRole::Nurse, &["Cedar"]).await;
    let cedar = practice.team("Cedar").await;
    let server = Process::start(&store.url, &[]);
    let practice = practice.served_at(server.address);
    let person = practice.enters("Ana", ana.clone()).await;

    let (written, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let writing = async {
        while !stop.load(Ordering::Relaxed) {
            let n = written.load(Ordering::Relaxed);
            person.creates(&cedar, &format!("Call {n:04}")).await;
            written.store(n + 1, Ordering::Relaxed);
        }
    };
    let backing_up = async {
        let going = async {
            while written.load(Ordering::Relaxed) < 20 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), going).await.expect("the work goes on");
        let before = written.load(Ordering::Relaxed);
        let (url, to) = (store.url.clone(), copy.to_owned());
        let (status, said) = tokio::task::spawn_blocking(move || runs(&["backup", &to], &url)).await.unwrap();
        assert_eq!(status, Some(0), "{said}");
        let after = written.load(Ordering::Relaxed);
        assert!(after > before, "it was taken while people worked");
        stop.store(true, Ordering::Relaxed);
        before
    };
    let ((), before) = tokio::join!(writing, backing_up);
    assert_eq!(fs::metadata(copy).unwrap().permissions().mode() & 0o777, 0o600, "it is nobody else's to read");
    let (_, refused) = runs(&["backup", copy], &store.url);
    assert!(refused.contains("--force"), "{refused}");
    assert_eq!(runs(&["backup", copy, "--force"], &store.url).0, Some(0), "with --force");
    // Taken anew, so that there is something to lose.
    let mut screen = person.follows(&cedar, None).await;
    person.creates(&cedar, "Lost").await;
    screen.next_of("TaskChanged").await;
    let cursor = screen.cut();

    let (status, said) = runs(&["restore", copy], &store.url);
    assert!(status == Some(1) && said.contains("another huddle serves"), "while it is served: {said}");
    tokio::task::spawn_blocking(move || server.terminate()).await.unwrap();
    let (status, said) = runs(&["restore", copy], &store.url);
    assert!(status == Some(1) && said.contains("another program"), "while this test has it open: {said}");
    practice.lets_go().await;
    let (status, said) = runs(&["restore", copy], &store.url);
    assert_eq!(status, Some(0), "{said}");

    let server = Process::start(&store.url, &[]);
    let practice = practice.served_at(server.address);
    let person = practice.enters("Ana", ana).await;
    let (_, titles) = reads(&person, &cedar).await;
    for n in 0..before {
        assert!(titles.contains(&format!("Call {n:04}")), "{n} of {before} was acknowledged");
    }
    assert!(!titles.contains(&"Lost".to_owned()));
    let again = person.follows(&cedar, Some(&cursor)).await;
    assert_eq!(again.resumption, "RESET", "the old cursor is of another life");
    // From here on the screen and the store are of one mind.
    let (cursor, before) = reads(&person, &cedar).await;
    let mut screen = person.follows(&cedar, Some(&cursor)).await;
    assert_eq!(screen.resumption, "LIVE");
    person.creates(&cedar, "New").await;
    assert_eq!(screen.next_of("TaskChanged").await["task"]["title"], "New");
    assert_eq!(reads(&person, &cedar).await.1.len(), before.len() + 1);
    let (status, said) = runs(&["audit", "verify"], &store.url);
    assert!(status == Some(0) && said.contains("are as they were written"), "the record of a restored copy: {said}");
    // And the file that was there is whole by itself.
    let kept = kept(&file(&store));
    let elsewhere = format!("sqlite://{copy}.other?mode=rwc");
    fs::write(format!("{copy}.other-wal"), "of another life").unwrap();
    let (status, said) = runs(&["restore", kept.to_str().unwrap()], &elsewhere);
    assert!(status == Some(1) && said.contains("other-wal lies there"), "{said}");
    fs::remove_file(format!("{copy}.other-wal")).unwrap();
    let (status, said) = runs(&["restore", kept.to_str().unwrap()], &elsewhere);
    assert_eq!(status, Some(0), "{said}");
}

fn kept(database: &Path) -> PathBuf {
    let name = format!("{}.before-", database.file_name().unwrap().to_str().unwrap());
    let mut found = fs::read_dir(database.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let is_it = |path: &PathBuf| path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(&name));
    found.find(is_it).expect("the old file is kept aside")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_backup_leaves_everything_as_it_was() {
    let store = Store::migrated(Kind::Sqlite).await;
    let practice = Practice::in_store(&store, "Practice").await;
    practice.team("Cedar").await;
    practice.lets_go().await;
    let folder = Folder::new();
    let path = |name: &str| folder.0.join(name).to_str().unwrap().to_owned();
    let whole = path("whole.db");
    assert_eq!(runs(&["backup", &whole], &store.url).0, Some(0));
    // Folds the log of the file in, so that what is compared is all there is.
    assert_eq!(runs(&["restore", &whole], &store.url).0, Some(0));
    let before = fs::read(file(&store)).unwrap();
    let names = |folder: &Path| {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let lying = names(file(&store).parent().unwrap());

    let bytes = fs::read(&whole).unwrap();
    fs::write(path("empty.db"), "").unwrap();
    fs::write(path("text.db"), "Zzcanary\n".repeat(1_000)).unwrap();
    fs::write(path("half.db"), &bytes[..bytes.len() / 2]).unwrap();
    let mut torn = bytes.clone();
    let middle = torn.len() / 2;
    torn[middle..middle + 8_192].fill(0x5a);
    fs::write(path("torn.db"), torn).unwrap();
    let altered = async |name: &str, statement: &str| {
        use sea_orm::ConnectionTrait;
        fs::write(path(name), &bytes).unwrap();
        let db = sea_orm::Database::connect(format!("sqlite://{}?mode=rw", path(name))).await.unwrap();
        db.execute_unprepared(statement).await.unwrap();
        db.close().await.unwrap();
    };
    altered("newer.db", "UPDATE schema_version SET number = 9999, oldest_program = 9999").await;
    altered("other.db", "DROP TABLE audit_entry").await;
    fs::write(path("used.db"), &bytes).unwrap();
    fs::write(path("used.db-wal"), "x").unwrap();
    for (name, why) in [
        ("nothing.db", "cannot read"),
        ("empty.db", "no database of Huddle"),
        ("text.db", "not a database"),
        ("half.db", "damaged"),
        ("torn.db", "damaged"),
        ("newer.db", "update it"),
        ("other.db", "audit_entry"),
        ("used.db", "in use"),
    ] {
        let (status, said) = runs(&["restore", &path(name)], &store.url);
        assert_eq!(status, Some(1), "{name}: {said}");
        let told = said.trim_end();
        assert!(told.contains(why) || (why == "damaged" && told.contains("malformed")), "{name}: {said}");
        assert!(told.contains(name) && !told.contains("Zzcanary"), "{name}: {said}");
        assert!(fs::read(file(&store)).unwrap() == before, "{name} changed the database");
        assert_eq!(names(file(&store).parent().unwrap()), lying, "{name} left something");
    }
    let (status, said) = runs(&["backup", "/proc/nowhere/x.db"], &store.url);
    assert!(status == Some(1) && said.contains("cannot create"), "{said}");
    let (status, said) = runs(&["backup", &whole, "--force"], "sqlite://missing.db");
    assert!(status == Some(1) && said.contains("cannot open"), "{said}");
    assert!(fs::read(&whole).unwrap() == bytes, "a backup that fails replaces nothing");
    for (name, why) in [("other.db", "audit_entry"), ("text.db", "not a database")] {
        let (status, said) = runs(&["backup", &path("x.db")], &format!("sqlite://{}?mode=rw", path(name)));
        assert!(status == Some(1) && said.contains(why) && !Path::new(&path("x.db")).exists(), "{name}: {said}");
    }
    let (status, said) = runs(&["backup", &path("x.db")], "postgres://localhost/huddle");
    assert!(status == Some(2) && said.contains("pg_dump"), "{said}");
}

both!(reset_feeds_makes_every_screen_read_anew_and_is_on_record, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    ana.creates(&cedar, "Call").await;
    let (cursor, _) = reads(&ana, &cedar).await;
    let mut open = ana.follows(&cedar, Some(&cursor)).await;
    let other = kit.practice("Elm Clinic").await;
    let elsewhere = store::head(&kit.db, other.organization).await.epoch;

    let (url, named) = (kit.store.url.clone(), ["reset-feeds", "--organization", "Practice"]);
    let (status, said) = tokio::task::spawn_blocking(move || runs(&named, &url)).await.unwrap();
    assert_eq!(status, Some(0), "{said}");

    assert_eq!(open.end().await, "COMPLETE", "a screen that is open hears of it by the sweep");
    assert_eq!(ana.follows(&cedar, Some(&cursor)).await.resumption, "RESET");
    let noted = kit.audit().await.into_iter().filter(|row| row.operation == "events.reset");
    let noted: Vec<_> = noted.map(|row| (row.kind, row.entity_type, row.entity_id)).collect();
    let practice = Some(kit.organization.0);
    assert_eq!(noted, [(AuditKind::Write, Some("organization".to_owned()), practice)]);
    assert_eq!(store::head(&kit.db, other.organization).await.epoch, elsewhere, "only of the one that was named");
});

#[tokio::test(flavor = "multi_thread")]
async fn health_is_asked_without_another_program() {
    let store = Store::migrated(Kind::Sqlite).await;
    let server = Process::start(&store.url, &[]);
    let listen = server.address.to_string();

    let alive = process::run(&["health", "--listen", &listen]);
    let ready = process::run(&["health", "--ready", "--listen", &format!("0.0.0.0:{}", server.address.port())]);
    tokio::task::spawn_blocking(move || server.terminate()).await.unwrap();
    let gone = process::run(&["health", "--listen", &listen]);

    assert!(alive.status.success() && ready.status.success(), "{alive:?} {ready:?}");
    assert_eq!(gone.status.code(), Some(1), "{gone:?}");
}
