//! Minutes that people spent on patients.
use super::{day, each};
use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use tests::{Kit, Person, both};

async fn this_month(person: &Person, patient: &str) -> i64 {
    let asked =
        person.ask("query M($id: ID!) { patient(id: $id) { minutesThisMonth } }", json!({ "id": patient })).await;
    asked.at("/patient/minutesThisMonth").as_i64().unwrap()
}

both!(minutes_add_up_for_the_day_and_for_the_patients_month, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let task = ana.creates_with(&cedar, "Check-in", json!({ "patientId": rosa })).await;
    let spent = json!({ "patientId": rosa, "taskId": task, "minutes": 7, "note": "Readings" });
    ana.act("logMinutes", spent).await.data();
    ben.act("logMinutes", json!({ "patientId": rosa, "minutes": 5 })).await.data();

    let today = day(&ana).await;

    assert_eq!([today.at("/myDay/minutesToday"), today.at("/myDay/date")], [&json!(7), &json!("2026-11-23")]);
    assert_eq!(today.at("/myDay/minuteEntries/0/task/title"), "Check-in");
    assert_eq!(this_month(&ben, &rosa).await, 12);
    let wall = kit.display(&cedar, &ana).await;
    let shown = wall.ask("query M($id: ID!) { patient(id: $id) { minutesThisMonth } }", json!({ "id": rosa })).await;
    assert_eq!(shown.at("/patient/minutesThisMonth"), &json!(null));
});

both!(a_month_begins_where_the_practice_is_and_nothing_is_carried_over, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    // In New York it is still November for another hour.
    let midnight: DateTime<Utc> = "2026-12-01T05:00:00Z".parse().unwrap();
    kit.pass(midnight - Duration::hours(1) - kit.app.clock.now()).await;
    let december_there = ana.act("logMinutes", json!({ "patientId": rosa, "minutes": 20 })).await;
    assert_eq!(december_there.text_at("/logMinutes/minuteEntry/id").split('_').next(), Some("minutes"));
    assert_eq!(this_month(&ana, &rosa).await, 20);

    kit.pass(Duration::hours(2)).await;

    assert_eq!(this_month(&ana, &rosa).await, 0);
    let yesterday = json!({ "patientId": rosa, "minutes": 3, "at": midnight - Duration::minutes(1) });
    ana.act("logMinutes", yesterday).await.data();
    ana.act("logMinutes", json!({ "patientId": rosa, "minutes": 4, "at": midnight })).await.data();
    assert_eq!(this_month(&ana, &rosa).await, 4);
    let today = day(&ana).await;
    assert_eq!(today.at("/myDay/minutesToday"), 4);
    let dates = each(today.at("/myDay/minuteEntries"), "/date");
    assert_eq!(dates, ["2026-12-01", "2026-11-30"], "what was told today of yesterday is there as well");
});

both!(wrong_minutes_are_taken_back_and_stay_on_record, async |kit: &Kit| {
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let (mia, mei) = (kit.manager("Mia").await, kit.nurse("Mei", "Maple").await);
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let log = async || {
        let logged = ana.act("logMinutes", json!({ "patientId": rosa, "minutes": 7 })).await;
        json!({ "minuteEntryId": logged.text_at("/logMinutes/minuteEntry/id"), "reason": "another patient" })
    };
    let (first, second) = (log().await, log().await);

    assert_eq!(ben.act("enterMinutesInError", first.clone()).await.code(), "FORBIDDEN");
    assert_eq!(mei.act("enterMinutesInError", first.clone()).await.code(), "NOT_FOUND");
    ana.act("enterMinutesInError", first.clone()).await.data();
    mia.act("enterMinutesInError", second).await.data();
    assert_eq!(ana.act("enterMinutesInError", first).await.code(), "CONFLICT");

    let today = day(&ana).await;
    assert_eq!(today.at("/myDay/minutesToday"), 0);
    assert_eq!(today.at("/myDay/minuteEntries").as_array().unwrap().len(), 2, "nothing is deleted");
    assert_eq!(today.at("/myDay/minuteEntries/0/viewerCanCorrect"), false);
    assert_eq!(this_month(&ana, &rosa).await, 0);
});

both!(minutes_are_bounded_and_of_the_patient_whom_they_name, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let other = ana.creates(&cedar, "Of nobody").await;
    let now = kit.app.clock.now();

    for (wrong, field) in [
        (json!({ "minutes": 0 }), "input.minutes"),
        (json!({ "minutes": 481 }), "input.minutes"),
        (json!({ "minutes": 5, "taskId": other }), "input.taskId"),
        (json!({ "minutes": 5, "at": now + Duration::minutes(1) }), "input.at"),
        (json!({ "minutes": 5, "at": now - Duration::days(63) }), "input.at"),
    ] {
        let mut input = wrong.clone();
        input["patientId"] = json!(rosa);
        let refused = ana.act("logMinutes", input).await;
        assert_eq!((refused.code(), refused.field()), ("BAD_USER_INPUT", field), "{wrong}");
    }
    assert_eq!(this_month(&ana, &rosa).await, 0);
});

both!(a_pharmacy_is_set_seen_and_taken_away, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let read = "query P($id: ID!) { patient(id: $id) { version pharmacy { name phone } } }";
    let set =
        json!({ "patientId": rosa, "name": " Mill Street Drugs ", "phone": "518-555-0117", "expectedVersion": 1 });
    ana.act("setPatientPharmacy", set.clone()).await.data();

    let shown = ana.ask(read, json!({ "id": rosa })).await;

    assert_eq!(shown.at("/patient/pharmacy"), &json!({ "name": "Mill Street Drugs", "phone": "518-555-0117" }));
    assert_eq!(ana.act("setPatientPharmacy", set).await.code(), "CONFLICT");
    let only_phone = ana.act("setPatientPharmacy", json!({ "patientId": rosa, "phone": "1" })).await;
    assert_eq!((only_phone.code(), only_phone.field()), ("BAD_USER_INPUT", "input.name"));
    let wall = kit.display(&cedar, &ana).await;
    assert_eq!(wall.ask(read, json!({ "id": rosa })).await.at("/patient/pharmacy"), &json!(null));
    ana.act("setPatientPharmacy", json!({ "patientId": rosa })).await.data();
    assert_eq!(ana.ask(read, json!({ "id": rosa })).await.at("/patient/pharmacy"), &json!(null));
});
