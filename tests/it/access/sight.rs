//! What one may not see is not there: by id, in lists, nested, in counts, in searches.
use entity::staff::StaffRole;
use serde_json::{Value, json};
use tests::{Kit, Person, both};

const NODE: &str = "query Node($id: ID!) { node(id: $id) { __typename id } }";

async fn by_id(person: &Person, field: &str, id: &str) -> String {
    let document = format!("query One($id: ID!) {{ {field}(id: $id) {{ id }} }}");
    let answer = person.ask(&document, json!({ "id": id })).await;
    match answer.body.get("errors") {
        Some(_) => answer.code().to_owned(),
        None => "there".to_owned(),
    }
}

/// Counts of what the lists hold, unfiltered, by team and by search.
async fn lists(person: &Person, team: &str) -> Vec<Value> {
    let document = "query Lists($team: ID!) {
        all: patients { totalCount nodes { id } } team: patients(filter: { careTeamId: $team }) { totalCount nodes { id } }
        search: patients(filter: { search: \"Diaz\" }) { totalCount nodes { id } }
        tasks { totalCount nodes { id } } teamTasks: tasks(filter: { careTeamId: $team }) { totalCount nodes { id } } }";
    let answer = person.ask(document, json!({ "team": team })).await;
    let lists = ["all", "team", "search", "tasks", "teamTasks"].map(|list| answer.at(&format!("/{list}")).clone());
    for list in &lists {
        assert_eq!(list["totalCount"], list["nodes"].as_array().unwrap().len(), "a count of what is not shown");
    }
    lists.iter().map(|list| list["totalCount"].clone()).collect()
}

both!(what_another_team_has_is_not_there, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    let mei = kit.nurse("Mei", "Maple").await;
    let eva = kit.practice("Elm Clinic").await.manager("Eva").await;

    assert_eq!(lists(&ana, &cedar).await, [1, 1, 1, 1, 1]);
    for stranger in [&mei, &eva] {
        assert_eq!(by_id(stranger, "patient", &rosa).await, "NOT_FOUND");
        assert_eq!(by_id(stranger, "task", &task).await, "NOT_FOUND");
        assert_eq!(by_id(stranger, "careTeam", &cedar).await, "NOT_FOUND");
        for id in [&rosa, &task, &cedar] {
            assert_eq!(by_id(stranger, "node", id).await, "NOT_FOUND");
        }
        assert_eq!(lists(stranger, &cedar).await, [0, 0, 0, 0, 0]);
    }
    assert_eq!(by_id(&eva, "node", &ana.id.to_string()).await, "NOT_FOUND");
});

both!(there_is_no_telling_a_foreign_thing_from_one_that_never_was, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let task = ana.creates(&cedar, "Call").await;
    let mei = kit.nurse("Mei", "Maple").await;
    let nothing = entity::ids::TaskId::generate().to_string();

    let foreign = mei.ask(NODE, json!({ "id": task })).await;
    let absent = mei.ask(NODE, json!({ "id": nothing })).await;

    assert_eq!(foreign.text, absent.text);
});

both!(a_patient_shows_only_the_work_that_the_viewer_may_see, async |kit: &Kit| {
    let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
    let bo = kit.person("Bo", StaffRole::Nurse, &["Cedar", "Maple"]).await;
    let mei = kit.nurse("Mei", "Maple").await;
    let rosa = kit.patient("Rosa Diaz", "Maple").await;
    let ours = bo.creates_with(&maple, "Maple's call", json!({ "patientId": rosa })).await;
    bo.creates_with(&cedar, "Cedar's secret", json!({ "patientId": rosa })).await;
    let document = "query Patient($id: ID!) { patient(id: $id) { tasks { totalCount nodes { id } }
        timeline(first: 50) { totalCount nodes { summary task { id title } } } } }";

    let seen = mei.ask(document, json!({ "id": rosa })).await;
    let all = bo.ask(document, json!({ "id": rosa })).await;

    assert_eq!(all.at("/patient/tasks/totalCount"), 2);
    assert_eq!(seen.at("/patient/tasks/totalCount"), 1);
    assert_eq!(seen.at("/patient/tasks/nodes/0/id"), &ours);
    assert!(!seen.text.contains("secret"), "{seen}");
    assert_eq!(
        seen.at("/patient/timeline/totalCount"),
        seen.at("/patient/timeline/nodes").as_array().unwrap().len(),
        "{seen}"
    );
});

both!(who_works_for_a_patient_of_another_team_sees_the_patient, async |kit: &Kit| {
    let maple = kit.team("Maple").await;
    let bo = kit.person("Bo", StaffRole::Nurse, &["Cedar", "Maple"]).await;
    let mei = kit.nurse("Mei", "Maple").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    assert_eq!(by_id(&mei, "patient", &rosa).await, "NOT_FOUND");

    bo.creates_with(&maple, "Interpreter for Rosa", json!({ "patientId": rosa })).await;

    assert_eq!(by_id(&mei, "patient", &rosa).await, "there");
    assert_eq!(mei.sets_status(&rosa, "WATCH").await.code(), "FORBIDDEN", "seen, and not theirs to change");
});

both!(a_manager_sees_every_team_of_the_organisation, async |kit: &Kit| {
    let (cedar, _) = (kit.team("Cedar").await, kit.team("Maple").await);
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    kit.practice("Elm Clinic").await.patient("Lisa Diaz", "Elm").await;
    let mia = kit.manager("Mia").await;

    assert_eq!(by_id(&mia, "patient", &rosa).await, "there");
    assert_eq!(by_id(&mia, "task", &task).await, "there");
    assert_eq!(lists(&mia, &cedar).await, [1, 1, 1, 1, 1], "and none of another organisation");
    let viewer = mia.ask("query Me { viewer { careTeams { name } isDisplay staff { role } } }", json!({})).await;
    let teams = viewer.at("/viewer/careTeams").as_array().unwrap();
    assert_eq!(teams.iter().map(|team| team["name"].as_str().unwrap()).collect::<Vec<_>>(), ["Cedar", "Maple"]);
});

both!(an_administrator_sees_teams_and_no_patient, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    let ada = kit.administrator("Ada").await;

    assert_eq!(by_id(&ada, "patient", &rosa).await, "NOT_FOUND");
    assert_eq!(by_id(&ada, "task", &task).await, "NOT_FOUND");
    assert_eq!(by_id(&ada, "node", &rosa).await, "NOT_FOUND");
    assert_eq!(lists(&ada, &cedar).await, [0, 0, 0, 0, 0]);
    assert_eq!(ada.sets_status(&rosa, "WATCH").await.code(), "NOT_FOUND");
    assert_eq!(ada.claims(&task).await.code(), "NOT_FOUND");
    for inside in ["patients { totalCount }", "tasks { totalCount }", "caseload { patients }", "unclaimedTasks"] {
        let document = format!("query Team($id: ID!) {{ careTeam(id: $id) {{ name {inside} }} }}");
        assert_eq!(ada.ask(&document, json!({ "id": cedar })).await.code(), "FORBIDDEN", "{inside}");
    }
    let team =
        ada.ask("query T($id: ID!) { careTeam(id: $id) { name viewerCanManage } }", json!({ "id": cedar })).await;
    assert_eq!(team.at("/careTeam"), &json!({ "name": "Cedar", "viewerCanManage": true }));
    let ben = kit.hires("Ben", StaffRole::Nurse, &[]).await.0.to_string();
    assert_eq!(ada.adds_member(&cedar, &ben).await.at("/addCareTeamMember/careTeam/name"), "Cedar");
});

both!(an_integration_reads_everything_of_its_organisation, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    kit.patient("Rosa Diaz", "Cedar").await;
    kit.practice("Elm Clinic").await.patient("Lisa Diaz", "Elm").await;
    let registry = kit.integration("Registry").await;

    let document = "query Read($id: ID!) { viewer { staff { id } isDisplay } patients { totalCount }
        careTeam(id: $id) { patients { nodes { displayName mrn } } } }";
    let answer = registry.ask(document, json!({ "id": cedar })).await;

    assert_eq!(answer.at("/viewer"), &json!({ "staff": null, "isDisplay": false }));
    assert_eq!(answer.at("/patients/totalCount"), 1);
    assert_eq!(answer.at("/careTeam/patients/nodes/0/displayName"), "Diaz, Rosa");
});

both!(only_the_organisation_s_staff_can_be_given_responsibility, async |kit: &Kit| {
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let mei = kit.hires("Mei", StaffRole::Nurse, &["Maple"]).await.0.to_string();
    let assign = async |staff: &str| ana.act("assignCoordinator", json!({ "patientId": rosa, "staffId": staff })).await;

    let refused = assign(&mei).await;
    let given = assign(&ana.id.to_string()).await;

    assert_eq!((refused.code(), refused.field()), ("BAD_USER_INPUT", "input.staffId"));
    assert_eq!(given.at("/assignCoordinator/patient/coordinator/displayName"), "Ana");
});
