//! Emergency access: it asks for a reason, is read-only, ends, is on record as what it is, and is reviewed by somebody else.
use chrono::Duration;
use entity::{audit_entry::AuditKind, sensitivity::Sensitivity, staff::StaffRole};
use serde_json::{Value, json};
use tests::{Kit, Person, Socket, both};

const REASON: &str = "collapsed in the waiting room";
const REVIEWS: &str = "query Reviews($open: Boolean) { breakGlassReviews(open: $open) { totalCount nodes {
    id patientId patient { id } patientName reason staff { displayName } until endedAt viewerCanReview review { outcome } } } }";

async fn tries(person: &Person, input: Value) -> String {
    let answer = person.act("breakGlass", input).await;
    answer.body.get("errors").map_or("there".to_owned(), |_| answer.code().to_owned())
}

async fn kinds(kit: &Kit, patient: &str) -> Vec<(AuditKind, String)> {
    let about = json!([patient]);
    let rows = kit.audit().await.into_iter().filter(|row| row.patients == about);
    rows.map(|row| (row.kind, row.operation)).collect()
}

both!(case_32_an_emergency_shows_one_patient_to_read_for_an_hour, async |kit: &Kit| {
    let maple = kit.team("Maple").await;
    let (ana, mei) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Mei", "Maple").await);
    let new = tests::NewPatient::called("Rosa Canaria");
    let number = json!({ "mrn": new.mrn, "birthDate": new.birth_date.to_string() });
    let rosa = kit.patient_with(new, "Maple").await.to_string();
    let other = kit.patient("Lisa Ray", "Maple").await;
    let task = mei.creates_with(&maple, "Call", json!({ "patientId": rosa })).await;
    kit.marks(&rosa, &[Sensitivity::Restricted]).await;
    let with = |mut input: Value, reason: &str| {
        input["reason"] = json!(reason);
        input
    };

    assert_eq!(tries(&ana, with(number.clone(), "")).await, "BAD_USER_INPUT");
    assert_eq!(tries(&ana, with(number.clone(), "  urgent  ")).await, "BAD_USER_INPUT", "too short to be a reason");
    assert_eq!(tries(&ana, with(json!({ "mrn": number["mrn"] }), REASON)).await, "BAD_USER_INPUT");
    assert_eq!(
        tries(&ana, with(json!({ "mrn": number["mrn"], "birthDate": "1951-07-10" }), REASON)).await,
        "NOT_FOUND"
    );
    assert_eq!(ana.reads_patient(&rosa).await.code(), "NOT_FOUND");
    let taken = ana.act("breakGlass", with(number.clone(), REASON)).await;
    let access = taken.at("/breakGlass/breakGlass").clone();
    assert_eq!((&access["patientId"], &access["reason"]), (&json!(rosa), &json!(REASON)));
    let read = "query P($id: ID!, $task: ID!) { patient(id: $id) { displayName emergencyAccess { id until reason }
        viewerCanEdit viewerCanProtect tasks { nodes { id viewerCanClaim } } } task(id: $task) { title }
        viewer { emergencyAccess { patientId patientName } } }";
    let shown = ana.ask(read, json!({ "id": rosa, "task": task })).await;
    assert_eq!(shown.at("/patient/displayName"), "Canaria, Rosa");
    assert_eq!(shown.at("/patient/emergencyAccess/id"), &access["id"]);
    assert_eq!(shown.at("/patient/tasks/nodes"), &json!([{ "id": task, "viewerCanClaim": false }]));
    assert_eq!(shown.at("/patient/viewerCanEdit"), false);
    assert_eq!(shown.at("/viewer/emergencyAccess"), &json!([{ "patientId": rosa, "patientName": "Canaria, Rosa" }]));
    assert_eq!(ana.reads_patient(&other).await.code(), "NOT_FOUND", "that one patient");
    for refused in [
        ana.sets_status(&rosa, "WATCH").await,
        ana.act("addTaskComment", json!({ "taskId": task, "text": "hello" })).await,
        ana.claims(&task).await,
    ] {
        assert_eq!(refused.code(), "FORBIDDEN", "to read, and no more");
    }
    assert_eq!(tries(&ana, with(number.clone(), REASON)).await, "CONFLICT", "she sees the patient already");
    let kinds = kinds(kit, &rosa).await;
    assert!(kinds.contains(&(AuditKind::BreakGlass, "emergency.breakGlass".to_owned())), "{kinds:?}");
    assert!(kinds.contains(&(AuditKind::BreakGlass, "P".to_owned())), "every look is told apart: {kinds:?}");

    kit.pass(Duration::minutes(59)).await;
    assert_eq!(ana.reads_patient(&rosa).await.at("/patient/displayName"), "Canaria, Rosa");
    kit.pass(Duration::minutes(1)).await;
    assert_eq!(ana.reads_patient(&rosa).await.code(), "NOT_FOUND", "an hour is over");
    assert_eq!(ana.reads_task(&task).await.code(), "NOT_FOUND");
    let ended = ana.act("endBreakGlass", json!({ "breakGlassId": access["id"] })).await;
    assert!(!ended.at("/endBreakGlass/breakGlass/endedAt").is_null(), "{ended}");
    assert_eq!(ended.at("/endBreakGlass/breakGlass/patientName"), &Value::Null);
});

both!(case_32_an_emergency_is_to_read_on_ones_own_team_too, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    kit.marks(&rosa, &[Sensitivity::Restricted]).await;
    kit.clears(ben.id, &[Sensitivity::Restricted]).await;
    let mut hers = ana.follows(&cedar, None).await;
    ana.breaks_glass(&rosa).await;

    let new = json!({ "careTeamId": cedar, "kind": "RECALL", "title": "Recall", "patientId": rosa });
    for refused in [
        ana.sets_status(&rosa, "WATCH").await,
        ana.claims(&task).await,
        ana.act("updateTask", json!({ "taskId": task, "title": "New" })).await,
        ana.act("cancelTask", json!({ "taskId": task, "reason": "no" })).await,
        ana.act("createTask", new).await,
        ana.moves_patient(&rosa, &kit.team("Maple").await).await,
    ] {
        assert_eq!(refused.code(), "FORBIDDEN", "she reads them, and no more");
    }
    ben.claims(&task).await.data();
    let plain = ben.creates(&cedar, "Order gloves").await;
    assert_eq!(hers.next_change().await["task"]["id"], plain, "and they are in none of her feeds");
});

both!(case_32_who_guesses_is_stopped, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Canaria", "Maple").await;
    let guess = |n: i64| json!({ "mrn": format!("MRN{n}"), "birthDate": "1951-07-09", "reason": REASON });

    for n in 0..5 {
        assert_eq!(tries(&ana, guess(n)).await, "NOT_FOUND");
    }
    let stopped = ana.act("breakGlass", json!({ "patientId": rosa, "reason": REASON })).await;

    assert_eq!(stopped.code(), "RATE_LIMITED");
    assert!(stopped.error()["extensions"]["retryAfter"].as_u64().unwrap() <= 15 * 60, "{stopped}");
    let denied = kit.audit().await.into_iter().filter(|row| row.kind == AuditKind::Denied);
    let denied = denied.filter(|row| row.operation == "emergency.breakGlass");
    assert_eq!(denied.filter(|row| row.actor_id == Some(ana.id)).count(), 5);
    kit.pass(Duration::minutes(15)).await;
    let ana = kit.enters("Ana", (ana.id, ana.email.clone())).await;
    ana.breaks_glass(&rosa).await;
});

both!(case_32_only_who_treats_patients_has_emergencies, async |kit: &Kit| {
    let rosa = kit.patient("Rosa Canaria", "Maple").await;
    let eva = kit.practice("Elm Clinic").await.nurse("Eva", "Elm").await;
    let (cedar, ana) = (kit.team("Cedar").await, kit.nurse("Ana", "Cedar").await);
    let input = json!({ "patientId": rosa, "reason": REASON });

    for (role, expected) in [
        (StaffRole::CareCoordinator, "there"),
        (StaffRole::MedicalAssistant, "there"),
        (StaffRole::Clinician, "there"),
        (StaffRole::SocialWorker, "there"),
        (StaffRole::Pharmacist, "there"),
        (StaffRole::FrontDesk, "FORBIDDEN"),
        (StaffRole::Manager, "FORBIDDEN"),
        (StaffRole::Administrator, "FORBIDDEN"),
    ] {
        let person = kit.person(&format!("{role:?}"), role, &["Cedar"]).await;
        assert_eq!(tries(&person, input.clone()).await, expected, "{role:?}");
    }
    for browser in [kit.display(&cedar, &ana).await, kit.integration("Registry").await] {
        assert_eq!(tests::people::act(&browser, "breakGlass", input.clone()).await.code(), "FORBIDDEN");
    }
    assert_eq!(tries(&eva, input).await, "NOT_FOUND", "of another practice");
});

both!(case_32_every_emergency_waits_for_somebody_else_to_review_it, async |kit: &Kit| {
    let rosa = kit.patient("Rosa Canaria", "Maple").await;
    kit.marks(&rosa, &[Sensitivity::SubstanceUse]).await;
    let (ana, mia) = (kit.nurse("Ana", "Cedar").await, kit.manager("Mia").await);
    assert_eq!(mia.ask(REVIEWS, json!({})).await.code(), "FORBIDDEN");
    kit.appoints(mia.id).await;
    kit.appoints(ana.id).await;
    let access = ana.breaks_glass(&rosa).await;
    let judge = |outcome: &str| json!({ "breakGlassId": access, "outcome": outcome, "note": "seen in the ED" });

    let waiting = mia.ask(REVIEWS, json!({ "open": true })).await;
    assert_eq!(ana.act("reviewBreakGlass", judge("APPROPRIATE")).await.code(), "FORBIDDEN", "not one's own");
    let eva = kit.practice("Elm Clinic").await.manager("Eva").await;
    assert_eq!(eva.act("reviewBreakGlass", judge("APPROPRIATE")).await.code(), "FORBIDDEN");
    let reviewed = mia.act("reviewBreakGlass", judge("INAPPROPRIATE")).await;
    let again = mia.act("reviewBreakGlass", judge("APPROPRIATE")).await;

    let row = waiting.at("/breakGlassReviews/nodes/0");
    assert_eq!(row["patientName"], "Canaria, Rosa", "who reviews learns whom it is about");
    assert_eq!(row["patient"], Value::Null, "and no more, as they are not cleared");
    assert_eq!((&row["staff"]["displayName"], &row["viewerCanReview"]), (&json!("Ana"), &json!(true)));
    assert_eq!(reviewed.at("/reviewBreakGlass/breakGlass/review/outcome"), "INAPPROPRIATE");
    assert!(!reviewed.at("/reviewBreakGlass/breakGlass/endedAt").is_null(), "what was wrong ends at once");
    assert_eq!(ana.reads_patient(&rosa).await.code(), "NOT_FOUND");
    assert_eq!(again.code(), "CONFLICT");
    let counts =
        async |open: Value| mia.ask(REVIEWS, json!({ "open": open })).await.at("/breakGlassReviews/totalCount").clone();
    assert_eq!(
        (counts(json!(true)).await, counts(json!(false)).await, counts(Value::Null).await),
        (json!(0), json!(1), json!(1))
    );
});

const ALERTS: &str =
    "subscription Alerts { accessAlerts { openReviews newest { id patientName staff { displayName } } } }";

async fn alert(socket: &mut Socket, open: u64) -> Value {
    loop {
        let message = socket.next().await.json();
        assert_eq!(message["type"], "next", "{message}");
        let told = message["payload"]["data"]["accessAlerts"].clone();
        if told["openReviews"] == open {
            return told;
        }
    }
}

both!(case_32_privacy_officers_hear_of_an_emergency_at_once, async |kit: &Kit| {
    let rosa = kit.patient("Rosa Canaria", "Maple").await;
    let (ana, mia) = (kit.nurse("Ana", "Cedar").await, kit.manager("Mia").await);
    let mut refused = mia.socket().await;
    refused.subscribe("1", ALERTS, json!({})).await;
    assert_eq!(refused.next().await.json()["payload"][0]["extensions"]["code"], "FORBIDDEN");
    kit.appoints(mia.id).await;
    let mut screen = mia.socket().await;
    screen.subscribe("1", ALERTS, json!({})).await;
    assert_eq!(alert(&mut screen, 0).await["newest"], Value::Null);

    let access = ana.breaks_glass(&rosa).await;

    let told = alert(&mut screen, 1).await;
    assert_eq!(
        told["newest"],
        json!({ "id": access, "patientName": "Canaria, Rosa", "staff": { "displayName": "Ana" } })
    );
    let appropriate = json!({ "breakGlassId": access, "outcome": "APPROPRIATE" });
    mia.act("reviewBreakGlass", appropriate).await.data();
    alert(&mut screen, 0).await;
    kit.administrator("Ada").await.gives_clearances(mia.id, &[]).await.data();
    let ada = kit.administrator("Bea").await;
    let dismiss = json!({ "staffId": mia.id.to_string(), "clearances": [], "privacyOfficer": false, "reason": "left" });
    ada.act("setStaffClearances", dismiss).await.data();
    let end = loop {
        let message = screen.next().await.json();
        if message["type"] == "error" {
            break message["payload"][0]["extensions"]["code"].clone();
        }
    };
    assert_eq!(end, "FORBIDDEN", "no longer one of them");
});

both!(an_emergency_ends_when_its_person_says_so, async |kit: &Kit| {
    let rosa = kit.patient("Rosa Canaria", "Maple").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let access = ana.breaks_glass(&rosa).await;

    assert_eq!(ben.act("endBreakGlass", json!({ "breakGlassId": access })).await.code(), "NOT_FOUND", "another's");
    assert_eq!(ben.reads_patient(&rosa).await.code(), "NOT_FOUND");
    ana.act("endBreakGlass", json!({ "breakGlassId": access })).await.data();

    assert_eq!(ana.reads_patient(&rosa).await.code(), "NOT_FOUND");
    ana.breaks_glass(&rosa).await;
    assert_eq!(ana.reads_patient(&rosa).await.at("/patient/id"), &json!(rosa), "and may be taken again");
});
