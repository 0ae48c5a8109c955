//! A whole huddle, with its people and the screen on the wall.
use super::{about, items, opens, told};
use chrono::Duration;
use entity::sensitivity::Sensitivity;
use serde_json::{Value, json};
use tests::{Feed, Kit, Person, both, people::act};

async fn settles(by: &Person, item: &Value, state: &str) -> tests::Answer {
    by.act("settleHuddleItem", json!({ "itemId": item["id"], "state": state })).await
}

fn decision(kit: &Kit, item: &Value, owner: &Person) -> Value {
    json!({ "itemId": item["id"], "kind": "OUTREACH_CALL", "title": "Call the daughter",
        "ownerId": owner.id.to_string(), "dueAt": (kit.app.clock.now() + Duration::hours(5)).to_rfc3339() })
}

both!(three_people_and_a_wall_hold_a_huddle, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let cora = kit.coordinator("Cora", "Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let mut patients = Vec::new();
    for name in ["Amy One", "Bea Two", "Cat Three"] {
        let patient = kit.patient(name, "Cedar").await;
        ana.sets_status(&patient, "IN_ED").await.data();
        kit.pass(Duration::minutes(1)).await;
        patients.push(patient);
    }
    let wall = kit.display(&cedar, &ana).await;
    let mut shown = Feed::open(kit.address, wall.token.as_deref().unwrap(), &cedar, None).await;
    let (huddle, agenda) = opens(&cora, &cedar).await;
    assert_eq!(agenda.len(), 3);

    let started = cora.act("startHuddle", json!({ "huddleId": huddle })).await;
    assert_eq!(started.at("/startHuddle/huddle/state"), "RUNNING");
    assert_eq!(started.at("/startHuddle/huddle/currentItem/patient/displayName"), "One, Amy");
    assert_eq!(started.at("/startHuddle/huddle/endsBy"), "2026-11-23T14:13:00Z");
    assert_eq!(started.at("/startHuddle/huddle/itemSeconds"), 180);
    let seen = shown.next_where("the start", |item| item["huddle"]["state"] == "RUNNING").await;
    assert_eq!(seen["huddle"]["currentItem"]["id"], agenda[0]["id"]);
    assert_eq!(seen["huddle"]["items"][0]["patient"]["displayName"], "A. O.", "initials on the wall");

    for person in [&ana, &ben] {
        let there = json!({ "huddleId": huddle, "staffId": person.id.to_string(), "present": true });
        cora.act("setHuddleAttendance", there).await.data();
    }
    kit.pass(Duration::seconds(40)).await;
    let decided = cora.act("decideInHuddle", decision(kit, &agenda[0], &ben)).await;
    let task = decided.text_at("/decideInHuddle/task/id");
    assert_eq!(decided.at("/decideInHuddle/task/claim/by/displayName"), "Ben");
    assert_eq!(decided.at("/decideInHuddle/task/patient/id"), &json!(patients[0]));
    assert_eq!(decided.at("/decideInHuddle/item/decisions/0/task/id"), &json!(task));
    let on_board = shown.next_where("the task", |item| item["task"]["claim"]["by"]["displayName"] == "Ben").await;
    assert_eq!(on_board["task"]["id"], json!(task), "it is on everybody's board as it is spoken");

    let settled = settles(&cora, &agenda[0], "DISCUSSED").await;
    assert_eq!(settled.at("/settleHuddleItem/item/seconds"), 40);
    assert_eq!(settled.at("/settleHuddleItem/huddle/currentItem/patient/displayName"), "Two, Bea");
    let follows = shown.next_where("the next one", |item| item["huddle"]["currentItem"]["id"] == agenda[1]["id"]).await;
    assert_eq!(follows["huddle"]["items"][0]["state"], "DISCUSSED");

    let lead = ana.act("takeHuddleLead", json!({ "huddleId": huddle })).await;
    assert_eq!(lead.at("/takeHuddleLead/huddle/facilitator/displayName"), "Ana");
    settles(&ana, &agenda[1], "DEFERRED").await.data();
    let taken_back = settles(&ana, &agenda[1], "OPEN").await;
    assert_eq!(taken_back.at("/settleHuddleItem/item/state"), "OPEN");
    let moved = ana.act("moveHuddle", json!({ "huddleId": huddle, "itemId": agenda[1]["id"] })).await;
    assert_eq!(moved.at("/moveHuddle/huddle/currentItem/id"), &agenda[1]["id"]);
    settles(&ana, &agenda[1], "ABSENT").await.data();

    let ended = ana.act("endHuddle", json!({ "huddleId": huddle })).await;
    assert_eq!(ended.at("/endHuddle/huddle/state"), "ENDED");
    assert_eq!(ended.at("/endHuddle/huddle/currentItem"), &Value::Null);
    assert_eq!(ended.at("/endHuddle/huddle/attendance").as_array().unwrap().len(), 3);
    shown.next_where("the end", |item| item["huddle"]["state"] == "ENDED").await;
    assert_eq!(settles(&ana, &agenda[2], "DISCUSSED").await.code(), "CONFLICT");
    let mine = ben.reads_task(&task).await;
    assert_eq!(mine.at("/task/claim/by/displayName"), "Ben", "what was decided is work on the board");
});

both!(two_who_open_and_start_at_once_hold_one_huddle, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    kit.pass(Duration::days(1)).await;

    let (one, other) = tokio::join!(opens(&ana, &cedar), opens(&ben, &cedar));
    assert_eq!(one.0, other.0);
    let start = || json!({ "huddleId": one.0 });
    let (one, other) = tokio::join!(ana.act("startHuddle", start()), ben.act("startHuddle", start()));

    let leads = one.at("/startHuddle/huddle/facilitator/id");
    assert_eq!(leads, other.at("/startHuddle/huddle/facilitator/id"), "both are told who leads");
    assert_eq!(one.at("/startHuddle/huddle/attendance"), &json!([{ "id": leads }]));
});

both!(of_two_who_settle_an_item_at_once_one_does, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    for n in 0..8 {
        let patient = kit.patient(&format!("Pat No{n}"), "Cedar").await;
        ana.sets_status(&patient, "IN_ED").await.data();
    }
    let (huddle, agenda) = opens(&ana, &cedar).await;
    ana.act("startHuddle", json!({ "huddleId": huddle })).await.data();

    for item in &agenda {
        let (one, other) = tokio::join!(settles(&ana, item, "DISCUSSED"), settles(&ben, item, "DEFERRED"));
        let won: Vec<bool> = [&one, &other].iter().map(|answer| answer.body["errors"].is_null()).collect();
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "{one} {other}");
        let (lost, state) = if won[0] { (&other, "DISCUSSED") } else { (&one, "DEFERRED") };
        assert_eq!(lost.code(), "CONFLICT");
        let message = lost.error()["message"].as_str().unwrap();
        assert!(message.contains(&state.to_lowercase()), "{message}");
    }
});

both!(a_decision_has_an_owner_who_may_do_it_and_a_time_that_is_not_past, async |kit: &Kit| {
    let (cedar, _) = (kit.team("Cedar").await, kit.team("Maple").await);
    let (ana, mei) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Mei", "Maple").await);
    let desk = kit.person("Dan", entity::staff::StaffRole::FrontDesk, &["Cedar"]).await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    ana.sets_status(&rosa, "IN_ED").await.data();
    let (huddle, agenda) = opens(&ana, &cedar).await;
    let planned = ana.act("decideInHuddle", decision(kit, &agenda[0], &ana)).await;
    assert_eq!(planned.code(), "CONFLICT", "it has not begun");
    ana.act("startHuddle", json!({ "huddleId": huddle })).await.data();
    let before = kit.events().await.len();

    let stranger = ana.act("decideInHuddle", decision(kit, &agenda[0], &mei)).await;
    let mut gated = decision(kit, &agenda[0], &desk);
    gated["kind"] = json!("SYMPTOM_TRIAGE");
    let unlicensed = ana.act("decideInHuddle", gated).await;
    let mut past = decision(kit, &agenda[0], &ana);
    past["dueAt"] = json!("2026-11-23T13:59:00Z");
    let late = ana.act("decideInHuddle", past).await;

    assert_eq!((stranger.code(), stranger.field()), ("BAD_USER_INPUT", "input.ownerId"));
    assert_eq!((unlicensed.code(), unlicensed.field()), ("BAD_USER_INPUT", "input.ownerId"));
    assert_eq!((late.code(), late.field()), ("BAD_USER_INPUT", "input.dueAt"));
    assert_eq!(kit.events().await.len(), before, "nothing was written");
    assert_eq!(mei.act("startHuddle", json!({ "huddleId": huddle })).await.code(), "NOT_FOUND");
});

both!(a_confidential_patient_is_never_on_the_wall_nor_with_who_is_not_cleared, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let (rosa, leo) = (kit.patient("Rosa Secret", "Cedar").await, kit.patient("Leo Open", "Cedar").await);
    kit.clears(ana.id, &[Sensitivity::Restricted]).await;
    ana.sets_status(&rosa, "IN_ED").await.data();
    kit.pass(Duration::minutes(1)).await;
    ana.sets_status(&leo, "IN_ED").await.data();
    kit.marks(&rosa, &[Sensitivity::Restricted]).await;
    let wall = kit.display(&cedar, &ana).await;
    let mut shown = Feed::open(kit.address, wall.token.as_deref().unwrap(), &cedar, None).await;

    let (huddle, agenda) = opens(&ana, &cedar).await;
    assert_eq!(told(&agenda).iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Secret, Rosa", "Open, Leo"]);
    let started = ana.act("startHuddle", json!({ "huddleId": huddle })).await;
    assert_eq!(started.at("/startHuddle/huddle/currentItem/patient/displayName"), "Secret, Rosa");

    let seen = shown.next_where("the start", |item| item["huddle"]["state"] == "RUNNING").await;
    assert_eq!(seen["huddle"]["currentItem"], Value::Null);
    assert_eq!(seen["huddle"]["items"].as_array().unwrap().len(), 1);
    let document =
        "query Wall($id: ID!, $team: ID!) { huddle(id: $id) { leftOut currentSince itemSeconds record { sha256 }
        items { position note patient { displayName } } nextItems { position } }
        careTeam(id: $team) { huddle { id } sinceLastHuddle { news { patient { displayName } } } } }";
    let read = wall.ask(document, json!({ "id": huddle, "team": cedar })).await;
    assert_eq!(read.at("/huddle/currentSince"), &Value::Null);
    assert_eq!(read.at("/huddle/leftOut"), &Value::Null);
    assert_eq!(
        read.at("/huddle/items"),
        &json!([{ "position": 1, "note": null, "patient": { "displayName": "L. O." } }])
    );
    assert_eq!(read.at("/careTeam/huddle/id"), &json!(huddle));
    assert!(!read.text.contains("R. S.") && !read.text.contains(&rosa), "{read}");
    let bens = items(&ben, &huddle).await;
    assert_eq!(bens.len(), 1);
    let hidden = settles(&ben, &agenda[0], "DISCUSSED").await;
    assert_eq!(hidden.code(), "NOT_FOUND", "as if it were not there");
    ana.act("endHuddle", json!({ "huddleId": huddle })).await.data();
    let record = "query R($id: ID!) { huddle(id: $id) { record { verified items { patient { id } } } } }";
    let read = ben.ask(record, json!({ "id": huddle })).await;
    assert_eq!(read.at("/huddle/record/items").as_array().unwrap().len(), 1);
    assert_eq!(read.at("/huddle/record/verified"), true);
});

both!(who_acts_at_the_wall_settles_and_does_not_sign, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    ana.sets_status(&rosa, "IN_ED").await.data();
    ana.act("setPin", json!({ "pin": "720946" })).await.data();
    let wall = kit.display(&cedar, &ana).await;
    let (huddle, agenda) = opens(&ana, &cedar).await;
    ana.act("startHuddle", json!({ "huddleId": huddle })).await.data();
    let settle = json!({ "itemId": agenda[0]["id"], "state": "DISCUSSED" });
    assert_eq!(act(&wall, "settleHuddleItem", settle.clone()).await.code(), "FORBIDDEN", "a wall only shows");

    act(&wall, "actOnDisplay", json!({ "staffId": ana.id.to_string(), "pin": "720946" })).await.data();
    let settled = act(&wall, "settleHuddleItem", settle).await;
    let signed = act(&wall, "endHuddle", json!({ "huddleId": huddle })).await;

    assert_eq!(settled.at("/settleHuddleItem/item/settledBy/id"), &json!(ana.id.to_string()));
    assert_eq!(settled.at("/settleHuddleItem/item/patient/displayName"), "R. D.");
    assert_eq!(signed.code(), "FORBIDDEN");
});

both!(what_was_not_discussed_goes_to_the_next_huddle_with_its_reason, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let names = ["Amy Ahead", "Dan Done", "Ida Idle", "Abe Absent"];
    let mut patients = Vec::new();
    for name in names {
        let patient = kit.patient(name, "Cedar").await;
        ana.sets_status(&patient, "IN_ED").await.data();
        ana.sets_status(&patient, "STABLE").await.data();
        patients.push(patient);
    }
    let (huddle, agenda) = opens(&ana, &cedar).await;
    let added =
        ana.act("addHuddleItem", json!({ "huddleId": huddle, "patientId": patients[2], "note": "moved house" })).await;
    assert_eq!(added.at("/addHuddleItem/item/reasons/1/code"), "ADDED");
    ana.act("startHuddle", json!({ "huddleId": huddle })).await.data();
    let since = about(&agenda, "Ahead, Amy")["reasons"][0]["since"].clone();
    settles(&ana, about(&agenda, "Ahead, Amy"), "DEFERRED").await.data();
    settles(&ana, about(&agenda, "Done, Dan"), "DISCUSSED").await.data();
    settles(&ana, about(&agenda, "Absent, Abe"), "ABSENT").await.data();
    let decided = ana.act("decideInHuddle", decision(kit, about(&agenda, "Done, Dan"), &ana)).await;
    let task = decided.text_at("/decideInHuddle/task/id");
    ana.act("endHuddle", json!({ "huddleId": huddle })).await.data();

    kit.pass(Duration::days(1)).await;
    let (next, agenda) = opens(&ana, &cedar).await;

    assert_ne!(next, huddle);
    let seen: Vec<(String, Vec<String>)> = told(&agenda);
    let seen: Vec<(&str, Vec<&str>)> =
        seen.iter().map(|(name, codes)| (name.as_str(), codes.iter().map(String::as_str).collect())).collect();
    assert_eq!(
        seen,
        [
            ("Done, Dan", vec!["DECISION_OPEN"]),
            ("Ahead, Amy", vec!["ED_VISIT", "ROLLED_OVER"]),
            ("Idle, Ida", vec!["ED_VISIT", "ROLLED_OVER", "ADDED"]),
        ]
    );
    assert_eq!(about(&agenda, "Done, Dan")["reasons"][0]["task"]["id"], json!(task));
    let amy = about(&agenda, "Ahead, Amy");
    assert_eq!((&amy["reasons"][0]["since"], &amy["rolledOverFrom"]), (&since, &json!("2026-11-23")));
    assert_eq!(amy["section"], "HOSPITAL");

    // Nobody holds this one. What somebody had put there goes on all the same.
    kit.pass(Duration::days(1)).await;
    let (_, third) = opens(&ana, &cedar).await;
    let ida = about(&third, "Idle, Ida");
    assert_eq!((&ida["rolledOverFrom"], &ida["reasons"][0]["code"]), (&json!("2026-11-23"), &json!("ED_VISIT")));
    let states = "query H($team: ID!) { careTeam(id: $team) { huddles { nodes { state } } } }";
    let states = ana.ask(states, json!({ "team": cedar })).await;
    assert_eq!(
        states.at("/careTeam/huddles/nodes"),
        &json!([{ "state": "PLANNED" }, { "state": "MISSED" }, { "state": "ENDED" }])
    );
});

both!(what_changed_since_the_last_huddle_is_told_for_the_team_and_for_a_patient, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let (rosa, leo) = (kit.patient("Rosa Diaz", "Cedar").await, kit.patient("Leo Lee", "Cedar").await);
    ana.sets_status(&rosa, "WATCH").await.data();
    kit.pass(Duration::minutes(5)).await;
    let (huddle, _) = opens(&ana, &cedar).await;
    ana.act("startHuddle", json!({ "huddleId": huddle })).await.data();
    ana.act("endHuddle", json!({ "huddleId": huddle })).await.data();
    kit.pass(Duration::minutes(5)).await;
    ana.sets_status(&rosa, "IN_ED").await.data();
    kit.pass(Duration::minutes(5)).await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": leo })).await;
    ana.claims(&task).await.data();
    kit.pass(Duration::minutes(5)).await;
    ana.completes(&task).await.data();

    let document = "query News($team: ID!, $rosa: ID!) {
        careTeam(id: $team) { sinceLastHuddle { huddle { id } news { kind words patient { displayName } actor { id } } } }
        patient(id: $rosa) { sinceLastHuddle { news { words } } } }";
    let news = ana.ask(document, json!({ "team": cedar, "rosa": rosa })).await;

    assert_eq!(news.at("/careTeam/sinceLastHuddle/huddle/id"), &json!(huddle));
    let words: Vec<&str> = news
        .at("/careTeam/sinceLastHuddle/news")
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["words"].as_str().unwrap())
        .collect();
    assert_eq!(words, ["Completed: Outreach call", "New: Outreach call", "In emergency department"]);
    assert_eq!(news.at("/patient/sinceLastHuddle/news"), &json!([{ "words": "In emergency department" }]));
});
