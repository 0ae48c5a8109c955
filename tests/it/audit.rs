//! The record: every write in the write's own transaction, every look at a patient before it is shown, and nowhere else
//! a word about anybody.
use entity::{
    audit_entry::{self, AuditKind},
    event::EntityType,
    staff::StaffRole,
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::{Kind, Kit, Person, Practice, Process, Store, both, people::act};

type Row = audit_entry::Model;

async fn rows(kit: &Kit, kind: AuditKind) -> Vec<Row> {
    kit.audit().await.into_iter().filter(|row| row.kind == kind).collect()
}

/// What was read since `before` rows of reading, as operation and patients.
async fn reads_since(kit: &Kit, before: usize) -> Vec<(String, Value)> {
    let rows = rows(kit, AuditKind::Read).await;
    rows[before..].iter().map(|row| (row.operation.clone(), row.patients.clone())).collect()
}

both!(every_change_has_exactly_its_row, async |kit: &Kit| {
    let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
    let (cora, mia) = (kit.coordinator("Cora", "Cedar").await, kit.manager("Mia").await);
    let ben = kit.hires("Ben", StaffRole::Nurse, &[]).await.0.to_string();
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let from = (kit.events().await.len(), rows(kit, AuditKind::Write).await.len());

    let task = cora.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    cora.claims(&task).await.data();
    cora.starts(&task).await.data();
    cora.act("addTaskComment", json!({ "taskId": task, "text": "hello" })).await.data();
    cora.act("addTaskStep", json!({ "taskId": task, "text": "one" })).await.data();
    cora.releases(&task).await.data();
    cora.sets_status(&rosa, "WATCH").await.data();
    cora.act("assignCoordinator", json!({ "patientId": rosa, "staffId": cora.id.to_string() })).await.data();
    mia.adds_member(&cedar, &ben).await.data();
    mia.removes_member(&cedar, &ben).await.data();
    cora.moves_patient(&rosa, &maple).await;
    // Refused, harmless, or of no effect: nothing to record as a change.
    cora.claims(&task).await;
    mia.claims(&task).await;
    cora.act("createTask", json!({ "careTeamId": cedar, "kind": "no code", "title": "x" })).await;

    let events = kit.events().await.split_off(from.0);
    let written = rows(kit, AuditKind::Write).await.split_off(from.1);
    let names = BTreeMap::from([
        (EntityType::Task, "task"),
        (EntityType::Patient, "patient"),
        (EntityType::CareTeam, "care-team"),
        (EntityType::Huddle, "huddle"),
        (EntityType::Staff, "staff"),
        (EntityType::Session, "session"),
    ]);
    let mut of_events: Vec<_> =
        events.iter().map(|event| (names[&event.entity_type].to_owned(), event.entity_id, event.actor_id)).collect();
    let mut of_audit: Vec<_> =
        written.iter().map(|row| (row.entity_type.clone().unwrap(), row.entity_id.unwrap(), row.actor_id)).collect();
    of_events.sort();
    of_audit.sort();
    assert_eq!(of_audit, of_events);
    for row in &written {
        assert_eq!((row.actor_kind.as_str(), row.session_id.is_some()), ("staff", true), "{row:?}");
        let of_patient = ["task", "patient"].contains(&row.entity_type.as_deref().unwrap());
        assert_eq!(row.patients, if of_patient { json!([rosa]) } else { json!([]) }, "{row:?}");
    }
    let operations: Vec<_> = written.iter().map(|row| row.operation.as_str()).collect();
    for operation in ["tasks.create", "tasks.claim", "tasks.addComment", "patients.setStatus", "careTeams.addMember"] {
        assert!(operations.contains(&operation), "{operation} in {operations:?}");
    }
});

both!(what_is_rolled_back_leaves_nothing_behind, async |kit: &Kit| {
    let team = kit.team_id("Cedar").await;
    let model = api::care_teams::service::find(&kit.cx(), team).await.unwrap();
    let before = (kit.events().await.len(), kit.audit().await.len());
    let head = tests::store::head(&kit.db, kit.organization).await.seq;

    let mut tx = kit.cx().begin("test").await.unwrap();
    tx.emit(api::events::Change::care_team(&model));
    tx.note(AuditKind::Write, None, Vec::new());
    drop(tx);

    assert_eq!((kit.events().await.len(), kit.audit().await.len()), before);
    assert_eq!(tests::store::head(&kit.db, kit.organization).await.seq, head);
});

both!(every_look_at_a_patient_is_recorded_with_what_was_asked_and_whom_it_showed, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let (rosa, max) = (kit.patient("Rosa Diaz", "Cedar").await, kit.patient("Max Roth", "Cedar").await);
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    let both = {
        let mut both = [rosa.clone(), max.clone()];
        both.sort();
        json!(both)
    };

    for (document, shown) in [
        ("query ById($rosa: ID!) { patient(id: $rosa) { status } }", json!([rosa])),
        ("query ByNode($rosa: ID!) { node(id: $rosa) { id } }", json!([rosa])),
        ("query OfTask($task: ID!) { task(id: $task) { patient { displayName } } }", json!([rosa])),
        ("query TaskAlone($task: ID!) { task(id: $task) { title } }", json!([rosa])),
        ("query Board($team: ID!) { careTeam(id: $team) { patients { nodes { id } } } }", both),
        ("query Search { patients(filter: { search: \"roth\" }) { nodes { displayName } } }", json!([max])),
    ] {
        // The words are not on record, only that somebody looked for somebody.
        let kind = if document.contains("search:") { AuditKind::Search } else { AuditKind::Read };
        let before = rows(kit, kind).await.len();
        let variables = json!({ "rosa": rosa, "task": task, "team": cedar });
        let used: Value = variables
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| document.contains(&format!("${name}")))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        ana.ask(document, used).await.data();

        let name = document["query ".len()..].split(['(', ' ']).next().unwrap();
        let recorded = rows(kit, kind).await.split_off(before);
        let recorded: Vec<_> = recorded.iter().map(|row| (row.operation.clone(), row.patients.clone())).collect();
        assert_eq!(recorded.len(), 1, "{document}: {recorded:?}");
        assert_eq!(recorded[0].0, name, "the document's own name for what it asks");
        assert_eq!(recorded[0].1, shown, "{document}");
    }
    let last = rows(kit, AuditKind::Read).await.pop().unwrap();
    assert_eq!(last.actor_id, Some(ana.id));
    assert!(last.session_id.is_some());
});

both!(what_shows_no_patient_is_no_look_at_one, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    kit.patient("Rosa Diaz", "Cedar").await;
    let task = ana.creates(&cedar, "Order gloves").await;
    let before = rows(kit, AuditKind::Read).await.len();

    ana.ask("query Me { viewer { staff { id } careTeams { name } } taskKinds { code } }", json!({})).await.data();
    ana.ask("query Task($id: ID!) { task(id: $id) { title } }", json!({ "id": task })).await.data();
    kit.nurse("Mei", "Maple").await.ask("query Foreign { patients { nodes { id } } }", json!({})).await.data();

    assert_eq!(reads_since(kit, before).await, []);
});

both!(the_payload_of_a_mutation_is_a_look_as_well, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    let before = rows(kit, AuditKind::Read).await.len();

    ana.claims(&task).await.data();

    let reads = reads_since(kit, before).await;
    assert_eq!(reads.len(), 1, "{reads:?}");
    assert_eq!(reads[0].1, json!([rosa]));
});

both!(what_a_feed_pushes_is_recorded_for_each_who_saw_it, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let wall = kit.display(&cedar, &ana).await;
    let mut screens = vec![
        ana.follows(&cedar, None).await,
        ben.follows(&cedar, None).await,
        tests::Feed::open(kit.address, wall.token.as_deref().unwrap(), &cedar, None).await,
    ];
    let before = rows(kit, AuditKind::Pushed).await.len();

    ben.ask(
        "mutation Set($id: ID!) { setPatientStatus(input: { patientId: $id, status: WATCH }) { __typename } }",
        json!({ "id": rosa }),
    )
    .await
    .data();
    for screen in &mut screens {
        assert_eq!(screen.next_change().await["patient"]["id"], rosa);
    }

    let pushed: Vec<Row> = rows(kit, AuditKind::Pushed).await.split_off(before);
    let pushed: Vec<_> = pushed.iter().filter(|row| ["Feed", "teamFeed"].contains(&row.operation.as_str())).collect();
    assert_eq!(pushed.len(), 3, "{pushed:?}");
    assert!(pushed.iter().all(|row| row.patients == json!([rosa])));
    let mut who: Vec<_> = pushed.iter().map(|row| (row.actor_kind.as_str(), row.actor_id)).collect();
    who.sort();
    let mut expected = vec![("display", None), ("staff", Some(ana.id)), ("staff", Some(ben.id))];
    expected.sort();
    assert_eq!(who, expected);
});

both!(coming_going_and_being_turned_away_are_recorded, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    act(&kit.stranger(), "signIn", json!({ "email": ana.email, "password": "not the password" })).await;
    ana.signs_out().await.data();

    assert_eq!(rows(kit, AuditKind::SignIn).await.len(), 1);
    let refused = rows(kit, AuditKind::Refused).await;
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].entity_id, Some(ana.id.0));
    let out = rows(kit, AuditKind::SignOut).await;
    assert_eq!((out.len(), out[0].actor_id), (1, Some(ana.id)));
});

both!(what_cannot_be_recorded_is_neither_shown_nor_done, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    let task = ana.creates(&cedar, "Call").await;
    kit.db.execute_unprepared("ALTER TABLE audit_entry RENAME TO audit_gone").await.unwrap();

    let read = ana.reads_patient(&rosa).await;
    let claim = ana.claims(&task).await;
    kit.db.execute_unprepared("ALTER TABLE audit_gone RENAME TO audit_entry").await.unwrap();

    assert!(!read.text.contains("Canaria"), "{read}");
    assert!(["INTERNAL", "UNAVAILABLE"].contains(&read.code()), "{read}");
    assert!(["INTERNAL", "UNAVAILABLE"].contains(&claim.code()), "{claim}");
    for word in ["audit", "SQL", "relation", "table"] {
        assert!(!read.text.contains(word) && !claim.text.contains(word), "{word}: {read} {claim}");
    }
    assert_eq!(ana.reads_task(&task).await.at("/task/status"), "READY", "the change went with its record");
});

// ---------------------------------------------------------------- nowhere else a word about anybody

/// All that our crates and the database's can say. (Deeper down, the socket library would print its frames.)
pub(crate) const EVERYTHING: &str =
    "debug,api=trace,entity=trace,migration=trace,sea_orm=trace,sqlx=trace,async_graphql=trace";
pub(crate) const CANARIES: [&str; 6] = ["Zzcanary", "ZZCANARY", "zzcanary", "1951-07-09", "correct horse", "zz-token"];

/// Everything that people do with a patient, with a name that is easy to find again.
pub(crate) async fn a_day_with(person: &Person, team: &str, patient: &str) {
    let say = |words: &str| format!("Zzcanary {words}");
    let task = person.creates_with(team, &say("call"), json!({ "patientId": patient, "instructions": say("x") })).await;
    person.claims(&task).await.data();
    person.starts(&task).await.data();
    person.act("addTaskComment", json!({ "taskId": task, "text": say("left a message") })).await.data();
    person.holds(&task, &say("is away")).await.data();
    person.sets_status(patient, "IN_ED").await.data();
    person
        .act("setPatientStatus", json!({ "patientId": patient, "status": "WATCH", "note": say("fell") }))
        .await
        .data();
    person
        .ask("{ patients(filter: { search: \"Zzcanary\" }) { nodes { displayName birthDate } } }", json!({}))
        .await
        .data();
    // And what goes wrong.
    for (mutation, input) in [
        ("setPatientStatus", json!({ "patientId": say("id"), "status": "WATCH" })),
        ("setPatientStatus", json!({ "patientId": patient, "status": say("status") })),
        (
            "setPatientStatus",
            json!({ "patientId": patient, "status": "WATCH", "expectedVersion": 99, "note": say("x") }),
        ),
        ("createTask", json!({ "careTeamId": team, "kind": say("kind"), "title": say("t") })),
        ("createTask", json!({ "careTeamId": team, "kind": "RECALL", "title": say(&"t".repeat(300)) })),
        ("cancelTask", json!({ "taskId": task, "reason": say(&"r".repeat(3_000)) })),
        ("startTask", json!({ "taskId": say("task") })),
    ] {
        let answer = person.act(mutation, input).await;
        let message = answer.error()["message"].to_string();
        // The library quotes a wrong enum value back to who sent it; nothing of ours repeats what was sent.
        if !message.contains("does not contain the value") && !message.contains("Invalid value") {
            assert!(CANARIES.iter().all(|canary| !message.contains(canary)), "{mutation}: {answer}");
        }
    }
    person.ask("query Zzcanary { nothing(zzcanary: \"Zzcanary\") }", json!({})).await;
    person.browser.post_text("{\"query\": \"Zzcanary", "application/json").await;
    person.browser.get("/graphql?query=%7Bpatients(filter:%7Bsearch:%22Zzcanary%22%7D)%7BtotalCount%7D%7D").await;
    person.browser.with_token("zz-token").ask("{ viewer { isDisplay } }", json!({})).await;
}

both!(events_and_the_record_hold_ids_and_no_patient_data, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let patient = kit.patient("Rosa Zzcanary", "Cedar").await;

    a_day_with(&ana, &cedar, &patient).await;

    let (events, audit) = (kit.events().await, kit.audit().await);
    assert!(events.len() > 8 && audit.len() > 8);
    // The name of a document is its author's word, and is recorded.
    let audit: Vec<_> = audit.into_iter().filter(|row| row.operation != "Zzcanary").collect();
    let stored = format!("{events:?} {audit:?}");
    for canary in CANARIES {
        assert!(!stored.contains(canary), "{canary}");
    }
});

#[tokio::test(flavor = "multi_thread")]
async fn the_log_names_no_patient_however_much_it_says() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let store = Store::migrated(kind).await;
        let practice = Practice::in_store(&store, "Practice").await;
        let ana = practice.hires("Ana", StaffRole::Nurse, &["Cedar"]).await;
        let (cedar, patient) = (practice.team("Cedar").await, practice.patient("Rosa Zzcanary", "Cedar").await);
        let process = Process::start_logging(&store.url, &[], EVERYTHING);
        let practice = practice.served_at(process.address);
        let ana = practice.enters("Ana", ana).await;
        let mut screen = ana.follows(&cedar, None).await;

        a_day_with(&ana, &cedar, &patient).await;
        screen.next_of("PatientChanged").await;
        screen.close().await;

        let metrics = process.stranger().get("/metrics").await.text;
        let (status, log) = process.terminate();
        assert!(status.success(), "{status}: {log}");
        assert!(log.contains("stopped"), "the log was captured: {log}");
        for canary in CANARIES.into_iter().chain([ana.token()]) {
            let told = log.lines().find(|line| line.contains(canary));
            assert_eq!(told, None, "{canary} on {kind:?}");
            assert!(!metrics.contains(canary));
        }
    }
}
