//! A wall display: one team, read-only, patients by initials.
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tests::{Feed, Kit, both};

both!(a_wall_display_shows_initials_and_nothing_that_names_a_patient, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let new = tests::NewPatient::called("Rosa Canaria");
    let mrn = new.mrn.clone();
    let rosa = kit.patient_with(new, "Cedar").await.to_string();
    let task =
        ana.creates_with(&cedar, "Call", json!({ "patientId": rosa, "instructions": "Ask for Mrs Canaria" })).await;
    ana.act("setPatientStatus", json!({ "patientId": rosa, "status": "WATCH", "note": "Canaria fell" })).await.data();
    ana.act("addTaskComment", json!({ "taskId": task, "text": "Canaria was out" })).await.data();
    let wall = kit.display(&cedar, &ana).await;

    let document = "query Wall($team: ID!, $rosa: ID!, $task: ID!) {
        viewer { isDisplay staff { id } careTeams { name } }
        careTeam(id: $team) { patients { nodes { displayName mrn birthDate } }
          tasks { nodes { title patient { displayName mrn birthDate } } } }
        patient(id: $rosa) { displayName mrn birthDate gender statusNote identifiers { value } contacts { phone }
          timeline { nodes { summary note } } }
        task(id: $task) { instructions patient { displayName mrn } comments { nodes { text } }
          history { nodes { reason } } } }";
    let answer = wall.ask(document, json!({ "team": cedar, "rosa": rosa, "task": task })).await;

    assert_eq!(answer.at("/viewer"), &json!({ "isDisplay": true, "staff": null, "careTeams": [{ "name": "Cedar" }] }));
    for place in ["/patient", "/careTeam/patients/nodes/0", "/careTeam/tasks/nodes/0/patient", "/task/patient"] {
        assert_eq!(answer.at(&format!("{place}/displayName")), "R. C.", "{place}");
        assert_eq!(answer.at(&format!("{place}/mrn")), &Value::Null, "{place}");
    }
    assert_eq!(answer.at("/patient/birthDate"), &Value::Null);
    for secret in ["Canaria", &mrn, "1951-07-09"] {
        assert!(!answer.text.contains(secret), "{secret} in {answer}");
    }
});

both!(a_wall_display_cannot_search_for_what_it_may_not_show, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    kit.patient("Rosa Canaria", "Cedar").await;
    let wall = kit.display(&cedar, &ana).await;

    let search = wall.ask("{ patients(filter: { search: \"Canaria\" }) { totalCount } }", json!({})).await;
    let page = wall.ask("{ patients { edges { cursor } pageInfo { startCursor endCursor } } }", json!({})).await;

    assert_eq!(search.code(), "FORBIDDEN", "a search that hits tells the name");
    let mut cursors: Vec<String> = vec![page.text_at("/patients/edges/0/cursor")];
    cursors.push(page.text_at("/patients/pageInfo/endCursor"));
    for cursor in cursors {
        let inside = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).unwrap()).unwrap();
        assert!(!inside.contains("Canaria") && !inside.contains("Rosa"), "{inside}");
    }
});

both!(a_wall_displays_feed_shows_initials_too, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    let wall = kit.display(&cedar, &ana).await;
    let mut hers = ana.follows(&cedar, None).await;
    let mut walls = Feed::open(kit.address, wall.token.as_deref().unwrap(), &cedar, None).await;

    ana.sets_status(&rosa, "IN_ED").await.data();
    ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;

    assert_eq!(hers.next_change().await["patient"]["displayName"], "Canaria, Rosa");
    assert_eq!(walls.next_change().await["patient"]["displayName"], "R. C.", "the same words are shared by scope only");
    assert_eq!(hers.next_change().await["task"]["patient"]["displayName"], "Canaria, Rosa");
    assert_eq!(walls.next_change().await["task"]["patient"]["displayName"], "R. C.");
});

both!(a_wall_display_sees_its_own_team_only, async |kit: &Kit| {
    let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
    let ana = kit.nurse("Ana", "Cedar").await;
    let lisa = kit.patient("Lisa Ray", "Maple").await;
    let wall = kit.display(&cedar, &ana).await;
    let one = async |field: &str, id: &str| {
        wall.ask(&format!("query One($id: ID!) {{ {field}(id: $id) {{ id }} }}"), json!({ "id": id })).await
    };

    assert_eq!(one("careTeam", &maple).await.code(), "NOT_FOUND");
    assert_eq!(one("patient", &lisa).await.code(), "NOT_FOUND");
});
