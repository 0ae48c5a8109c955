//! An agenda that builds itself.
use super::{about, items, opens, told, written};
use chrono::Duration;
use serde_json::{Value, json};
use tests::{Kit, NewPatient, both, kit::morning};

fn at(hours: i64) -> String {
    (morning() + Duration::hours(hours)).to_rfc3339()
}

async fn tiered(kit: &Kit, name: &str, tier: entity::patient::RiskTier) -> String {
    let new = NewPatient { risk_tier: Some(tier), ..NewPatient::called(name) };
    kit.patient_with(new, "Cedar").await.to_string()
}

both!(an_agenda_holds_what_is_known_in_the_order_of_huddle_practice, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    tiered(kit, "Silent Sam", entity::patient::RiskTier::Highest).await;
    kit.pass(Duration::days(8)).await;
    let mut patients = Vec::new();
    for name in ["Emma Ed", "Hugo Hospital", "Tom Transition", "Vera Visit", "Olga Overdue"] {
        patients.push(kit.patient(name, "Cedar").await);
    }
    ana.sets_status(&patients[0], "IN_ED").await.data();
    ana.sets_status(&patients[1], "INPATIENT").await.data();
    ana.sets_status(&patients[2], "TRANSITION").await.data();
    ana.sets_status(&patients[3], "IN_CLINIC").await.data();
    let due = |hours: i64| json!((kit.app.clock.now() + Duration::hours(hours)).to_rfc3339());
    ana.creates_with(&cedar, "Screen", json!({ "patientId": patients[3], "kind": "SCREENING" })).await;
    ana.creates_with(&cedar, "Call", json!({ "patientId": patients[4], "dueAt": due(1) })).await;
    let desk = ana.creates_with(&cedar, "Order forms", json!({ "priority": "URGENT" })).await;
    let asleep = ana.creates_with(&cedar, "Some day", json!({})).await;
    kit.pass(Duration::hours(2)).await;

    let (huddle, agenda) = opens(&ana, &cedar).await;

    let expected = [
        ("Ed, Emma", vec!["ED_VISIT"]),
        ("Hospital, Hugo", vec!["ADMISSION"]),
        ("Transition, Tom", vec!["DISCHARGE"]),
        ("Visit, Vera", vec!["VISIT", "GAP"]),
        ("Overdue, Olga", vec!["OVERDUE"]),
        ("Order forms", vec!["UNOWNED"]),
        ("Sam, Silent", vec!["NO_TOUCH"]),
    ];
    let expected: Vec<(String, Vec<String>)> = expected
        .into_iter()
        .map(|(name, codes)| (name.to_owned(), codes.into_iter().map(str::to_owned).collect()))
        .collect();
    assert_eq!(told(&agenda), expected);
    assert_eq!(agenda[4]["reasons"][0]["words"], "Overdue: Outreach call");
    assert_eq!(agenda[5]["task"]["id"], json!(desk));
    assert!(agenda.iter().all(|item| item["task"]["id"] != json!(asleep)));
    assert_eq!(agenda[2]["reasons"][0]["dueAt"], json!("2026-12-04T05:00:00Z"), "two business days, from a Tuesday");

    // Everybody who opens it has the same.
    let (again, same) = opens(&ben, &cedar).await;
    assert_eq!((&again, &same), (&huddle, &agenda));
});

both!(an_agenda_follows_what_happens_and_says_nothing_where_nothing_did, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let (huddle, agenda) = opens(&ana, &cedar).await;
    assert_eq!(agenda, Vec::<Value>::new());
    let mut feed = ana.follows(&cedar, None).await;

    ana.sets_status(&rosa, "IN_ED").await.data();
    kit.pass(Duration::seconds(3)).await;
    let told = feed.next_where("the new item", |item| item["huddle"]["items"][0]["patient"]["id"] == rosa).await;
    assert_eq!(told["actor"], Value::Null, "the agenda built itself");

    // Again, and after a comment that changes nothing of it, on this node and on another.
    let before = written(kit).await;
    for _ in 0..3 {
        kit.pass(Duration::minutes(2)).await;
        api::huddles::time::sweep(&kit.second_app().await).await.unwrap();
    }
    assert_eq!(written(kit).await, before, "nothing changed, and nothing was written");

    // A reason that vanishes takes along what nobody has touched, and nothing else.
    let call = ana.creates_with(&cedar, "Call", json!({ "priority": "STAT" })).await;
    kit.pass(Duration::seconds(3)).await;
    assert_eq!(items(&ana, &huddle).await.len(), 2);
    ana.claims(&call).await.data();
    kit.pass(Duration::seconds(3)).await;
    assert_eq!(super::told(&items(&ana, &huddle).await).len(), 1);
});

both!(a_patient_with_several_reasons_is_one_item, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    ana.sets_status(&rosa, "IN_ED").await.data();
    ana.creates_with(&cedar, "Call", json!({ "patientId": rosa, "dueAt": at(1) })).await;
    ana.creates_with(&cedar, "Ask", json!({ "patientId": rosa, "priority": "ASAP" })).await;
    kit.pass(Duration::hours(2)).await;

    let (_, agenda) = opens(&ana, &cedar).await;

    assert_eq!(
        told(&agenda),
        [("Diaz, Rosa".to_owned(), ["ED_VISIT", "OVERDUE", "UNOWNED"].map(str::to_owned).to_vec())]
    );
});

both!(a_touch_of_any_kind_starts_the_clock_of_silence_anew, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    use entity::patient::RiskTier::{High, Highest, Low};
    let done = tiered(kit, "Dora Done", High).await;
    let said = tiered(kit, "Said Said", High).await;
    let set = tiered(kit, "Stan Set", High).await;
    tiered(kit, "Nina None", High).await;
    tiered(kit, "Hanna Highest", Highest).await;
    tiered(kit, "Lea Low", Low).await;
    kit.pass(Duration::days(13)).await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": done })).await;
    ana.claims(&task).await.data();
    ana.completes(&task).await.data();
    let task = ana.creates_with(&cedar, "Ask", json!({ "patientId": said })).await;
    ana.act("addTaskComment", json!({ "taskId": task, "text": "spoke" })).await.data();
    ana.sets_status(&set, "WATCH").await.data();
    kit.pass(Duration::days(1)).await;

    let (_, agenda) = opens(&ana, &cedar).await;

    let silent: Vec<String> = told(&agenda).into_iter().map(|(name, _)| name).collect();
    assert_eq!(silent, ["Highest, Hanna", "None, Nina"]);
    assert_eq!(about(&agenda, "None, Nina")["reasons"][0]["words"], "High risk without a touch");
});

both!(a_manager_sets_how_long_a_huddle_takes_and_after_how_many_days_silence_is_one, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, eva) = (kit.nurse("Ana", "Cedar").await, kit.manager("Eva").await);
    let settings = |more: Value| {
        let mut input = json!({ "careTeamId": cedar });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    assert_eq!(ana.act("setHuddleSettings", settings(json!({ "lengthMinutes": 5 }))).await.code(), "FORBIDDEN");
    for wrong in [json!({ "lengthMinutes": 4 }), json!({ "lengthMinutes": 21 }), json!({ "highTouchDays": 0 })] {
        assert_eq!(eva.act("setHuddleSettings", settings(wrong)).await.code(), "BAD_USER_INPUT");
    }

    let set = eva.act("setHuddleSettings", settings(json!({ "lengthMinutes": 7 }))).await;
    let again = eva.act("setHuddleSettings", settings(json!({ "highTouchDays": 3 }))).await;

    assert_eq!(
        set.at("/setHuddleSettings/careTeam/huddleSettings"),
        &json!({ "lengthMinutes": 7, "highTouchDays": 14 })
    );
    assert_eq!(
        again.at("/setHuddleSettings/careTeam/huddleSettings"),
        &json!({ "lengthMinutes": 7, "highTouchDays": 3 })
    );
    let opened = ana.act("openHuddle", json!({ "careTeamId": cedar })).await;
    assert_eq!(opened.at("/openHuddle/huddle/lengthMinutes"), 7);
    kit.pass(Duration::minutes(6)).await;
    let late = eva.act("setHuddleSettings", settings(json!({ "lengthMinutes": 9 }))).await;
    assert_eq!((late.code(), &late.error()["extensions"]["reason"]), ("FORBIDDEN", &json!("REAUTHENTICATE")));
});
