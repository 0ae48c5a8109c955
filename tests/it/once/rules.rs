//! Whose names are whose, how long they are kept, and what a retry may show.
use chrono::Duration;
use entity::client_mutation;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use tests::{Kit, both, people::act};

both!(two_people_may_use_one_name, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let elm = kit.practice("Elm Clinic").await;
    let elm_team = elm.team("Cedar").await;
    let cam = elm.nurse("Ana", "Cedar").await;
    let new = |team: &str| json!({ "careTeamId": team, "kind": "RECALL", "title": "Recall", "clientMutationId": "1" });

    let mut made = Vec::new();
    for (person, team) in [(&ana, &cedar), (&ben, &cedar), (&cam, &elm_team)] {
        made.push(person.act("createTask", new(team)).await.text_at("/createTask/task/id"));
    }

    made.sort();
    made.dedup();
    assert_eq!(made.len(), 3, "{made:?}");
});

both!(a_name_is_the_persons_whatever_session_they_use, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let hired = kit.hires("Ana", entity::staff::StaffRole::Nurse, &["Cedar"]).await;
    let new = json!({ "careTeamId": cedar, "kind": "RECALL", "title": "Recall", "clientMutationId": "1" });
    let (at_desk, at_home) = (kit.enters("Ana", hired.clone()).await, kit.enters("Ana", hired).await);

    let first = at_desk.act("createTask", new.clone()).await;
    let second = at_home.act("createTask", new).await;

    assert_eq!(first.text_at("/createTask/task/id"), second.text_at("/createTask/task/id"));
});

both!(a_name_is_kept_for_72_hours, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let new = json!({ "careTeamId": cedar, "kind": "RECALL", "title": "Recall", "clientMutationId": "1" });
    let first = ana.act("createTask", new.clone()).await.text_at("/createTask/task/id");

    kit.pass(Duration::hours(72)).await;
    api::background::keep_log(&kit.app).await.unwrap();
    let on_the_third_day = ana.act("createTask", new.clone()).await.text_at("/createTask/task/id");
    kit.pass(Duration::seconds(1)).await;
    api::background::keep_log(&kit.app).await.unwrap();
    let later = ana.act("createTask", new).await.text_at("/createTask/task/id");

    assert_eq!(on_the_third_day, first);
    assert_ne!(later, first);
    assert_eq!(client_mutation::Entity::find().count(&kit.db).await.unwrap(), 1, "the old name is gone");
});

both!(what_was_refused_is_decided_again, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();
    let claim = json!({ "taskId": task, "clientMutationId": "claim" });
    let complete = json!({ "taskId": task, "clientMutationId": "complete" });

    let lost = ben.act("claimTask", claim.clone()).await;
    let refused = ben.act("completeTask", complete.clone()).await;
    ana.releases(&task).await.data();
    let won = ben.act("claimTask", claim).await;
    let done = ben.act("completeTask", complete).await;

    assert_eq!(lost.at("/claimTask/outcome"), "ALREADY_CLAIMED");
    assert_eq!(refused.code(), "FORBIDDEN");
    assert_eq!(won.at("/claimTask/outcome"), "CLAIMED");
    assert_eq!(done.at("/completeTask/task/status"), "COMPLETED");
});

both!(a_late_retry_shows_how_things_are_now, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let task = ana.creates(&cedar, "Call").await;
    let claim = json!({ "taskId": task, "clientMutationId": "1" });
    ana.act("claimTask", claim.clone()).await.data();
    ana.releases(&task).await.data();
    ben.claims(&task).await.data();

    let retried = ana.act("claimTask", claim).await;

    assert_eq!(retried.at("/claimTask/outcome"), "CLAIMED", "what was done then");
    assert_eq!(retried.at("/claimTask/task/claim/by/displayName"), "Ben", "and what is true now");
});

both!(a_retry_shows_nothing_that_its_sender_may_no_longer_see, async |kit: &Kit| {
    let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
    let (ana, eva) = (kit.coordinator("Ana", "Cedar").await, kit.manager("Eva").await);
    let patient = kit.patient("Rosa Diaz", "Cedar").await;
    let task = ana.creates(&cedar, "Call").await;
    let handed_on = ana.creates(&cedar, "Hand on").await;
    let (_, display) = kit.display_called("Hall", &cedar, &ana).await;
    let sent = [
        ("claimTask", json!({ "taskId": task, "clientMutationId": "1" })),
        ("setPatientStatus", json!({ "patientId": patient, "status": "INPATIENT", "clientMutationId": "2" })),
        ("renameDisplay", json!({ "displayId": display, "name": "Room", "clientMutationId": "3" })),
        ("moveTask", json!({ "taskId": handed_on, "careTeamId": maple, "clientMutationId": "4" })),
        ("movePatient", json!({ "patientId": patient, "careTeamId": maple, "clientMutationId": "5" })),
    ];
    for (mutation, input) in &sent {
        ana.act(mutation, input.clone()).await.data();
    }
    eva.removes_member(&cedar, &ana.id.to_string()).await.data();

    for (mutation, input) in sent {
        let retried = ana.act(mutation, input).await;
        assert_eq!(retried.code(), "NOT_FOUND", "{mutation}: {retried}");
    }
});

both!(what_was_handed_on_is_shown_again_only_as_it_was_left, async |kit: &Kit| {
    let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
    let (ana, mei) = (kit.coordinator("Ana", "Cedar").await, kit.nurse("Mei", "Maple").await);
    let task = ana.creates(&cedar, "Call").await;
    let moved = json!({ "taskId": task, "careTeamId": maple, "clientMutationId": "1" });
    ana.act("moveTask", moved.clone()).await.data();
    assert_eq!(ana.act("moveTask", moved.clone()).await.at("/moveTask/task/careTeam/name"), "Maple");

    mei.claims(&task).await.data();

    assert_eq!(ana.act("moveTask", moved).await.code(), "NOT_FOUND", "what Maple does with it is not hers to see");
});

both!(a_name_has_1_to_100_characters, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let create = async |name: &str| {
        let new = json!({ "careTeamId": cedar, "kind": "RECALL", "title": "Recall", "clientMutationId": name });
        ana.act("createTask", new).await
    };

    for bad in ["", "a\0b", "a\nb", &"x".repeat(101)] {
        let answer = create(bad).await;
        assert_eq!((answer.code(), answer.field()), ("BAD_USER_INPUT", "input.clientMutationId"), "{bad:?}");
    }
    for good in ["1", " ", &"é".repeat(100)] {
        assert_eq!(create(good).await.at("/createTask/clientMutationId"), good);
    }
});

both!(the_order_and_the_way_in_which_an_input_is_spelled_do_not_matter, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let made = "task { id }";
    let inline = format!(
        r#"mutation {{ one: createTask(input: {{ priority: STAT, title: "Call", kind: "RECALL",
             careTeamId: "{cedar}", clientMutationId: "1" }}) {{ {made} }} }}"#
    );
    let first = ana.ask(&inline, json!({})).await.text_at("/one/task/id");
    let parts = format!(
        "mutation Make($p: TaskPriority, $t: String!, $n: String) {{ createTask(input: {{ clientMutationId: $n,
           careTeamId: \"{cedar}\", kind: \"RECALL\", title: $t, priority: $p }}) {{ {made} }} }}"
    );
    let second = ana.ask(&parts, json!({ "p": "STAT", "t": "Call", "n": "1" })).await;
    let whole =
        json!({ "careTeamId": cedar, "title": "Call", "kind": "RECALL", "priority": "STAT", "clientMutationId": "1" });
    let third = act(&ana.browser, "createTask", whole).await;

    assert_eq!(second.text_at("/createTask/task/id"), first);
    assert_eq!(third.text_at("/createTask/task/id"), first);
});

both!(a_token_whose_making_is_retried_is_one_token_and_is_not_shown_again, async |kit: &Kit| {
    let ada = kit.administrator("Ada").await;
    let new = json!({ "name": "Registry", "scopes": ["READ"], "clientMutationId": "1" });

    let first = ada.act("createIntegrationToken", new.clone()).await;
    let second = ada.act("createIntegrationToken", new).await;

    assert!(first.text_at("/createIntegrationToken/token").starts_with("hdl_"));
    assert_eq!(second.at("/createIntegrationToken/token"), &serde_json::Value::Null);
    let shown = "/createIntegrationToken/integrationToken";
    assert_eq!(first.at(shown), second.at(shown));
    assert_eq!(entity::integration_token::Entity::find().count(&kit.db).await.unwrap(), 1);
});

both!(a_pin_cannot_be_read_from_the_name_it_was_set_under, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    ana.act("setPin", json!({ "pin": "720946", "clientMutationId": "1" })).await.data();

    let other = ana.act("setPin", json!({ "pin": "330914", "clientMutationId": "1" })).await;

    assert_eq!(other.at("/setPin/viewer/hasPin"), true, "the digest is of everything but the PIN");
});

both!(no_word_of_the_input_is_kept_with_a_name, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let patient = kit.patient("Rosa Diaz", "Cedar").await;
    ana.act(
        "setPatientStatus",
        json!({ "patientId": patient, "status": "INPATIENT", "note": "sepsis", "clientMutationId": "1" }),
    )
    .await
    .data();
    ana.creates_with(&cedar, "Call Rosa", json!({ "clientMutationId": "2", "instructions": "sepsis" })).await;

    let kept = format!("{:?}", client_mutation::Entity::find().all(&kit.db).await.unwrap());

    assert!(kept.contains("setPatientStatus") && kept.contains("createTask"), "{kept}");
    for word in ["Rosa", "sepsis", "INPATIENT"] {
        assert!(!kept.contains(word), "{kept}");
    }
});
