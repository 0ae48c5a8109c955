//! Things of others by their id, fields that one may not read, and inputs that say more than one may.
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tests::{Kit, both};

both!(case_15_a_patient_of_another_organisation_is_in_no_argument, async |kit: &Kit| {
    let (cedar, ana) = (kit.team("Cedar").await, kit.coordinator("Ana", "Cedar").await);
    let mia = kit.manager("Mia").await;
    let elm = kit.practice("Elm Clinic").await;
    let lisa = elm.patient("Lisa Ray", "Elm").await;
    let theirs = elm.team("Elm").await;

    for person in [&ana, &mia] {
        let new = json!({ "careTeamId": cedar, "kind": "RECALL", "title": "x", "patientId": lisa });
        assert_eq!(person.act("createTask", new).await.code(), "NOT_FOUND");
        for (field, arguments) in
            [("tasks", "filter: { patientId: $id }"), ("patients", "filter: { careTeamId: $team }")]
        {
            let used = if field == "tasks" { "$id: ID!" } else { "$team: ID!" };
            let document = format!("query L({used}) {{ {field}({arguments}) {{ totalCount nodes {{ id }} }} }}");
            let variables = if field == "tasks" { json!({ "id": lisa }) } else { json!({ "team": theirs }) };
            assert_eq!(person.ask(&document, variables).await.at(&format!("/{field}/totalCount")), 0);
        }
        let mut socket = person.socket().await;
        let look = "subscription L($id: ID!) { patientPresence(patientId: $id) { patientId } }";
        socket.subscribe("1", look, json!({ "id": lisa })).await;
        assert_eq!(socket.next().await.json()["payload"][0]["extensions"]["code"], "NOT_FOUND");
    }
});

both!(case_16_a_tampered_id_is_nobodys, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Canaria", "Maple").await;
    let digits = rosa.trim_start_matches("patient_").to_owned();
    let ids = [
        (format!("task_{digits}"), "NOT_FOUND"),
        (format!("careteam_{digits}"), "NOT_FOUND"),
        (format!("staff_{digits}"), "NOT_FOUND"),
        (format!("PATIENT_{digits}"), "BAD_USER_INPUT"),
        (rosa.to_uppercase(), "BAD_USER_INPUT"),
        (STANDARD.encode(&rosa), "BAD_USER_INPUT"),
        (STANDARD.encode(format!("Patient:{digits}")), "BAD_USER_INPUT"),
        (format!("{rosa}' OR '1'='1"), "BAD_USER_INPUT"),
        (format!("audit_{digits}"), "BAD_USER_INPUT"),
        (format!("session_{digits}"), "BAD_USER_INPUT"),
        (String::new(), "BAD_USER_INPUT"),
    ];

    for (id, expected) in ids {
        let answer = ana.ask("query N($id: ID!) { node(id: $id) { __typename id } }", json!({ "id": id })).await;
        assert_eq!(answer.code(), expected, "{id}");
        assert_eq!(answer.body["data"]["node"], Value::Null);
    }
});

both!(case_23_an_input_takes_what_it_names_and_nothing_more, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let task = ana.creates(&cedar, "Call").await;
    let before = ana.reads_task(&task).await.at("/task").clone();
    let elm = kit.practice("Elm Clinic").await.organization.to_string();

    for (field, value) in [
        ("organizationId", json!(elm)),
        ("createdBy", json!(elm)),
        ("status", json!("COMPLETED")),
        ("version", json!(7)),
        ("claimedBy", json!(ana.id.to_string())),
    ] {
        let mut input = json!({ "taskId": task, "title": "Changed" });
        input[field] = value.clone();
        assert_eq!(ana.act("updateTask", input).await.code(), "BAD_USER_INPUT", "{field}");
        let mut new = json!({ "careTeamId": cedar, "kind": "RECALL", "title": "x" });
        new[field] = value;
        assert_eq!(ana.act("createTask", new).await.code(), "BAD_USER_INPUT", "{field}");
    }

    assert_eq!(ana.reads_task(&task).await.at("/task"), &before);
    assert_eq!(kit.events().await.iter().filter(|event| event.entity_version > 1).count(), 1, "the team's own");
});

both!(case_24_a_field_that_one_may_not_read_is_null_with_a_refusal_on_every_path, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ada) = (kit.nurse("Ana", "Cedar").await, kit.administrator("Ada").await);
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    ana.claims(&task).await.data();
    let variables = json!({ "team": cedar, "rosa": rosa, "task": task, "ana": ana.id.to_string() });
    let used = |document: &str| -> Value {
        let all = variables.as_object().unwrap().iter();
        all.filter(|(name, _)| document.contains(&format!("${name}:"))).map(|(k, v)| (k.clone(), v.clone())).collect()
    };
    let paths = [
        ("query A($ana: ID!) { node(id: $ana) { ... on StaffMember { clearances } } }", "/node/clearances"),
        ("query A($ana: ID!) { node(id: $ana) { ... on StaffMember { it: clearances } } }", "/node/it"),
        ("query A($ana: ID!) { node(id: $ana) { ...F } } fragment F on StaffMember { clearances }", "/node/clearances"),
        ("query A($task: ID!) { task(id: $task) { claim { by { clearances } } } }", "/task/claim/by/clearances"),
        (
            "query A($team: ID!) { careTeam(id: $team) { members { staff { clearances } } } }",
            "/careTeam/members/0/staff/clearances",
        ),
        ("query A($rosa: ID!) { patient(id: $rosa) { blockedStaff { id } } }", "/patient/blockedStaff"),
        ("query A($task: ID!) { task(id: $task) { patient { who: blockedStaff { id } } } }", "/task/patient/who"),
    ];

    for (document, place) in paths {
        let answer = ana.ask(document, used(document)).await;
        assert_eq!(answer.code(), "FORBIDDEN", "{document}");
        assert_eq!(answer.body["data"].pointer(place), Some(&Value::Null), "{answer}");
        assert!(
            !answer.body["data"].as_object().unwrap().values().any(Value::is_null),
            "and the rest is there: {answer}"
        );
    }
    let node = "query A($ana: ID!) { node(id: $ana) { ... on StaffMember { clearances isPrivacyOfficer } } }";
    assert_eq!(ada.ask(node, used(node)).await.at("/node"), &json!({ "clearances": [], "isPrivacyOfficer": false }));
});

both!(case_25_nobody_filters_or_sorts_by_what_they_may_not_read, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    kit.patient("Rosa Canaria", "Cedar").await;
    let wall = kit.display(&cedar, &ana).await;

    // A screen shows no names, and so finds nobody by one, and sorts nobody by one.
    let search = wall.ask("{ patients(filter: { search: \"Canaria\" }) { totalCount } }", json!({})).await;
    assert_eq!(search.code(), "FORBIDDEN");
    let of_team = "query S($team: ID!) { careTeam(id: $team) { patients(filter: { search: \"C\" }) { totalCount } } }";
    assert_eq!(wall.ask(of_team, json!({ "team": cedar })).await.code(), "FORBIDDEN", "by another path");
    for filter in [
        "confidentiality: [RESTRICTED]",
        "blockedStaff: []",
        "clearances: []",
        "ssn: \"1\"",
        "mrn: \"1\"",
        "orderBy: NAME",
        "mergedIntoId: null",
        "labels: 0",
    ] {
        let answer = ana.ask(&format!("{{ patients(filter: {{ {filter} }}) {{ totalCount }} }}"), json!({})).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{filter}");
    }
    let sorted = ana.ask("{ tasks(orderBy: TITLE) { totalCount } }", json!({})).await;
    assert_eq!(sorted.code(), "BAD_USER_INPUT", "a list is sorted by what the schema names");
});

both!(case_27_a_search_answers_the_same_for_anothers_patient_and_for_nobody, async |kit: &Kit| {
    let (cedar, ana) = (kit.team("Cedar").await, kit.nurse("Ana", "Cedar").await);
    kit.practice("Elm Clinic").await.patient("Lisa Zimbalist", "Elm").await;
    kit.patient("Mona Yardley", "Maple").await;
    let hidden = kit.patient("Rosa Xanadu", "Cedar").await;
    kit.marks(&hidden, &entity::sensitivity::Sensitivity::ALL).await;
    let search = async |words: &str| {
        let document =
            "query S($team: ID!, $words: String!) { patients(filter: { search: $words }) { totalCount nodes { id }
            pageInfo { hasNextPage endCursor } }
            careTeam(id: $team) { patients(filter: { search: $words }) { totalCount } } }";
        ana.ask(document, json!({ "team": cedar, "words": words })).await
    };

    let nobody = search("Qwertz").await;
    for words in ["Zimbalist", "Lisa", "Yardley", "Xanadu", "Xan", "%", "_"] {
        let answer = search(words).await;
        if words != "%" && words != "_" {
            assert_eq!(answer.text, nobody.text, "{words}");
        }
    }
});

both!(case_22_work_is_given_to_nobody_who_may_not_see_whom_it_is_about, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, cora) = (kit.nurse("Ana", "Cedar").await, kit.coordinator("Cora", "Cedar").await);
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    kit.clears(cora.id, &entity::sensitivity::Sensitivity::ALL).await;
    let task = cora.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    kit.marks(&rosa, &[entity::sensitivity::Sensitivity::SubstanceUse]).await;

    let given = cora.assigns(&task, Some(&ana.id.to_string())).await;
    let made = cora.act("assignCoordinator", json!({ "patientId": rosa, "staffId": ana.id.to_string() })).await;

    assert_eq!((given.code(), given.field()), ("BAD_USER_INPUT", "input.staffId"));
    assert_eq!((made.code(), made.field()), ("BAD_USER_INPUT", "input.staffId"));
    assert_eq!(
        cora.assigns(&task, Some(&cora.id.to_string())).await.at("/assignTask/task/claim/by/displayName"),
        "Cora"
    );
});
