//! What a feed tells when rights change while it is open, and of those whom its reader does not see.
use crate::presence;
use entity::{sensitivity::Sensitivity, staff::StaffRole};
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use tests::{Kit, both, socket::FEED};

both!(case_33_what_happens_to_a_hidden_patient_is_no_item_of_a_feed, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    kit.clears(ben.id, &Sensitivity::ALL).await;
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    kit.marks(&rosa, &[Sensitivity::Restricted]).await;
    let wall = kit.display(&cedar, &ana).await;
    let (mut hers, mut his) = (ana.follows(&cedar, None).await, ben.follows(&cedar, None).await);
    let mut walls = tests::Feed::open(kit.address, wall.token.as_deref().unwrap(), &cedar, None).await;

    let hidden = ben.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    ben.claims(&hidden).await.data();
    ben.sets_status(&rosa, "IN_ED").await.data();
    ben.moves_patient(&rosa, &kit.team("Maple").await).await;
    let plain = ben.creates(&cedar, "Order gloves").await;

    assert_eq!(hers.next_change().await["task"]["id"], plain, "as if nothing had been");
    assert_eq!(walls.next_change().await["task"]["id"], plain);
    assert_eq!(his.next_change().await["task"]["id"], hidden);
    assert_eq!(his.next_change().await["task"]["claim"]["by"]["displayName"], "Ben");
    assert_eq!(his.next_change().await["patient"]["status"], "IN_ED");
});

both!(case_48_who_becomes_hidden_leaves_each_screen_once_and_comes_back, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    kit.clears(ben.id, &Sensitivity::ALL).await;
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    ana.claims(&task).await.data();
    let (mut hers, mut his) = (ana.follows(&cedar, None).await, ben.follows(&cedar, None).await);

    kit.marks(&rosa, &[Sensitivity::BehavioralHealth]).await;
    let after = ben.creates(&cedar, "Order gloves").await;

    let mut left = Vec::new();
    loop {
        let item = hers.next_change().await;
        if item["task"]["id"] == after {
            break;
        }
        assert_eq!(item["__typename"], "NodeRemoved", "and nothing of what is new: {item}");
        left.push(item["nodeId"].clone());
    }
    left.sort_by_key(Value::to_string);
    assert_eq!(left, [json!(rosa), json!(task)], "each once");
    let told = his.next_where("the task, given back", |item| item["task"]["status"] == "READY").await;
    assert_eq!(told["task"]["id"], task, "who sees them goes on, and sees that it is nobody's now");

    kit.marks(&rosa, &[]).await;

    let back = hers.next_of("PatientChanged").await;
    assert_eq!(back["patient"]["displayName"], "Canaria, Rosa");
    assert_eq!(hers.next_of("TaskChanged").await["task"]["id"], task);
});

both!(case_48_who_is_kept_out_loses_the_patient_and_nobody_else_does, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let cora = kit.coordinator("Cora", "Cedar").await;
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    let (mut hers, mut his) = (ana.follows(&cedar, None).await, ben.follows(&cedar, None).await);

    cora.keeps_out(&rosa, ana.id).await.data();
    let after = ben.creates(&cedar, "Order gloves").await;

    assert_eq!(hers.next_change().await["nodeId"], json!(rosa));
    assert_eq!(hers.next_change().await["task"]["id"], after);
    let mut others = Vec::new();
    while others.last() != Some(&json!(after)) {
        let item = his.next_change().await;
        assert_ne!(item["__typename"], "NodeRemoved", "{item}");
        others.push(item["task"]["id"].clone());
    }
});

both!(case_45_a_clearance_that_is_taken_away_holds_on_every_node_at_once, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let ada = kit.administrator("Ada").await;
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    kit.marks(&rosa, &[Sensitivity::Restricted]).await;
    kit.clears(ben.id, &Sensitivity::ALL).await;
    ada.gives_clearances(ana.id, &["RESTRICTED"]).await.data();
    // Another node on the same database: it hears of the change by its sweep, without Redis.
    let (address, stop, server) = tests::kit::serve(kit.second_app().await).await;
    let (mut here, mut there) = (ana.follows(&cedar, None).await, ana.at(address).follows(&cedar, None).await);
    ben.sets_status(&rosa, "WATCH").await.data();
    for feed in [&mut here, &mut there] {
        assert_eq!(feed.next_change().await["patient"]["status"], "WATCH", "cleared");
    }

    ada.gives_clearances(ana.id, &[]).await.data();
    ben.sets_status(&rosa, "IN_ED").await.data();
    let plain = ben.creates(&cedar, "Order gloves").await;

    for feed in [&mut here, &mut there] {
        assert_eq!(feed.next_change().await["task"]["id"], plain, "what came after is not told");
    }
    stop.cancel();
    server.await.unwrap();
});

both!(case_46_a_lower_role_counts_from_the_next_operation_on_the_same_socket, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    let mia = kit.person("Mia", StaffRole::Manager, &["Cedar"]).await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    let mut socket = mia.socket().await;
    let assign = "mutation A($input: AssignTaskInput!) { assignTask(input: $input) { task { id } } }";
    let input = json!({ "input": { "taskId": task, "staffId": ana.id.to_string() } });
    socket.subscribe("1", assign, input.clone()).await;
    assert_eq!(socket.next().await.json()["payload"]["data"]["assignTask"]["task"]["id"], task);
    assert_eq!(socket.next().await.json()["type"], "complete");

    kit.changes(mia.id, |row| row.role = Set(StaffRole::FrontDesk)).await;
    socket.subscribe("2", assign, input).await;
    let refused = socket.next().await.json();
    kit.changes(mia.id, |row| row.role = Set(StaffRole::Administrator)).await;
    let _ = socket.next().await;
    socket.subscribe("3", "query P($id: ID!) { patient(id: $id) { id } }", json!({ "id": rosa })).await;
    let gone = socket.next().await.json();

    assert_eq!(refused["payload"]["errors"][0]["extensions"]["code"], "FORBIDDEN", "{refused}");
    assert_eq!(gone["payload"]["errors"][0]["extensions"]["code"], "NOT_FOUND", "{gone}");
});

both!(case_50_what_happened_meanwhile_is_told_as_it_is_now_or_not_at_all, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben, mia) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await, kit.manager("Mia").await);
    let (rosa, luis) = (kit.patient("Rosa Canaria", "Cedar").await, kit.patient("Luis Ray", "Cedar").await);
    let before = ana.follows(&cedar, None).await.cut();

    mia.removes_member(&cedar, &ana.id.to_string()).await.data();
    ben.sets_status(&luis, "IN_ED").await.data();
    let secret = ben.creates_with(&cedar, "Behind her back", json!({ "patientId": rosa })).await;
    kit.marks(&rosa, &[Sensitivity::SubstanceUse]).await;
    ben.sets_status(&luis, "STABLE").await.data();
    let mut refused = ana.socket().await;
    refused.subscribe("1", FEED, json!({ "team": cedar, "after": before })).await;
    assert_eq!(refused.next().await.json()["payload"][0]["extensions"]["code"], "NOT_FOUND", "without access, nothing");
    mia.adds_member(&cedar, &ana.id.to_string()).await.data();
    let last = ben.creates(&cedar, "Order gloves").await;
    let mut feed = ana.follows(&cedar, Some(&before)).await;

    loop {
        let item = feed.next_change().await;
        let text = item.to_string();
        assert!(!text.contains("Behind") && !text.contains("Rosa") && !text.contains("IN_ED"), "{item}");
        assert!(item["task"]["id"] != secret, "{item}");
        if item["task"]["id"] == last {
            break;
        }
    }
});

both!(case_55_a_field_that_the_reader_may_never_see_is_refused_when_they_subscribe, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, pia) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Pia", "Cedar").await);
    kit.appoints(pia.id).await;
    let documents = [
        "subscription F($team: ID!) { teamFeed(careTeamId: $team) { cursor ... on TaskChanged { task { claim { by { it: clearances } } } } } }",
        "subscription F($team: ID!) { teamFeed(careTeamId: $team) { ...A } } fragment A on TeamFeedItem { cursor ...B }
         fragment B on CareTeamChanged { careTeam { members { staff { clearances } } } }",
        "subscription F($team: ID!) { teamFeed(careTeamId: $team) { cursor ... on PatientChanged { patient { blockedStaff { id } } } } }",
    ];

    for (n, document) in documents.into_iter().enumerate() {
        let mut socket = ana.socket().await;
        socket.subscribe("1", document, json!({ "team": cedar })).await;
        let refused = socket.next().await.json();
        assert_eq!(refused["payload"][0]["extensions"]["code"], "FORBIDDEN", "{document}: {refused}");
        let mut socket = pia.socket().await;
        socket.subscribe("1", document, json!({ "team": cedar })).await;
        assert_eq!(socket.next().await.json()["type"], "next", "{n}: who may see it may follow it");
    }
});

both!(a_patient_who_becomes_hidden_is_closed_where_they_were_open, async |kit: &Kit| {
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let rosa = kit.patient("Rosa Canaria", "Cedar").await;
    kit.clears(ben.id, &Sensitivity::ALL).await;
    let (mut hers, mut his) = (presence::opens(&ana, &rosa).await, presence::opens(&ben, &rosa).await);
    presence::sees(&mut hers, &["Ben"]).await;
    presence::sees(&mut his, &["Ana"]).await;

    kit.marks(&rosa, &[Sensitivity::Restricted]).await;

    let end = loop {
        let message = hers.next().await.json();
        if message["type"] == "error" {
            break message["payload"][0]["extensions"]["code"].clone();
        }
    };
    assert_eq!(end, "NOT_FOUND");
    presence::sees(&mut his, &[]).await;
});
