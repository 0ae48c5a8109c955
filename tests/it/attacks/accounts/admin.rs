//! Administration of people.
use super::{ME, enrols, sign_in, strictly};
use entity::{audit_entry::AuditKind, staff::StaffRole};
use serde_json::{Value, json};
use tests::{Kit, Person, both, kit::PASSWORD, people::act};

async fn edits(who: &Person, staff: &str, more: Value) -> tests::Answer {
    let mut input = json!({ "staffId": staff });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    who.act("updateStaff", input).await
}

both!(case_30_a_person_has_one_role_and_a_new_one_counts_at_once, async |kit: &Kit| {
    // There are no two roles of one person: what stands for a revoked one is a role that takes the place of another.
    let cedar = kit.team("Cedar").await;
    let (ada, eva) = (kit.administrator("Ada").await, kit.manager("Eva").await);
    kit.team("Maple").await;
    let teams = "{ careTeams { totalCount } staff { totalCount } }";
    eva.ask(teams, json!({})).await.data();
    let mut screen = eva.follows(&cedar, None).await;
    let mut socket = eva.socket().await;

    edits(&ada, &eva.id.to_string(), json!({ "role": "NURSE" })).await.data();

    assert_eq!(screen.end().await, "FORBIDDEN", "a nurse who is on no team follows none");
    let after = eva.ask("{ careTeams { totalCount } }", json!({})).await;
    assert_eq!(after.at("/careTeams/totalCount"), 0);
    assert_eq!(eva.ask(teams, json!({})).await.code(), "FORBIDDEN");
    socket.subscribe("1", "{ staff { totalCount } }", json!({})).await;
    assert_eq!(socket.next().await.json()["payload"]["errors"][0]["extensions"]["code"], "FORBIDDEN");
});

both!(case_94_a_change_of_role_is_on_record_and_in_force, async |kit: &Kit| {
    let (ada, ana) = (kit.administrator("Ada").await, kit.nurse("Ana", "Cedar").await);

    let changed = edits(&ada, &ana.id.to_string(), json!({ "role": "CLINICIAN", "credential": "MD" })).await;

    assert_eq!(changed.at("/updateStaff/account/staff/role"), "CLINICIAN");
    assert_eq!(changed.at("/updateStaff/account/staff/credential"), "MD");
    assert_eq!(ana.ask(ME, json!({})).await.at("/viewer/staff/role"), "CLINICIAN");
    let audit = kit.audit().await;
    let of_her = |operation: &str| {
        let row = audit.iter().find(|row| row.operation == operation && row.entity_id == Some(ana.id.0));
        row.unwrap_or_else(|| panic!("no {operation} in {audit:?}")).clone()
    };
    let row = of_her("people.update");
    assert_eq!((row.kind, row.actor_id), (AuditKind::Write, Some(ada.id)));
    assert_eq!(row.detail, Some(json!({ "role": ["nurse", "clinician"], "credential": ["RN", "MD"] })));
});

both!(nobody_changes_their_own_role_nor_removes_the_last_administrator, async |kit: &Kit| {
    let (ada, eva) = (kit.administrator("Ada").await, kit.manager("Eva").await);
    let ana = kit.nurse("Ana", "Cedar").await;
    let other = kit.hires("Max", StaffRole::Manager, &[]).await.0.to_string();

    assert_eq!(edits(&ada, &ada.id.to_string(), json!({ "role": "MANAGER" })).await.code(), "FORBIDDEN");
    edits(&ada, &ada.id.to_string(), json!({ "displayName": "Ada B." })).await.data();
    assert_eq!(ada.act("deactivateStaff", json!({ "staffId": ada.id.to_string() })).await.code(), "FORBIDDEN");
    assert_eq!(edits(&ana, &ana.id.to_string(), json!({ "role": "MANAGER" })).await.code(), "FORBIDDEN");
    assert_eq!(edits(&eva, &ana.id.to_string(), json!({ "role": "MANAGER" })).await.code(), "FORBIDDEN");
    assert_eq!(edits(&eva, &other, json!({ "displayName": "M" })).await.code(), "FORBIDDEN");
    assert_eq!(edits(&eva, &ada.id.to_string(), json!({ "displayName": "A" })).await.code(), "FORBIDDEN");
    assert_eq!(eva.act("deactivateStaff", json!({ "staffId": ada.id.to_string() })).await.code(), "FORBIDDEN");
    edits(&eva, &ana.id.to_string(), json!({ "role": "SOCIAL_WORKER" })).await.data();
    for mutation in ["createRecoveryLink", "resetFactors", "revokeStaffSessions"] {
        let input = json!({ "staffId": ana.id.to_string() });
        assert_eq!(eva.act(mutation, input.clone()).await.code(), "FORBIDDEN", "{mutation}");
        assert_eq!(ana.act(mutation, input).await.code(), "FORBIDDEN", "{mutation}");
    }
    let second = kit.administrator("Bea").await;
    second.act("deactivateStaff", json!({ "staffId": ada.id.to_string() })).await.data();
    assert_eq!(ada.ask(ME, json!({})).await.code(), "UNAUTHENTICATED");
});

both!(two_administrators_cannot_remove_each_other, async |kit: &Kit| {
    let (ada, bea) = (kit.administrator("Ada").await, kit.administrator("Bea").await);
    let (out, other) = (json!({ "staffId": bea.id.to_string() }), json!({ "staffId": ada.id.to_string() }));

    let both = tokio::join!(ada.act("deactivateStaff", out), bea.act("deactivateStaff", other));

    let refused = [both.0, both.1].iter().filter(|answer| answer.body.get("errors").is_some()).count();
    assert_eq!(refused, 1, "one of them stays");
});

both!(who_is_deactivated_gives_their_work_back_and_leaves_the_boards, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let eva = kit.manager("Eva").await;
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    ana.act("assignCoordinator", json!({ "patientId": rosa, "staffId": ana.id.to_string() })).await.data();
    let mut screen = ben.follows(&cedar, None).await;

    let gone = eva.act("deactivateStaff", json!({ "staffId": ana.id.to_string() })).await;

    assert_eq!(gone.at("/deactivateStaff/account/state"), "DEACTIVATED");
    assert_eq!(screen.next_of("TaskChanged").await["task"]["status"], "READY");
    assert_eq!(screen.next_of("PatientChanged").await["patient"]["coordinator"], Value::Null);
    let team = screen.next_of("CareTeamChanged").await;
    let names: Vec<&Value> =
        team["careTeam"]["members"].as_array().unwrap().iter().map(|one| &one["staff"]["displayName"]).collect();
    assert_eq!(names, ["Ben"]);
    assert_eq!(sign_in(&kit.stranger(), &ana.email, PASSWORD).await.code(), "UNAUTHENTICATED");
    ben.claims(&task).await.data();
});

both!(people_are_found_by_name_address_role_and_state, async |kit: &Kit| {
    let ada = kit.administrator("Ada").await;
    for name in ["Ana Torres", "Ben_Ray", "Cleo 100%"] {
        kit.hires(name, StaffRole::Nurse, &["Cedar"]).await;
    }
    let find = async |filter: Value| {
        let document =
            "query Find($filter: StaffFilter) { staff(filter: $filter) { nodes { staff { displayName } } } }";
        let found = ada.ask(document, json!({ "filter": filter })).await;
        let nodes = found.at("/staff/nodes").as_array().unwrap().clone();
        nodes.iter().map(|node| node["staff"]["displayName"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };

    assert_eq!(find(json!({})).await, ["Ada", "Ana Torres", "Ben_Ray", "Cleo 100%"]);
    assert_eq!(find(json!({ "search": "TORR ana" })).await, ["Ana Torres"]);
    assert_eq!(find(json!({ "search": "_" })).await, ["Ben_Ray"]);
    assert_eq!(find(json!({ "search": "%" })).await, ["Cleo 100%"]);
    assert_eq!(find(json!({ "role": "ADMINISTRATOR" })).await, ["Ada"]);
    assert_eq!(find(json!({ "active": false })).await, Vec::<String>::new());
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_into_a_role_that_takes_a_second_factor_signs_in_anew() {
    strictly(async |kit| {
        let (_, ada) = kit.hires("Ada", StaffRole::Administrator, &[]).await;
        let (ada, _, _) = enrols(kit, &ada).await;
        let ana = kit.nurse("Ana", "Cedar").await;

        let input = json!({ "staffId": ana.id.to_string(), "role": "MANAGER" });
        act(&ada, "updateStaff", input).await.data();

        assert_eq!(ana.ask(ME, json!({})).await.code(), "UNAUTHENTICATED");
        assert_eq!(super::next_step(&sign_in(&kit.stranger(), &ana.email, PASSWORD).await)["mustEnrol"], true);
        let (eva, _, _) = enrols(kit, &ana.email).await;
        let reset = json!({ "staffId": ana.id.to_string() });
        let account = act(&ada, "resetFactors", reset).await;
        assert_eq!(account.at("/resetFactors/account/factors"), &json!([]));
        assert_eq!(eva.ask(ME, json!({})).await.code(), "UNAUTHENTICATED");
    })
    .await;
}
