//! A patient whose words are easy to find again goes through everything, and is found nowhere.
use crate::audit::{CANARIES, EVERYTHING, a_day_with};
use entity::staff::StaffRole;
use sea_orm::ConnectionTrait;
use serde_json::json;
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
    process::Stdio,
    sync::{Arc, Mutex},
    thread,
};
use tests::{Collector, Folder, Practice, Process, Redis, Store, process, process::Launch};

const MORE: [&str; 4] = ["123-45-6789", "555-0199", "ZZMRN77", "Zz Canary Street"];

/// Everything that anybody says to Redis.
fn monitor(address: SocketAddr) -> Arc<Mutex<String>> {
    let mut line = TcpStream::connect(address).unwrap();
    line.write_all(b"*1\r\n$7\r\nMONITOR\r\n").unwrap();
    let mut from = BufReader::new(line);
    let mut first = String::new();
    from.read_line(&mut first).unwrap();
    assert_eq!(first, "+OK\r\n");
    let heard = Arc::new(Mutex::new(String::new()));
    let into = heard.clone();
    thread::spawn(move || {
        for line in from.lines().map_while(Result::ok) {
            into.lock().unwrap().push_str(&line);
        }
    });
    heard
}

fn patient() -> String {
    json!({
        "resourceType": "Patient", "id": "zz",
        "identifier": [
            { "type": { "coding": [{ "code": "MR" }] }, "system": "urn:home", "value": "ZZMRN77" },
            { "system": "http://hl7.org/fhir/sid/us-ssn", "value": "123-45-6789" },
        ],
        "name": [{ "family": "Zzcanary", "given": ["Rosa"] }], "birthDate": "1951-07-09",
        "telecom": [{ "system": "phone", "value": "555-0199" }],
        "address": [{ "line": ["Zz Canary Street"] }],
    })
    .to_string()
}

fn message(segments: &str) -> String {
    format!("MSH|^~\\&|ADT|ELM|HUDDLE|X|20261122120000||ADT^A01|1|P|2.5\rEVN|A01|20261122120000\r{segments}\r")
}

/// Runs an import, right and wrong files alike. What it says to who runs it may name files and lines, nobody.
fn imports(url: &str, folder: &Folder) -> String {
    let pid = "PID|1||ZZMRN77^^^ELM^MR||Zzcanary^Rosa||19510709|F|||Zz Canary Street||555-0199|||||123-45-6789";
    let files = [
        ("fhir", "right.json", patient()),
        ("fhir", "cut.json", patient()[..200].to_owned()),
        ("fhir", "wrong.json", patient().replace("1951-07-09", "Zzcanary")),
        (
            "fhir",
            "lines.ndjson",
            format!("{}\n{{\"resourceType\":\"Zzcanary\"}}\nZzcanary\n", patient().replace('\n', " ")),
        ),
        ("hl7v2", "right.hl7", message(&format!("{pid}\rPV1|1|I|Zzcanary"))),
        ("hl7v2", "no-pid.hl7", message("NTE|1||Zzcanary")),
        ("hl7v2", "broken.hl7", format!("Zzcanary\r{pid}\r")),
        ("hl7v2", "dates.hl7", message(&pid.replace("19510709", "Zzcanary"))),
    ];
    let mut said = String::new();
    for (kind, name, content) in files {
        let path = folder.0.join(name);
        fs::write(&path, content).unwrap();
        let mut command = process::command(&["import", kind, path.to_str().unwrap(), "--database-url", url]);
        let output = command.env("HUDDLE_LOG", EVERYTHING).stdin(Stdio::null()).output().unwrap();
        said += &format!("{name}: {}", String::from_utf8_lossy(&output.stdout));
        said += &String::from_utf8_lossy(&output.stderr);
    }
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_88_and_89_the_canary_is_in_no_log_trace_metric_ring_or_answer_of_a_defect() {
    let store = Store::restartable().await;
    let db = store.connect().await;
    // As much as PostgreSQL can write of statements, and what docs/operations.md asks for.
    for setting in ["log_statement = 'all'", "log_parameter_max_length = 0", "log_error_verbosity = 'terse'"] {
        db.execute_unprepared(&format!("ALTER SYSTEM SET {setting}")).await.unwrap();
    }
    db.execute_unprepared("SELECT pg_reload_conf()").await.unwrap();
    let (redis, collector, folder) = (Redis::start(), Collector::start().await, Folder::new());
    let rings = monitor(redis.address);
    let practice = Practice::in_store(&store, "Practice").await;
    let ana = practice.hires("Ana", StaffRole::Nurse, &["Cedar"]).await;
    let eva = practice.hires("Eva", StaffRole::Manager, &[]).await;
    practice.appoints(eva.0).await;
    let (cedar, rosa) = (practice.team("Cedar").await, practice.patient("Rosa Zzcanary", "Cedar").await);
    let launch = Launch {
        arguments: ["--development", "--log-format", "json", "--otlp-endpoint", &collector.endpoint, "--redis-url"]
            .into_iter()
            .map(str::to_owned)
            .chain([redis.url(), "--drain-seconds".to_owned(), "0".to_owned()])
            .collect(),
        environment: vec![("FAILPOINTS".to_owned(), "patients.found=1*return->off".to_owned())],
        depth: EVERYTHING.to_owned(),
        ..Launch::on(&store.url)
    };
    let process = Process::launch(&launch);
    let practice = practice.served_at(process.address);
    let (ana, eva) = (practice.enters("Ana", ana).await, practice.enters("Eva", eva).await);
    let mut screen = ana.follows(&cedar, None).await;

    // A defect that quotes a patient ends its own request, and nothing else.
    let ended = ana.reads_patient(&rosa).await;
    assert_eq!((ended.status, ended.code()), (500, "INTERNAL"), "{ended}");
    ana.reads_patient(&rosa).await.data();
    a_day_with(&ana, &cedar, &rosa).await;
    let changed = screen.next_of("PatientChanged").await;
    assert_eq!(changed["patient"]["id"], rosa, "the socket is still open");
    screen.close().await;
    let log = "{ auditEntries(filter: { operation: \"Zzcanary\" }) { nodes { patients { displayName } } } }";
    eva.ask(log, json!({})).await.data();
    let folder_and_url = (folder, store.url.clone());
    let said = tokio::task::spawn_blocking(move || imports(&folder_and_url.1, &folder_and_url.0)).await.unwrap();
    assert!(said.contains("right.json") && said.contains("broken.hl7"), "{said}");

    let metrics = process.stranger().get("/metrics").await.text;
    let (status, log) = tokio::task::spawn_blocking(move || process.terminate()).await.unwrap();
    assert!(status.success(), "{status}: {log}");
    assert!(log.contains("a defect ended a piece of work"), "{log}");
    let statements = fs::read_to_string(store.server().folder().join("log")).unwrap();
    assert!(statements.contains("INSERT INTO \"audit_entry\""), "PostgreSQL told what it was asked");
    let rings = rings.lock().unwrap().clone();
    assert!(rings.to_lowercase().contains("publish"), "Redis told what it was asked: {rings}");
    assert!(collector.has("claimTask"));
    let places = [
        ("the log", &log),
        ("metrics", &metrics),
        ("PostgreSQL's log", &statements),
        ("Redis", &rings),
        ("what imports say", &said),
        ("the answer", &ended.text),
    ];
    for canary in CANARIES.into_iter().chain(MORE) {
        for (place, text) in places {
            // Their own connections may write names in their own statements: the kit's, which are no program of ours.
            let told = text.lines().find(|line| line.contains(canary));
            assert_eq!(told, None, "{canary} in {place}");
        }
        assert!(!collector.has(canary), "{canary} in traces");
    }
}
