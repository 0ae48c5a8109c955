//! What people do with patients.
use entity::staff::StaffRole;
use serde_json::{Value, json};
use tests::{Kit, NewPatient, Person, both};

const HISTORY: &str = "query History($id: ID!) { patient(id: $id) {
    coordinatorHistory { totalCount nodes { staff { displayName } start end reason } }
    timeline(first: 50) { totalCount nodes { kind summary note actor { displayName } } } } }";

async fn search(by: &Person, words: &str) -> Vec<String> {
    let document = "query Search($words: String) { patients(filter: { search: $words }) { nodes { displayName } } }";
    let answer = by.ask(document, json!({ "words": words })).await;
    let nodes = answer.at("/patients/nodes").as_array().unwrap();
    nodes.iter().map(|node| node["displayName"].as_str().unwrap().to_owned()).collect()
}

both!(a_status_has_its_moment_its_source_and_its_reason, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    kit.pass(chrono::Duration::hours(1)).await;

    let input = json!({ "patientId": rosa, "status": "IN_ED", "note": "chest pain", "expectedVersion": 1 });
    let answer = ana.act("setPatientStatus", input).await;

    let patient = answer.at("/setPatientStatus/patient");
    assert_eq!(patient["status"], "IN_ED");
    assert_eq!([&patient["statusSource"], &patient["statusNote"]], ["staff", "chest pain"]);
    assert_eq!(patient["version"], 2);
    let since: chrono::DateTime<chrono::Utc> = patient["statusSince"].as_str().unwrap().parse().unwrap();
    assert_eq!(since, kit.app.clock.now());
    let history = ana.ask(HISTORY, json!({ "id": rosa })).await;
    assert_eq!(history.at("/patient/timeline/nodes/0/kind"), "STATUS_CHANGED");
    assert_eq!(history.at("/patient/timeline/nodes/0/note"), "chest pain");
    assert_eq!(history.at("/patient/timeline/nodes/0/actor/displayName"), "Ana");
});

both!(a_status_set_on_what_changed_meanwhile_is_a_conflict_and_nothing_is_written, async |kit: &Kit| {
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    ana.sets_status(&rosa, "WATCH").await.data();
    let before = kit.events().await.len();

    let late =
        ben.act("setPatientStatus", json!({ "patientId": rosa, "status": "STABLE", "expectedVersion": 1 })).await;

    assert_eq!(late.code(), "CONFLICT");
    assert_eq!(ana.reads_patient(&rosa).await.at("/patient/status"), "WATCH");
    assert_eq!(kit.events().await.len(), before);
});

both!(nobody_comes_back_from_the_dead_without_a_word, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    ana.sets_status(&rosa, "DECEASED").await.data();

    let silent = ana.sets_status(&rosa, "STABLE").await;
    let input = json!({ "patientId": rosa, "status": "STABLE", "note": "it was her sister" });
    let explained = ana.act("setPatientStatus", input).await;

    assert_eq!((silent.code(), silent.field()), ("BAD_USER_INPUT", "input.note"));
    assert_eq!(explained.at("/setPatientStatus/patient/status"), "STABLE");
});

both!(one_coordinator_at_a_time_and_the_history_says_who_and_when, async |kit: &Kit| {
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let assign = async |to: &Person| {
        let input = json!({ "patientId": rosa, "staffId": to.id.to_string(), "reason": "nearer" });
        ana.act("assignCoordinator", input).await
    };

    let first = assign(&ana).await;
    kit.pass(chrono::Duration::hours(1)).await;
    let second = assign(&ben).await;
    let again = assign(&ben).await;

    assert_eq!(first.at("/assignCoordinator/patient/coordinator/displayName"), "Ana");
    assert_eq!(second.at("/assignCoordinator/patient/coordinator/displayName"), "Ben");
    assert_eq!(again.at("/assignCoordinator/patient/version"), second.at("/assignCoordinator/patient/version"));
    let history = ana.ask(HISTORY, json!({ "id": rosa })).await;
    assert_eq!(history.at("/patient/coordinatorHistory/totalCount"), 2);
    let nodes = history.at("/patient/coordinatorHistory/nodes");
    assert_eq!(nodes[0]["staff"]["displayName"], "Ben");
    assert_eq!([&nodes[0]["end"], &nodes[0]["reason"]], [&Value::Null, &json!("nearer")]);
    assert_eq!(nodes[1]["end"], nodes[0]["start"], "without a gap between them");
});

both!(of_two_who_take_over_at_once_one_does, async |kit: &Kit| {
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let take = async |who: &Person| {
        who.act("assignCoordinator", json!({ "patientId": rosa, "staffId": who.id.to_string() })).await
    };

    for _ in 0..10 {
        let (one, two) = tokio::join!(take(&ana), take(&ben));
        for answer in [one, two] {
            assert!(answer.body.get("errors").is_none() || answer.code() == "CONFLICT", "{answer}");
        }
    }

    let history = ana.ask(HISTORY, json!({ "id": rosa })).await;
    let nodes = history.at("/patient/coordinatorHistory/nodes").as_array().unwrap();
    assert_eq!(nodes.iter().filter(|node| node["end"].is_null()).count(), 1);
});

both!(a_patient_who_moves_leaves_a_coordinator_behind_who_does_not, async |kit: &Kit| {
    let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
    let ana = kit.nurse("Ana", "Cedar").await;
    let bo = kit.person("Bo", StaffRole::Nurse, &["Cedar", "Maple"]).await;
    let (rosa, max) = (kit.patient("Rosa Diaz", "Cedar").await, kit.patient("Max Roth", "Cedar").await);
    ana.act("assignCoordinator", json!({ "patientId": rosa, "staffId": ana.id.to_string() })).await.data();
    ana.act("assignCoordinator", json!({ "patientId": max, "staffId": bo.id.to_string() })).await.data();
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    ana.claims(&task).await.data();

    ana.moves_patient(&rosa, &maple).await;
    ana.moves_patient(&max, &maple).await;

    assert_eq!(bo.reads_patient(&rosa).await.at("/patient/coordinator"), &Value::Null);
    assert_eq!(bo.reads_patient(&max).await.at("/patient/coordinator/displayName"), "Bo");
    let moved = bo.reads_task(&task).await;
    assert_eq!([moved.at("/task/careTeam/name"), moved.at("/task/status")], ["Maple", "READY"]);
});

both!(a_search_finds_beginnings_of_words_whatever_the_accents, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    kit.patient("Adán Portillo-Nuñez", "Cedar").await;
    kit.patient("Max Roth", "Cedar").await;
    let by_number = NewPatient { mrn: "MRN00771177".to_owned(), ..NewPatient::called("Ida 100%") };
    kit.patient_with(by_number, "Cedar").await;

    assert_eq!(search(&ana, "nunez adan").await, ["Portillo-Nuñez, Adán"]);
    assert_eq!(search(&ana, "PORT").await, ["Portillo-Nuñez, Adán"]);
    assert_eq!(search(&ana, "ortillo").await, Vec::<String>::new(), "not the middle of a word");
    assert_eq!(search(&ana, "mrn00771177").await, ["100%, Ida"]);
    assert_eq!(search(&ana, "1951-07-09").await.len(), 3);
    for nothing in ["roth%", "_ax", "' OR 1=1 --", "%", "\\"] {
        let found = search(&ana, nothing).await;
        assert!(
            !found.contains(&"Roth, Max".to_owned()) || found.len() == 3 || nothing == "roth%",
            "{nothing}: {found:?}"
        );
    }
    assert_eq!(search(&ana, "' OR 1=1 --").await, Vec::<String>::new(), "words, and no program");
});

// Whatever people write comes back as it was, or is refused.
both!(odd_text_survives_or_is_refused, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;

    for text in [
        "Ω≈ç√ 田中さん 👩‍⚕️",
        "\u{202e}right to left",
        "<script>alert(1)</script>",
        "'; DROP TABLE task; --",
        "{{7*7}} ${7*7} %s %n",
        "a\u{301}\u{301}\u{301}",
    ] {
        let task = ana.creates(&cedar, text).await;
        assert_eq!(ana.reads_task(&task).await.at("/task/title"), text);
    }
    let nul = json!({ "careTeamId": cedar, "kind": "RECALL", "title": "x", "instructions": "a\u{0}b" });
    assert_eq!(ana.act("createTask", nul).await.field(), "input.instructions");
});
