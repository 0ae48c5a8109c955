//! What comes next and why, what goes together, and what waits.
use super::{day, each};
use chrono::Duration;
use serde_json::{Value, json};
use tests::{Kit, both};

both!(a_day_is_one_queue_and_each_place_has_its_reasons, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, cora) = (kit.nurse("Ana", "Cedar").await, kit.coordinator("Cora", "Cedar").await);
    let at = |minutes| json!(kit.app.clock.now() + Duration::minutes(minutes));
    let stat = cora.creates_with(&cedar, "Potassium", json!({ "priority": "STAT" })).await;
    cora.creates(&cedar, "Anybody's").await;
    let late = cora.creates_with(&cedar, "Late", json!({ "dueAt": at(1) })).await;
    let given = cora.creates(&cedar, "Given").await;
    let begun = ana.creates(&cedar, "Begun").await;
    let urgent = ana.creates_with(&cedar, "Urgent", json!({ "priority": "URGENT" })).await;
    for task in [&late, &begun, &urgent] {
        ana.claims(task).await.data();
    }
    ana.starts(&begun).await.data();
    cora.assigns(&given, Some(&ana.id.to_string())).await.data();
    kit.pass(Duration::minutes(5)).await;

    let today = day(&ana).await;

    let queue = today.at("/myDay/queue");
    assert_eq!(each(queue, "/task/title"), ["Potassium", "Begun", "Late", "Urgent", "Given", "Anybody's"]);
    assert_eq!(each(queue, "/aheadBy"), ["STAT", "BEGUN", "CLOCK", "PRIORITY", "HELD", "-"]);
    assert_eq!(queue[0]["task"]["id"], stat);
    assert_eq!([&queue[0]["isMine"], &queue[1]["isMine"]], [false, true]);
    let why = |at: usize| each(&queue[at]["why"], "/kind");
    assert_eq!(why(0), ["STAT", "OPEN"]);
    assert_eq!(why(2), ["OVERDUE", "PROMISED", "MINE"]);
    assert_eq!(queue[2]["why"][1]["by"]["displayName"], "Cora");
    assert_eq!(why(4), ["GIVEN", "MINE"]);
    assert_eq!(queue[4]["why"][0]["by"]["displayName"], "Cora");
    let ranks: Vec<i64> = queue.as_array().unwrap().iter().map(|item| item["rank"].as_i64().unwrap()).collect();
    assert_eq!(ranks, [1, 2, 3, 4, 5, 6]);
    assert_eq!(day(&ana).await.data(), today.data(), "the same facts, the same day");
});

both!(of_what_nobody_holds_a_day_shows_what_one_may_take_and_no_more_than_twenty, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let desk = kit.person("Dee", entity::staff::StaffRole::FrontDesk, &["Cedar"]).await;
    let elsewhere = kit.nurse("Mei", "Maple").await;
    ana.creates_with(&cedar, "Triage", json!({ "kind": "SYMPTOM_TRIAGE", "priority": "ASAP" })).await;
    for number in 0..24 {
        ana.creates(&cedar, &format!("Call {number:02}")).await;
    }

    assert_eq!(each(day(&ana).await.at("/myDay/queue"), "/task/title")[..2], ["Triage", "Call 00"]);
    assert_eq!(day(&ana).await.at("/myDay/queue").as_array().unwrap().len(), 20);
    assert_eq!(each(day(&desk).await.at("/myDay/queue"), "/task/title")[..2], ["Call 00", "Call 01"]);
    assert_eq!(day(&elsewhere).await.at("/myDay/queue"), &json!([]));
    assert_eq!(day(&kit.manager("Mia").await).await.at("/myDay/queue"), &json!([]), "who looks on takes nothing");
});

both!(a_screen_on_a_wall_has_no_day, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let wall = kit.display(&cedar, &ana).await;

    let refused = wall.ask("{ myDay { date } }", json!({})).await;

    assert_eq!(refused.code(), "FORBIDDEN");
});

both!(a_confidential_patients_work_is_in_no_queue_of_who_is_not_cleared, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    ana.creates_with(&cedar, "Call Rosa", json!({ "patientId": rosa })).await;
    kit.clears(ana.id, &[entity::sensitivity::Sensitivity::SubstanceUse]).await;
    kit.marks(&rosa, &[entity::sensitivity::Sensitivity::SubstanceUse]).await;

    assert_eq!(each(day(&ana).await.at("/myDay/queue"), "/task/title"), ["Call Rosa"]);
    assert_eq!(day(&ben).await.at("/myDay/queue"), &json!([]));
});

both!(one_number_one_household_and_one_pharmacy_go_together, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let names = ["Rosa Diaz", "Leo Diaz", "Jo Lane", "Kim Ray"];
    let mut patients = Vec::new();
    for name in names {
        let patient = kit.patient(name, "Cedar").await;
        let title = format!("Call {name}");
        ana.claims(&ana.creates_with(&cedar, &title, json!({ "patientId": patient })).await).await.data();
        patients.push(patient);
    }
    let again = ana.creates_with(&cedar, "Form for Rosa", json!({ "patientId": patients[0] })).await;
    ana.claims(&again).await.data();
    kit.reached_by(&patients[0], None, Some("(518) 555-0100"), Some("1 Mill Street")).await;
    // A child, who is called at the mother's.
    kit.reached_by(&patients[1], None, None, Some("1 MILL STREET")).await;
    kit.reached_by(&patients[1], Some("Rosa Diaz"), Some("+1 518 555 0100"), None).await;
    kit.reached_by(&patients[2], None, Some("518-555-0177"), Some("2 High Street")).await;
    for patient in &patients[2..] {
        let set = json!({ "patientId": patient, "name": "Mill Street Drugs", "phone": "518-555-0117" });
        ana.act("setPatientPharmacy", set).await.data();
    }

    let today = day(&ana).await;

    let batches = today.at("/myDay/batches");
    assert_eq!(each(batches, "/kind"), ["CALL", "HOUSEHOLD", "PHARMACY"]);
    assert_eq!(batches[0]["phone"], "(518) 555-0100");
    assert_eq!(each(&batches[0]["tasks"], "/title"), ["Call Rosa Diaz", "Call Leo Diaz", "Form for Rosa"]);
    assert_eq!(each(&batches[1]["patients"], "/displayName"), ["Diaz, Rosa", "Diaz, Leo"]);
    assert_eq!(batches[1]["name"], "1 Mill Street");
    assert_eq!(each(&batches[2]["tasks"], "/title"), ["Call Jo Lane", "Call Kim Ray"]);
    assert_eq!([&batches[2]["name"], &batches[2]["phone"]], ["Mill Street Drugs", "518-555-0117"]);
});

both!(what_waits_says_on_whom_and_since_when, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (cora, ben) = (kit.coordinator("Cora", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let coordinates = json!({ "patientId": rosa, "staffId": cora.id.to_string() });
    cora.act("assignCoordinator", coordinates).await.data();
    let held = cora.creates(&cedar, "Held").await;
    cora.claims(&held).await.data();
    cora.holds(&held, "Waiting for the payer").await.data();
    kit.pass(Duration::minutes(1)).await;
    let given = ben.creates(&cedar, "Given").await;
    cora.assigns(&given, Some(&ben.id.to_string())).await.data();
    kit.pass(Duration::minutes(1)).await;
    let asked = cora.creates(&cedar, "Asked").await;
    ben.claims(&asked).await.data();
    kit.pass(Duration::minutes(1)).await;
    let stands = ben.creates_with(&cedar, "Stands", json!({ "patientId": rosa })).await;
    ben.claims(&stands).await.data();
    ben.holds(&stands, "Waiting for the report").await.data();
    let goes_on = ben.creates_with(&cedar, "Goes on", json!({ "patientId": rosa })).await;
    ben.claims(&goes_on).await.data();

    let today = day(&cora).await;

    let waiting = today.at("/myDay/waiting");
    assert_eq!(each(waiting, "/task/title"), ["Held", "Given", "Asked", "Stands"]);
    assert_eq!(each(waiting, "/kind"), ["ON_HOLD", "GIVEN", "ASKED", "MY_PATIENT"]);
    assert_eq!(each(waiting, "/on/displayName"), ["-", "Ben", "Ben", "Ben"]);
    assert_eq!(each(waiting, "/words"), ["Waiting for the payer", "-", "-", "Waiting for the report"]);
    assert!(!each(today.at("/myDay/queue"), "/task/title").contains(&"Held".to_owned()));
    let since = each(waiting, "/since");
    assert!(since.is_sorted(), "the longest waiting first: {since:?}");
});

both!(what_is_on_hold_comes_back_when_its_time_comes, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let due = kit.app.clock.now() + Duration::hours(3);
    let held = ana.creates_with(&cedar, "Held", json!({ "dueAt": due })).await;
    ana.claims(&held).await.data();
    ana.holds(&held, "Not before noon").await.data();
    assert_eq!(day(&ana).await.at("/myDay/queue"), &json!([]));

    kit.pass(Duration::minutes(150)).await;

    let today = day(&ana).await;
    assert_eq!(today.at("/myDay/waiting"), &json!([]));
    let why: Vec<Value> = today.at("/myDay/queue/0/why").as_array().unwrap().clone();
    assert_eq!(each(&json!(why), "/kind"), ["DUE_SOON", "PROMISED", "ON_HOLD", "MINE"]);
});

both!(what_was_handed_over_or_asked_for_waits_until_it_is_answered, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let hers = ana.creates(&cedar, "Hers").await;
    ana.claims(&hers).await.data();
    let his = ben.creates(&cedar, "His").await;
    ben.claims(&his).await.data();
    let handoff = json!({ "careTeamId": cedar, "taskIds": [hers], "patientIds": [], "toStaffId": ben.id.to_string(),
        "situation": "Labs are out" });
    ana.act("createHandoff", handoff).await.data();
    kit.pass(Duration::minutes(1)).await;
    ana.act("askToTakeOver", json!({ "taskId": his, "message": "I am calling there anyway" })).await.data();

    let today = day(&ana).await;

    let waiting = today.at("/myDay/waiting");
    assert_eq!(each(waiting, "/kind"), ["HANDED_OVER", "TAKE_OVER"]);
    assert_eq!(each(waiting, "/on/displayName"), ["Ben", "Ben"]);
    assert_eq!(each(waiting, "/words"), ["Labs are out", "I am calling there anyway"]);
    assert_eq!(each(today.at("/myDay/queue"), "/task/title"), ["Hers"], "it is hers until he says so");
});
