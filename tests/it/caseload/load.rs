//! The weighted load, what it is made of, and what a week leaves to carry it with.
use super::{changes, patient_of};
use api::caseload::trend;
use chrono::Duration;
use entity::{load_snapshot, patient::RiskTier, sensitivity::Sensitivity};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tests::{Answer, Kit, Person, both};

const LOADS: &str = "query L($id: ID!) { careTeam(id: $id) { medianRelativeLoad
    caseload { weightedLoad parts { kind load } }
    members { staff { displayName languages } isOff workPattern { days hoursShare } timeOff { id from to reason }
      caseload { patients openTasks overdueTasks weightedLoad capacity effectiveCapacity
        parts { kind tier count weight load } } }
    loadTrend { date staff { displayName } load capacity patients } } }";

async fn loads(who: &Person, team: &str) -> Answer {
    who.ask(LOADS, json!({ "id": team })).await
}

fn of<'a>(answer: &'a Answer, name: &str) -> &'a Value {
    let members = answer.at("/careTeam/members").as_array().unwrap();
    members.iter().find(|member| member["staff"]["displayName"] == name).unwrap()
}

fn sum(parts: &Value) -> f64 {
    parts.as_array().unwrap().iter().map(|part| part["load"].as_f64().unwrap()).sum()
}

fn settings(change: Value) -> Value {
    let mut input = json!({ "notAssessed": 1.0, "low": 1.0, "rising": 2.0, "high": 4.0, "highest": 6.0, "openTask": 0.5,
        "overdue": 0.5, "clockThisWeek": 0.5, "capacityByRole": [], "expectedVersion": 0 });
    input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    input
}

both!(a_load_is_the_sum_of_the_parts_that_are_shown, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.coordinator("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let rosa = patient_of(kit, &ana, Some(RiskTier::High)).await;
    patient_of(kit, &ana, None).await;
    let now = kit.app.clock.now();
    let held = ana.creates_with(&cedar, "Call", json!({ "dueAt": now + Duration::minutes(5) })).await;
    ben.claims(&held).await.data();
    // Nobody holds it: it is a clock of whoever coordinates the patient.
    ana.creates_with(&cedar, "Visit", json!({ "patientId": rosa, "dueAt": now + Duration::days(2) })).await;
    ana.creates_with(&cedar, "Next week", json!({ "patientId": rosa, "dueAt": now + Duration::days(9) })).await;
    kit.pass(Duration::minutes(10)).await;

    let answer = loads(&ana, &cedar).await;

    let (anas, bens) = (&of(&answer, "Ana")["caseload"], &of(&answer, "Ben")["caseload"]);
    // Four for the high tier, one for who was not assessed, a half for the clock.
    assert_eq!(anas["weightedLoad"], 5.5, "{answer}");
    // A half for the task, and a half because it is overdue; that clock has run out.
    assert_eq!((&bens["weightedLoad"], &bens["overdueTasks"]), (&json!(1.0), &json!(1)), "{answer}");
    for member in answer.at("/careTeam/members").as_array().unwrap() {
        let load = &member["caseload"];
        assert_eq!(Some(sum(&load["parts"])), load["weightedLoad"].as_f64(), "{answer}");
        for part in load["parts"].as_array().unwrap() {
            let product = part["count"].as_f64().unwrap() * part["weight"].as_f64().unwrap();
            assert_eq!(Some(product), part["load"].as_f64(), "{answer}");
        }
    }
    let team = answer.at("/careTeam/caseload");
    assert_eq!(team["weightedLoad"].as_f64(), Some(5.0 + 3.0 * 0.5 + 0.5 + 0.5), "{answer}");
});

both!(hours_and_days_off_make_the_capacity_of_the_week, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben, eva) =
        (kit.coordinator("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await, kit.manager("Eva").await);
    let capacity = json!({ "careTeamId": cedar, "staffId": ana.id.to_string(), "capacity": 90.0 });
    eva.act("setMemberCapacity", capacity).await.data();
    let hours = json!({ "staffId": ana.id.to_string(), "days": ["MONDAY", "TUESDAY", "WEDNESDAY"], "hoursShare": 0.5,
        "languages": ["es", "pt-BR", "es"] });
    assert_eq!(ana.act("setWorkPattern", hours.clone()).await.code(), "FORBIDDEN");
    eva.act("setWorkPattern", hours.clone()).await.data();
    let off = json!({ "staffId": ana.id.to_string(), "from": "2026-11-25", "to": "2026-11-30", "reason": "VACATION" });
    assert_eq!(ben.act("addTimeOff", off.clone()).await.code(), "FORBIDDEN");
    let off = ana.act("addTimeOff", off).await.text_at("/addTimeOff/timeOff/id");

    let answer = loads(&ana, &cedar).await;
    let anas = of(&answer, "Ana");
    assert_eq!(anas["staff"]["languages"], json!(["es", "pt-BR"]));
    assert_eq!(anas["caseload"]["capacity"], 90.0);
    assert_eq!(anas["caseload"]["effectiveCapacity"], 30.0, "{answer}");
    assert_eq!(anas["isOff"], false);
    assert_eq!(of(&answer, "Ben")["caseload"]["effectiveCapacity"], Value::Null);
    kit.pass(Duration::days(2)).await;
    assert_eq!(of(&loads(&ana, &cedar).await, "Ana")["isOff"], true);

    ana.act("cancelTimeOff", json!({ "timeOffId": off })).await.data();
    assert_eq!(of(&loads(&ana, &cedar).await, "Ana")["caseload"]["effectiveCapacity"], 45.0);
    for (days, share, languages) in [(json!([]), 1.5, json!([])), (json!([]), 0.5, json!(["x y"]))] {
        let wrong = json!({ "staffId": ana.id.to_string(), "days": days, "hoursShare": share, "languages": languages });
        assert_eq!(eva.act("setWorkPattern", wrong).await.code(), "BAD_USER_INPUT");
    }
    let backwards =
        json!({ "staffId": ana.id.to_string(), "from": "2026-11-25", "to": "2026-11-24", "reason": "SICK" });
    assert_eq!(ana.act("addTimeOff", backwards).await.field(), "input.to");
});

both!(weights_are_the_managers_and_reach_every_open_screen, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, eva) = (kit.coordinator("Ana", "Cedar").await, kit.manager("Eva").await);
    patient_of(kit, &ana, Some(RiskTier::High)).await;
    let mut feed = ana.follows(&cedar, None).await;
    let read = "{ caseloadSettings { high version capacityByRole { role capacity } } }";
    assert_eq!(ana.ask(read, json!({})).await.at("/caseloadSettings/version"), 0);
    assert_eq!(ana.act("setCaseloadSettings", settings(json!({}))).await.code(), "FORBIDDEN");

    let change = json!({ "high": 5.25, "capacityByRole": [{ "role": "CARE_COORDINATOR", "capacity": 40.0 }] });
    let set = eva.act("setCaseloadSettings", settings(change)).await;

    assert_eq!(set.at("/setCaseloadSettings/settings/version"), 1, "{set}");
    feed.next_of("CareTeamChanged").await;
    let anas = of(&loads(&ana, &cedar).await, "Ana")["caseload"].clone();
    assert_eq!((&anas["weightedLoad"], &anas["capacity"]), (&json!(5.25), &json!(40.0)));
    assert_eq!(loads(&ana, &cedar).await.at("/careTeam/medianRelativeLoad"), 5.25 / 40.0);
    assert_eq!(eva.act("setCaseloadSettings", settings(json!({}))).await.code(), "CONFLICT");
    for wrong in [json!({ "low": 0.123 }), json!({ "low": -1.0 }), json!({ "openTask": 101.0 })] {
        let mut input = settings(wrong);
        input["expectedVersion"] = json!(1);
        assert_eq!(eva.act("setCaseloadSettings", input).await.code(), "BAD_USER_INPUT");
    }
    // Somebody walked away from an open screen.
    kit.pass(Duration::minutes(6)).await;
    assert_eq!(eva.act("setCaseloadSettings", settings(json!({ "expectedVersion": 1 }))).await.code(), "FORBIDDEN");
});

both!(each_day_is_written_down_once_and_tells_nothing_of_confidential_patients, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.coordinator("Ana", "Cedar").await;
    patient_of(kit, &ana, Some(RiskTier::High)).await;
    let hidden = patient_of(kit, &ana, Some(RiskTier::Highest)).await;
    kit.marks(&hidden, &[Sensitivity::Restricted]).await;

    kit.pass(Duration::days(1)).await;
    // As two nodes would.
    let (one, other) = tokio::join!(trend::sweep(&kit.app), trend::sweep(&kit.app));
    one.and(other).unwrap();
    let today = kit.app.clock.now().date_naive();
    let written = load_snapshot::Entity::find().filter(load_snapshot::Column::Date.eq(today));
    assert_eq!(written.count(&kit.db).await.unwrap(), 1);
    kit.pass(Duration::days(1)).await;
    trend::sweep(&kit.app).await.unwrap();
    trend::sweep(&kit.app).await.unwrap();

    let answer = loads(&ana, &cedar).await;
    let trend = answer.at("/careTeam/loadTrend");
    let days: Vec<_> = trend.as_array().unwrap().iter().map(|point| (&point["date"], &point["load"])).collect();
    // The server has written down the first day as well, at whatever moment of it.
    let days = &days[days.len() - 2..];
    assert_eq!(days, [(&json!("2026-11-24"), &json!(4.0)), (&json!("2026-11-25"), &json!(4.0))], "{answer}");
    assert_eq!(of(&answer, "Ana")["caseload"]["weightedLoad"], 10.0, "she sees her own patient");
});

both!(who_has_no_coordinator_is_listed, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.coordinator("Ana", "Cedar").await;
    patient_of(kit, &ana, None).await;
    let (lost, gone) = (kit.patient("Lisa Ray", "Cedar").await, kit.patient("Max Ray", "Cedar").await);
    changes(kit, &gone, |row| row.status = sea_orm::ActiveValue::Set(entity::patient::PatientStatus::Deceased)).await;

    let list = "query P($id: ID!) { careTeam(id: $id) { patients(filter: { withoutCoordinator: true }) {
        totalCount nodes { id } } } }";
    let answer = ana.ask(list, json!({ "id": cedar })).await;

    assert_eq!(answer.at("/careTeam/patients/totalCount"), 1, "{answer}");
    assert_eq!(answer.at("/careTeam/patients/nodes/0/id"), &json!(lost));
});
