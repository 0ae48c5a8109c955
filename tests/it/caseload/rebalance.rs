//! Patients who are shared anew: the plan, its arithmetic, the act, and undoing it.
use super::{changes, coordinator, patient_of};
use entity::{
    patient::{PatientStatus, RiskTier},
    sensitivity::Sensitivity,
};
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use tests::{Answer, Kit, Person, both};

const PLAN: &str = "query P($input: RebalancePlanInput!) { rebalancePlan(input: $input) {
    members { staff { id displayName } capacity loadBefore loadAfter relativeBefore relativeAfter }
    moves { patient { id displayName } version from { id } to { id displayName } weight parts { load }
      fromBefore fromAfter toBefore toAfter reasons words }
    leftOut { staff { displayName } reason } pinnedPatients maxBefore maxAfter medianBefore medianAfter } }";

struct Scene {
    cedar: String,
    ana: Person,
    ben: Person,
    cleo: Person,
    eva: Person,
}

/// Ana has everybody, Ben and Cleo nobody.
async fn scene(kit: &Kit, capacities: [f64; 3]) -> Scene {
    let cedar = kit.team("Cedar").await;
    let eva = kit.manager("Eva").await;
    let mut people = Vec::new();
    for (name, capacity) in ["Ana", "Ben", "Cleo"].into_iter().zip(capacities) {
        let person = kit.coordinator(name, "Cedar").await;
        let input = json!({ "careTeamId": cedar, "staffId": person.id.to_string(), "capacity": capacity });
        eva.act("setMemberCapacity", input).await.data();
        people.push(person);
    }
    let [ana, ben, cleo] = people.try_into().unwrap_or_else(|_| panic!("three people"));
    Scene { cedar, ana, ben, cleo, eva }
}

async fn plan(who: &Person, team: &str, more: Value) -> Answer {
    let mut input = json!({ "careTeamId": team });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    who.ask(PLAN, json!({ "input": input })).await
}

fn moves(plan: &Answer) -> Vec<Value> {
    plan.at("/rebalancePlan/moves").as_array().unwrap().clone()
}

fn wanted(plan: &Answer) -> Value {
    let one = |one: &Value| json!({ "patientId": one["patient"]["id"], "toStaffId": one["to"]["id"], "expectedVersion": one["version"] });
    moves(plan).iter().map(one).collect()
}

/// What the plan says of each move, held against what it says of the members.
fn adds_up(plan: &Answer) {
    let members = plan.at("/rebalancePlan/members").as_array().unwrap();
    let number = |value: &Value| value.as_f64().unwrap_or_else(|| panic!("a number: {plan}"));
    let mut loads: std::collections::HashMap<String, f64> =
        members.iter().map(|one| (one["staff"]["id"].to_string(), number(&one["loadBefore"]))).collect();
    for one in moves(plan) {
        let weight = number(&one["weight"]);
        let parts: f64 = one["parts"].as_array().unwrap().iter().map(|part| number(&part["load"])).sum();
        assert_eq!(parts, weight, "{plan}");
        if !one["from"].is_null() {
            let from = loads.get_mut(&one["from"]["id"].to_string()).unwrap();
            assert_eq!(*from, number(&one["fromBefore"]), "{plan}");
            *from -= weight;
            assert_eq!(*from, number(&one["fromAfter"]), "{plan}");
        }
        let to = loads.get_mut(&one["to"]["id"].to_string()).unwrap();
        assert_eq!(*to, number(&one["toBefore"]), "{plan}");
        *to += weight;
        assert_eq!(*to, number(&one["toAfter"]), "{plan}");
        let words = one["words"].as_str().unwrap();
        assert!(words.contains(&format!("{} → {}", one["toBefore"], one["toAfter"]).replace(".0", "")), "{words}");
    }
    let mut highest: f64 = 0.0;
    for member in members {
        assert_eq!(loads[&member["staff"]["id"].to_string()], number(&member["loadAfter"]), "{plan}");
        assert_eq!(number(&member["loadAfter"]) / number(&member["capacity"]), number(&member["relativeAfter"]));
        highest = highest.max(number(&member["relativeAfter"]));
    }
    assert_eq!(highest, number(plan.at("/rebalancePlan/maxAfter")), "{plan}");
}

both!(a_plan_evens_the_load_with_few_moves_and_adds_up, async |kit: &Kit| {
    let it = scene(kit, [20.0, 20.0, 10.0]).await;
    for tier in [RiskTier::Highest, RiskTier::High, RiskTier::High, RiskTier::Low, RiskTier::Low, RiskTier::Rising] {
        patient_of(kit, &it.ana, Some(tier)).await;
    }
    let visit = patient_of(kit, &it.ana, Some(RiskTier::Low)).await;
    let due = kit.app.clock.now() + chrono::Duration::days(1);
    it.ana.creates_with(&it.cedar, "Visit", json!({ "patientId": visit, "dueAt": due })).await;

    let exact = plan(&it.ana, &it.cedar, json!({ "tolerance": 0.0 })).await;

    adds_up(&exact);
    // 19.5 of 20 shared among 50: nobody can stay below 39 hundredths.
    assert!(exact.at("/rebalancePlan/maxAfter").as_f64().unwrap() <= 0.4 + 1e-9, "{exact}");
    assert_eq!(exact.at("/rebalancePlan/maxBefore"), 0.975);
    let loose = plan(&it.ana, &it.cedar, json!({ "tolerance": 0.5 })).await;
    adds_up(&loose);
    assert!(moves(&loose).len() < moves(&exact).len(), "{loose}");
    assert_eq!(plan(&it.ana, &it.cedar, json!({ "tolerance": 7.0 })).await.code(), "BAD_USER_INPUT");
});

both!(who_may_not_move_stays_and_who_may_not_take_gets_nobody, async |kit: &Kit| {
    let it = scene(kit, [10.0, 10.0, 10.0]).await;
    let restricted = patient_of(kit, &it.ana, Some(RiskTier::Highest)).await;
    kit.marks(&restricted, &[Sensitivity::Restricted]).await;
    let admitted = patient_of(kit, &it.ana, Some(RiskTier::Highest)).await;
    changes(kit, &admitted, |row| row.status = Set(PatientStatus::Inpatient)).await;
    let spanish = patient_of(kit, &it.ana, Some(RiskTier::High)).await;
    changes(kit, &spanish, |row| {
        row.preferred_language = Set(Some("es".to_owned()));
        row.interpreter_needed = Set(true);
    })
    .await;
    let blocked = patient_of(kit, &it.ana, Some(RiskTier::High)).await;
    it.ana.keeps_out(&blocked, it.ben.id).await.data();
    let hours = json!({ "staffId": it.cleo.id.to_string(), "days": ["MONDAY", "TUESDAY"], "hoursShare": 1.0,
        "languages": ["es-MX"] });
    it.eva.act("setWorkPattern", hours).await.data();

    let shared = plan(&it.ana, &it.cedar, json!({ "tolerance": 0.0 })).await;

    adds_up(&shared);
    assert_eq!(shared.at("/rebalancePlan/pinnedPatients"), 2, "{shared}");
    let to: Vec<(Value, Value)> =
        moves(&shared).iter().map(|one| (one["patient"]["id"].clone(), one["to"]["displayName"].clone())).collect();
    assert!(!to.is_empty() && to.iter().all(|(_, to)| to == "Cleo"), "{shared}");
    assert!(to.iter().all(|(patient, _)| *patient != json!(restricted) && *patient != json!(admitted)));
    // Nobody goes to who is away today.
    let off = json!({ "staffId": it.cleo.id.to_string(), "from": "2026-11-23", "to": "2026-11-23", "reason": "SICK" });
    it.cleo.act("addTimeOff", off).await.data();
    let without = plan(&it.ana, &it.cedar, json!({ "tolerance": 0.0 })).await;
    assert!(moves(&without).is_empty(), "{without}");
    let left: Vec<&Value> = without.at("/rebalancePlan/leftOut").as_array().unwrap().iter().collect();
    assert!(left.iter().any(|one| one["staff"]["displayName"] == "Cleo" && one["reason"] == "OFF"), "{without}");
    // A hand may not do what the plan may not.
    let by_hand = json!({ "moves": [{ "patientId": spanish, "toStaffId": it.ben.id.to_string() }] });
    assert_eq!(plan(&it.ana, &it.cedar, by_hand).await.code(), "BAD_USER_INPUT");
});

both!(a_plan_is_adjusted_by_hand_done_at_once_and_undone_the_same_day, async |kit: &Kit| {
    let it = scene(kit, [10.0, 10.0, 10.0]).await;
    let mut patients = Vec::new();
    for _ in 0..6 {
        patients.push(patient_of(kit, &it.ana, Some(RiskTier::Rising)).await);
    }
    let (ben, cleo) = (it.ben.id.to_string(), it.cleo.id.to_string());
    let pairs = json!([{ "patientId": patients[0], "toStaffId": ben }, { "patientId": patients[1], "toStaffId": cleo },
        { "patientId": patients[2], "toStaffId": ben }]);
    let adjusted = plan(&it.ana, &it.cedar, json!({ "moves": pairs })).await;
    adds_up(&adjusted);
    assert_eq!(moves(&adjusted)[0]["reasons"][0], "CHOSEN_BY_HAND", "{adjusted}");
    assert_eq!(adjusted.at("/rebalancePlan/maxAfter"), 0.6);
    let mut feed = it.ben.follows(&it.cedar, None).await;
    let input = json!({ "careTeamId": it.cedar, "moves": wanted(&adjusted) });
    let nurse = kit.nurse("Nia", "Cedar").await;
    assert_eq!(nurse.act("applyRebalance", input.clone()).await.code(), "FORBIDDEN");

    let done = it.eva.act("applyRebalance", input.clone()).await;

    let id = done.text_at("/applyRebalance/rebalance/id");
    feed.next_of("CareTeamChanged").await;
    assert_eq!(coordinator(kit, &patients[0]).await, Some(it.ben.id));
    assert_eq!(coordinator(kit, &patients[1]).await, Some(it.cleo.id));
    let history = "query H($id: ID!) { patient(id: $id) { coordinatorHistory { nodes { reason } } } }";
    let told = it.eva.ask(history, json!({ "id": patients[0] })).await;
    assert_eq!(told.at("/patient/coordinatorHistory/nodes/0/reason"), "caseload shared anew");
    assert_eq!(it.eva.act("applyRebalance", input).await.code(), "CONFLICT", "they moved already");

    // Somebody gives one of them to somebody else; the others go back.
    let other = json!({ "patientId": patients[1], "staffId": it.ben.id.to_string() });
    it.eva.act("assignCoordinator", other).await.data();
    let undone = it.ana.act("undoRebalance", json!({ "rebalanceId": id })).await;
    undone.data();
    assert_eq!(coordinator(kit, &patients[0]).await, Some(it.ana.id));
    assert_eq!(coordinator(kit, &patients[1]).await, Some(it.ben.id));
    let list = "query R($id: ID!) { careTeam(id: $id) { rebalances { moves undoneAt viewerCanUndo kept { why patient { id } } } } }";
    let listed = it.ana.ask(list, json!({ "id": it.cedar })).await;
    assert_eq!(listed.at("/careTeam/rebalances/0/moves"), 3, "{listed}");
    assert_eq!(listed.at("/careTeam/rebalances/0/kept/0/patient/id"), &json!(patients[1]), "{listed}");
    assert_eq!(listed.at("/careTeam/rebalances/0/kept/0/why"), "has another coordinator since");
    assert_eq!(it.ana.act("undoRebalance", json!({ "rebalanceId": id })).await.code(), "CONFLICT");
});

both!(undoing_gives_nobody_to_who_may_not_have_them_any_more, async |kit: &Kit| {
    let it = scene(kit, [10.0, 10.0, 10.0]).await;
    let speaks = json!({ "staffId": it.ben.id.to_string(), "hoursShare": 1.0, "languages": ["es-MX"],
        "days": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"] });
    it.eva.act("setWorkPattern", speaks).await.data();
    let mut patients = Vec::new();
    for _ in 0..4 {
        patients.push(patient_of(kit, &it.ana, None).await);
    }
    let of_cleo = patient_of(kit, &it.cleo, None).await;
    patients.push(of_cleo);
    let to = it.ben.id.to_string();
    let pairs: Value = patients.iter().map(|patient| json!({ "patientId": patient, "toStaffId": to })).collect();
    let seen = plan(&it.ana, &it.cedar, json!({ "moves": pairs })).await;
    let done = it.eva.act("applyRebalance", json!({ "careTeamId": it.cedar, "moves": wanted(&seen) })).await;
    let id = done.text_at("/applyRebalance/rebalance/id");
    let [free, blocked, spanish, english, leaver] = &patients[..] else { panic!("five patients") };
    it.ben.keeps_out(blocked, it.ana.id).await.data();
    for (patient, language) in [(spanish, "es"), (english, "en")] {
        changes(kit, patient, |row| {
            row.preferred_language = Set(Some(language.to_owned()));
            row.interpreter_needed = Set(true);
        })
        .await;
    }
    let ada = kit.administrator("Ada").await;
    // She looks after nobody any more, and is on the team all the same.
    let role = json!({ "staffId": it.cleo.id.to_string(), "role": "ADMINISTRATOR" });
    ada.act("updateStaff", role).await.data();

    it.eva.act("undoRebalance", json!({ "rebalanceId": id })).await.data();

    for (patient, who) in
        [(free, &it.ana), (english, &it.ana), (blocked, &it.ben), (spanish, &it.ben), (leaver, &it.ben)]
    {
        assert_eq!(coordinator(kit, patient).await, Some(who.id));
    }
    let list = "query R($id: ID!) { careTeam(id: $id) { rebalances { kept { why patient { id } } } } }";
    let listed = it.eva.ask(list, json!({ "id": it.cedar })).await;
    let kept = listed.at("/careTeam/rebalances/0/kept").as_array().unwrap();
    let why = |patient: &str| kept.iter().find(|one| one["patient"]["id"] == patient).map(|one| one["why"].clone());
    assert_eq!(kept.len(), 3, "{listed}");
    assert_eq!(why(blocked).unwrap(), "came from somebody who may not see them any more");
    assert_eq!(why(spanish).unwrap(), "needs a language that only who has them now speaks");
    assert_eq!(why(leaver).unwrap(), "came from somebody who is not on the team any more");
});

both!(a_plan_that_somebody_was_faster_than_does_nothing_and_says_what, async |kit: &Kit| {
    let it = scene(kit, [10.0, 10.0, 10.0]).await;
    let (one, other) = (patient_of(kit, &it.ana, None).await, patient_of(kit, &it.ana, None).await);
    let ben = it.ben.id.to_string();
    let pairs = json!([{ "patientId": one, "toStaffId": ben }, { "patientId": other, "toStaffId": ben }]);
    let seen = plan(&it.ana, &it.cedar, json!({ "moves": pairs })).await;
    it.ana.sets_status(&other, "WATCH").await.data();

    let refused = it.ana.act("applyRebalance", json!({ "careTeamId": it.cedar, "moves": wanted(&seen) })).await;

    assert_eq!(refused.code(), "CONFLICT");
    assert!(refused.to_string().contains(&other) && !refused.to_string().contains(&one), "{refused}");
    assert_eq!(coordinator(kit, &one).await, Some(it.ana.id), "all or nothing");
    // The next day it is too late to undo.
    let again = plan(&it.ana, &it.cedar, json!({ "moves": pairs })).await;
    let done = it.ana.act("applyRebalance", json!({ "careTeamId": it.cedar, "moves": wanted(&again) })).await;
    let id = done.text_at("/applyRebalance/rebalance/id");
    kit.pass(chrono::Duration::days(1)).await;
    assert_eq!(it.ana.act("undoRebalance", json!({ "rebalanceId": id })).await.code(), "CONFLICT");
    assert_eq!(coordinator(kit, &one).await, Some(it.ben.id));
});

both!(who_has_nobody_is_given_to_somebody_when_asked, async |kit: &Kit| {
    let it = scene(kit, [10.0, 10.0, 10.0]).await;
    let lost = kit.patient("Lisa Ray", "Cedar").await;

    let without = plan(&it.eva, &it.cedar, json!({})).await;
    let with = plan(&it.eva, &it.cedar, json!({ "assignUnassigned": true })).await;

    assert!(moves(&without).is_empty(), "{without}");
    adds_up(&with);
    assert_eq!(moves(&with)[0]["patient"]["id"], json!(lost), "{with}");
    assert_eq!(moves(&with)[0]["reasons"][0], "NO_COORDINATOR");
    it.eva.act("applyRebalance", json!({ "careTeamId": it.cedar, "moves": wanted(&with) })).await.data();
    assert!(coordinator(kit, &lost).await.is_some());
});
