//! Who is away, who stands in for them, and what comes back.
use super::{coordinator, patient_of};
use api::caseload::cover;
use chrono::Duration;
use entity::{patient::RiskTier, sensitivity::Sensitivity, staff::StaffRole};
use serde_json::json;
use tests::{Answer, Kit, Person, both};

const COVERS: &str = "query C($id: ID!) { careTeam(id: $id) { members { staff { displayName } isOff }
    covers { id endedAt note staff { displayName } items { outcome patient { id } task { id } to { displayName } } } } }";

async fn covers(who: &Person, team: &str) -> Answer {
    who.ask(COVERS, json!({ "id": team })).await
}

async fn holder(who: &Person, task: &str) -> serde_json::Value {
    let read = "query T($id: ID!) { task(id: $id) { status claim { by { displayName } } } }";
    who.ask(read, json!({ "id": task })).await.at("/task").clone()
}

both!(what_stands_with_who_is_away_goes_to_others_and_comes_back, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben, cleo) = (
        kit.coordinator("Ana", "Cedar").await,
        kit.coordinator("Ben", "Cedar").await,
        kit.coordinator("Cleo", "Cedar").await,
    );
    let eva = kit.manager("Eva").await;
    let mut patients = Vec::new();
    for _ in 0..4 {
        patients.push(patient_of(kit, &ana, Some(RiskTier::Rising)).await);
    }
    // Ben may not see her: she goes to Cleo.
    let restricted = patient_of(kit, &ana, Some(RiskTier::High)).await;
    kit.marks(&restricted, &[Sensitivity::Restricted]).await;
    ana.keeps_out(&restricted, ben.id).await.data();
    let about = ana.creates_with(&cedar, "Call", json!({ "patientId": patients[0] })).await;
    let done = ana.creates(&cedar, "Letter").await;
    for task in [&about, &done] {
        ana.claims(task).await.data();
    }
    let input = json!({ "staffId": ana.id.to_string(), "returnsOn": "2026-11-26" });
    assert_eq!(ben.act("coverMember", input.clone()).await.code(), "FORBIDDEN");
    let today = json!({ "staffId": ana.id.to_string(), "returnsOn": "2026-11-23" });
    assert_eq!(eva.act("coverMember", today).await.field(), "input.returnsOn");

    let begun = eva.act("coverMember", input.clone()).await;

    begun.data();
    assert_eq!(eva.act("coverMember", input).await.code(), "CONFLICT");
    for patient in patients.iter().chain([&restricted]) {
        assert!(coordinator(kit, patient).await.is_some_and(|one| one == ben.id || one == cleo.id));
    }
    assert_eq!(coordinator(kit, &restricted).await, Some(cleo.id));
    let away = covers(&eva, &cedar).await;
    let items = away.at("/careTeam/covers/0/items").as_array().unwrap();
    // Eva is not cleared for the restricted one, and hears nothing of her.
    assert_eq!(items.len(), 6, "{away}");
    assert!(!away.to_string().contains(&restricted), "{away}");
    assert!(items.iter().all(|item| item["outcome"] == "AWAY"), "{away}");
    assert_eq!(away.at("/careTeam/members/0/isOff"), true, "{away}");
    let stood_in = if coordinator(kit, &patients[0]).await == Some(ben.id) { &ben } else { &cleo };
    let name = holder(&eva, &about).await["claim"]["by"]["displayName"].clone();
    assert_eq!(name == "Ben", stood_in.id == ben.id, "a task goes where its patient goes");
    let by = if holder(&eva, &done).await["claim"]["by"]["displayName"] == "Ben" { &ben } else { &cleo };
    by.starts(&done).await.data();
    by.completes(&done).await.data();
    // Somebody else takes one of them over for good.
    let keeps = json!({ "patientId": patients[3], "staffId": eva.id.to_string() });
    eva.act("addCareTeamMember", json!({ "careTeamId": cedar, "staffId": eva.id.to_string() })).await.data();
    eva.act("assignCoordinator", keeps).await.data();

    kit.pass(Duration::days(2)).await;
    cover::sweep(&kit.app).await.unwrap();
    assert_eq!(covers(&eva, &cedar).await.at("/careTeam/covers/0/endedAt"), &json!(null), "not before the day");
    kit.pass(Duration::hours(15)).await;
    // As two nodes would.
    let (one, other) = tokio::join!(cover::sweep(&kit.app), cover::sweep(&kit.app));
    one.and(other).unwrap();

    for patient in patients[..3].iter().chain([&restricted]) {
        assert_eq!(coordinator(kit, patient).await, Some(ana.id));
    }
    assert_eq!(coordinator(kit, &patients[3]).await, Some(eva.id));
    assert_eq!(holder(&ana, &about).await["claim"]["by"]["displayName"], "Ana");
    let back = covers(&ana, &cedar).await;
    let note = back.text_at("/careTeam/covers/0/note");
    assert!(note.contains("Came back: 4 patients, 1 task."), "{note}");
    assert!(note.contains("Done meanwhile: 1 task."), "{note}");
    assert!(note.contains("Stays where it is: 1 patient."), "{note}");
    assert_eq!(back.at("/careTeam/members/0/isOff"), false, "{back}");
});

both!(i_am_back_ends_a_cover_and_leaves_others_at_what_they_do, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.coordinator("Ana", "Cedar").await, kit.coordinator("Ben", "Cedar").await);
    let patient = patient_of(kit, &ana, None).await;
    let (begun, waits) = (ana.creates(&cedar, "Call").await, ana.creates(&cedar, "Letter").await);
    for task in [&begun, &waits] {
        ana.claims(task).await.data();
    }
    let input = json!({ "staffId": ana.id.to_string(), "returnsOn": "2026-12-01" });
    let id = ana.act("coverMember", input).await.text_at("/coverMember/cover/id");
    ben.starts(&begun).await.data();
    assert_eq!(ben.act("endCover", json!({ "coverId": id })).await.code(), "FORBIDDEN");

    let ended = ana.act("endCover", json!({ "coverId": id })).await;

    ended.data();
    assert_eq!(coordinator(kit, &patient).await, Some(ana.id));
    assert_eq!(holder(&ana, &begun).await["claim"]["by"]["displayName"], "Ben");
    assert_eq!(holder(&ana, &waits).await["claim"]["by"]["displayName"], "Ana");
    let listed = covers(&ana, &cedar).await;
    assert_eq!(listed.at("/careTeam/members/0/isOff"), false, "{listed}");
});

both!(what_nobody_may_take_is_not_lost, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.coordinator("Ana", "Cedar").await;
    let desk = kit.person("Dora", StaffRole::FrontDesk, &["Cedar"]).await;
    let patient = patient_of(kit, &ana, None).await;
    let more = json!({ "careTeamId": cedar, "kind": "TRANSITION_CONTACT", "title": "Call after discharge" });
    let task = ana.act("createTask", more).await.text_at("/createTask/task/id");
    ana.claims(&task).await.data();

    let input = json!({ "staffId": ana.id.to_string(), "returnsOn": "2026-11-25" });
    let id = ana.act("coverMember", input).await.text_at("/coverMember/cover/id");

    assert_eq!(coordinator(kit, &patient).await, Some(ana.id));
    assert_eq!(holder(&desk, &task).await["status"], "READY");
    let listed = covers(&desk, &cedar).await;
    assert!(listed.text_at("/careTeam/covers/0/note").contains("Nobody could take 1 patient, 1 task."), "{listed}");
    ana.act("endCover", json!({ "coverId": id })).await.data();
    assert_eq!(holder(&ana, &task).await["claim"]["by"]["displayName"], "Ana");
});

both!(who_left_for_good_gets_nothing_back, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.coordinator("Ana", "Cedar").await, kit.coordinator("Ben", "Cedar").await);
    let ada = kit.administrator("Ada").await;
    let patient = patient_of(kit, &ana, None).await;
    let input = json!({ "staffId": ana.id.to_string(), "returnsOn": "2026-11-24" });
    ana.act("coverMember", input).await.data();

    for mutation in ["deactivateStaff", "reactivateStaff"] {
        ada.act(mutation, json!({ "staffId": ana.id.to_string() })).await.data();
    }

    let ended = covers(&ben, &cedar).await;
    assert!(!ended.at("/careTeam/covers/0/endedAt").is_null(), "with the account: {ended}");
    assert_eq!(ended.at("/careTeam/covers/0/items/0/outcome"), "STAYS", "{ended}");
    kit.pass(Duration::days(1)).await;
    cover::sweep(&kit.app).await.unwrap();
    assert_eq!(coordinator(kit, &patient).await, Some(ben.id));
});

both!(what_somebody_may_not_have_any_more_does_not_come_back, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.coordinator("Ana", "Cedar").await, kit.coordinator("Ben", "Cedar").await);
    let eva = kit.manager("Eva").await;
    let (free, blocked) = (patient_of(kit, &ana, None).await, patient_of(kit, &ana, None).await);
    let about = async |patient: &str, kind: &str| {
        let more = json!({ "careTeamId": cedar, "kind": kind, "title": "Call", "patientId": patient });
        let task = ana.act("createTask", more).await.text_at("/createTask/task/id");
        ana.claims(&task).await.data();
        task
    };
    let (call, of_blocked) = (about(&free, "OUTREACH_CALL").await, about(&blocked, "OUTREACH_CALL").await);
    let licensed = about(&free, "TRANSITION_CONTACT").await;
    let input = json!({ "staffId": ana.id.to_string(), "returnsOn": "2026-11-26" });
    let id = eva.act("coverMember", input).await.text_at("/coverMember/cover/id");
    ben.keeps_out(&blocked, ana.id).await.data();
    eva.act("updateStaff", json!({ "staffId": ana.id.to_string(), "role": "FRONT_DESK" })).await.data();

    ana.act("endCover", json!({ "coverId": id })).await.data();

    assert_eq!((coordinator(kit, &free).await, coordinator(kit, &blocked).await), (Some(ana.id), Some(ben.id)));
    assert_eq!(holder(&eva, &call).await["claim"]["by"]["displayName"], "Ana");
    for task in [&of_blocked, &licensed] {
        assert_eq!(holder(&eva, task).await["claim"]["by"]["displayName"], "Ben");
    }
    let note = covers(&eva, &cedar).await.text_at("/careTeam/covers/0/note");
    assert!(note.contains("Stays where it is: 1 patient, 2 tasks."), "{note}");
});
