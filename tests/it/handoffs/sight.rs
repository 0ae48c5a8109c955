//! Who sees what people tell each other.
use entity::sensitivity::Sensitivity;
use serde_json::{Value, json};
use tests::{Kit, both};

both!(what_people_tell_each_other_is_for_no_screen_no_program_and_no_other_team, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let mei = kit.nurse("Mei", "Maple").await;
    let (wall, program) = (kit.display(&cedar, &ana).await, kit.integration("Registry").await);
    let mut on_wall = tests::Feed::open(kit.address, wall.token.as_deref().unwrap(), &cedar, None).await;
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();

    let handoff = ana.hands_over(&task, Some(ben.id)).await;
    let request = ben.asks_for(&task).await;

    let one = "query H($id: ID!) { handoff(id: $id) { situation } }";
    let many = "query H($team: ID) { handoffs(careTeamId: $team, box: TEAM) { nodes { situation } } }";
    let asked = "query R($team: ID!) { claimRequests(careTeamId: $team) { message } }";
    for (browser, of_team) in [(&wall, "FORBIDDEN"), (&program, "FORBIDDEN"), (&mei.browser, "NOT_FOUND")] {
        assert_eq!(browser.ask(one, json!({ "id": handoff })).await.code(), "NOT_FOUND");
        assert_eq!(browser.ask(many, json!({ "team": cedar })).await.code(), of_team);
        assert_eq!(browser.ask(many, json!({})).await.at("/handoffs/nodes"), &json!([]));
        assert_eq!(browser.ask(asked, json!({ "team": cedar })).await.code(), of_team);
    }
    ana.starts(&task).await.data();
    let mut items = Vec::new();
    loop {
        let item = on_wall.next().await;
        let last = item["task"]["status"] == "IN_PROGRESS";
        items.push(item["__typename"].clone());
        if last {
            break;
        }
    }
    assert!(items.iter().all(|item| item == "TaskChanged"), "{items:?}");
    assert_ne!(ben.reads_handoff(&handoff).await.at("/handoff/situation"), &Value::Null);
    assert!(request.starts_with("claimrequest_"));
});

both!(who_may_not_know_a_patient_is_told_of_no_handoff_about_them, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (cora, ana) = (kit.coordinator("Cora", "Cedar").await, kit.nurse("Ana", "Cedar").await);
    let ben = kit.nurse("Ben", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    ana.claims(&task).await.data();
    kit.clears(ana.id, &[Sensitivity::Restricted]).await;
    let handoff = ana.hands_over(&task, None).await;
    let request = ben.asks_for(&task).await;
    assert_eq!(ben.handoffs("TO_ME").await, std::slice::from_ref(&handoff));

    kit.marks(&rosa, &[Sensitivity::Restricted]).await;

    assert_eq!(ben.handoffs("TEAM").await, Vec::<String>::new());
    assert_eq!(ben.reads_handoff(&handoff).await.code(), "NOT_FOUND");
    assert_eq!(ben.acknowledges(&handoff).await.code(), "NOT_FOUND");
    assert_eq!(ben.reads_requests(&cedar).await.at("/claimRequests"), &json!([]));
    assert_eq!(ana.reads_handoff(&handoff).await.at("/handoff/state"), "OPEN");
    assert_eq!(cora.handoffs("TEAM").await, Vec::<String>::new());
    let to = json!({ "handoffId": handoff, "toStaffId": ben.id.to_string() });
    assert_eq!(ana.act("redirectHandoff", to).await.field(), "input.toStaffId");
    assert!(!request.is_empty());
});

both!(a_look_at_a_handoff_is_a_look_at_its_patients, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    ana.claims(&task).await.data();
    ana.hands_over(&task, Some(ben.id)).await;

    let read = "query Looked { handoffs { nodes { situation } } }";
    ben.ask(read, json!({})).await.data();

    let rows = kit.audit().await;
    let looked = rows.iter().find(|row| row.operation == "Looked").unwrap();
    assert_eq!((looked.actor_id, &looked.patients), (Some(ben.id), &json!([rosa])));
    let written = rows.iter().find(|row| row.operation == "handoffs.transfer").unwrap();
    assert_eq!((written.entity_type.as_deref(), &written.patients), (Some("handoff"), &json!([rosa])));
});
