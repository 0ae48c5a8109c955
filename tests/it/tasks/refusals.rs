//! What may not be done to a task, and what one is told instead.
use entity::staff::StaffRole;
use serde_json::{Value, json};
use tests::{Answer, Kit, Person, both};

#[track_caller]
fn assert_bad_input(answer: &Answer, field: &str) {
    assert_eq!((answer.code(), answer.field()), ("BAD_USER_INPUT", field), "{answer}");
}

both!(creating_says_which_part_of_the_input_is_wrong, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let create = async |more: Value| {
        let mut input = json!({ "careTeamId": cedar, "kind": "OUTREACH_CALL", "title": "Call" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ana.act("createTask", input).await
    };
    let patient = kit.patient("Rosa Diaz", "Cedar").await;

    for (more, field) in [
        (json!({ "title": " " }), "input.title"),
        (json!({ "title": "x".repeat(201) }), "input.title"),
        (json!({ "title": "a\u{0}b" }), "input.title"),
        (json!({ "instructions": "x".repeat(10_001) }), "input.instructions"),
        (json!({ "kind": "call them" }), "input.kind"),
        (json!({ "careTeamId": patient }), "input.careTeamId"),
        (json!({ "careTeamId": "cedar" }), "input.careTeamId"),
        (json!({ "patientId": cedar }), "input.patientId"),
    ] {
        assert_bad_input(&create(more).await, field);
    }
    let nobody = entity::ids::PatientId::generate().to_string();
    assert_eq!(create(json!({ "patientId": nobody })).await.code(), "NOT_FOUND");
    let nowhere = entity::ids::CareTeamId::generate().to_string();
    assert_eq!(create(json!({ "careTeamId": nowhere })).await.code(), "NOT_FOUND");
    let events = kit.events().await;
    let tasks = events.iter().filter(|event| event.entity_type == entity::event::EntityType::Task);
    assert_eq!(tasks.count(), 0, "a refusal announces nothing");
});

both!(each_step_asks_for_the_right_state, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let cora = kit.coordinator("Cora", "Cedar").await;
    let open = cora.creates(&cedar, "Open").await;
    let done = cora.creates(&cedar, "Done").await;
    cora.claims(&done).await.data();
    cora.completes(&done).await.data();

    for (mutation, more) in [
        ("startTask", json!({})),
        ("completeTask", json!({})),
        ("holdTask", json!({ "reason": "later" })),
        ("failTask", json!({ "reason": "no" })),
        ("releaseTask", json!({})),
        ("publishTask", json!({})),
    ] {
        for task in [&open, &done] {
            let answer = on(&cora, mutation, task, more.clone()).await;

            assert_eq!(answer.code(), "CONFLICT", "{mutation}: {answer}");
        }
    }
    for (mutation, more) in [
        ("cancelTask", json!({ "reason": "no" })),
        ("updateTask", json!({ "title": "New" })),
        ("moveTask", json!({ "careTeamId": kit.team("Maple").await })),
        ("assignTask", json!({ "staffId": cora.id.to_string() })),
        ("addTaskStep", json!({ "text": "one more" })),
    ] {
        let answer = on(&cora, mutation, &done, more).await;

        assert_eq!(answer.code(), "CONFLICT", "{mutation}: {answer}");
    }
    assert_eq!(cora.reads_task(&open).await.at("/task/version"), 1, "a refusal writes nothing");
    assert_eq!(cora.reads_task(&done).await.at("/task/version"), 3);
});

async fn on(by: &Person, mutation: &str, task: &str, more: Value) -> Answer {
    let mut input = json!({ "taskId": task });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    by.act(mutation, input).await
}

both!(a_task_that_somebody_holds_is_theirs, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();

    for (mutation, more) in [
        ("startTask", json!({})),
        ("completeTask", json!({})),
        ("holdTask", json!({ "reason": "later" })),
        ("failTask", json!({ "reason": "no" })),
        ("releaseTask", json!({})),
        ("cancelTask", json!({ "reason": "no" })),
        ("assignTask", json!({ "staffId": ben.id.to_string() })),
        ("moveTask", json!({ "careTeamId": kit.team("Maple").await })),
        ("enterTaskInError", json!({ "reason": "no" })),
    ] {
        let answer = on(&ben, mutation, &task, more).await;

        assert_eq!(answer.code(), "FORBIDDEN", "{mutation}: {answer}");
    }
    assert_eq!(ana.reads_task(&task).await.at("/task/version"), 2);
});

both!(a_manager_goes_on_where_the_holder_cannot, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, mia) = (kit.nurse("Ana", "Cedar").await, kit.manager("Mia").await);
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();

    let released = mia.releases(&task).await;
    let claimed = mia.claims(&task).await;

    assert_eq!(released.at("/releaseTask/task/status"), "READY");
    assert_eq!(claimed.code(), "FORBIDDEN", "a manager hands out work, and takes none from the pool");
});

both!(reasons_are_asked_for_where_they_count, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();

    for mutation in ["holdTask", "failTask", "cancelTask", "enterTaskInError"] {
        assert_bad_input(&on(&ana, mutation, &task, json!({ "reason": "  " })).await, "input.reason");
        assert_bad_input(&on(&ana, mutation, &task, json!({ "reason": "x".repeat(2_001) })).await, "input.reason");
    }
    assert_bad_input(&on(&ana, "addTaskComment", &task, json!({ "text": "" })).await, "input.text");
    assert_bad_input(&on(&ana, "addTaskStep", &task, json!({ "text": "" })).await, "input.text");
    assert_eq!(ana.reads_task(&task).await.at("/task/status"), "ACCEPTED");
});

both!(work_is_given_only_to_who_is_there_and_may_do_it, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let cora = kit.coordinator("Cora", "Cedar").await;
    let mei = kit.hires("Mei", StaffRole::Nurse, &["Maple"]).await.0.to_string();
    let finn = kit.hires("Finn", StaffRole::FrontDesk, &["Cedar"]).await.0.to_string();
    let elm = kit.practice("Elm Clinic").await;
    let stranger = elm.hires("Sven", StaffRole::Nurse, &["Cedar"]).await.0.to_string();
    let task = cora.creates_with(&cedar, "Triage", json!({ "kind": "SYMPTOM_TRIAGE" })).await;

    for staff in [&mei, &finn, &stranger] {
        assert_bad_input(&cora.assigns(&task, Some(staff)).await, "input.staffId");
    }
    assert_bad_input(&cora.assigns(&task, Some(&task)).await, "input.staffId");
    assert_eq!(cora.reads_task(&task).await.at("/task/version"), 1);
});

both!(some_work_asks_for_a_role_or_a_licence, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let cora = kit.coordinator("Cora", "Cedar").await;
    let finn = kit.person("Finn", StaffRole::FrontDesk, &["Cedar"]).await;
    let triage = cora.creates_with(&cedar, "Triage", json!({ "kind": "SYMPTOM_TRIAGE" })).await;
    let medication = cora.creates_with(&cedar, "Reconcile", json!({ "kind": "MEDICATION_RECONCILIATION" })).await;
    let call = cora.creates(&cedar, "Call").await;

    assert_eq!(finn.claims(&triage).await.code(), "FORBIDDEN");
    assert_eq!(cora.claims(&medication).await.code(), "FORBIDDEN");
    assert_eq!(finn.reads_task(&triage).await.at("/task/viewerCanClaim"), false);
    assert_eq!(finn.reads_task(&call).await.at("/task/viewerCanClaim"), true);
    assert_eq!(finn.claims(&call).await.at("/claimTask/outcome"), "CLAIMED");
});

both!(an_edit_of_a_task_that_changed_meanwhile_is_a_conflict, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let task = ana.creates(&cedar, "Call").await;
    on(&ana, "updateTask", &task, json!({ "title": "Ana's", "expectedVersion": 1 })).await.data();

    let late = on(&ben, "updateTask", &task, json!({ "title": "Ben's", "expectedVersion": 1 })).await;

    assert_eq!(late.code(), "CONFLICT");
    assert_eq!(ana.reads_task(&task).await.at("/task/title"), "Ana's");
});

both!(of_many_edits_at_once_none_is_lost_silently, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let task = ana.creates(&cedar, "Call").await;

    let mut taken = 0;
    for round in 0..20 {
        let title = json!({ "title": format!("Round {round}") });
        let (one, two) =
            tokio::join!(on(&ana, "updateTask", &task, title.clone()), on(&ben, "updateTask", &task, title));
        for answer in [one, two] {
            match answer.body.get("errors") {
                None => taken += 1,
                Some(_) => assert_eq!(answer.code(), "CONFLICT", "{answer}"),
            }
        }
    }

    assert_eq!(ana.reads_task(&task).await.at("/task/version"), taken + 1, "each edit that was taken is a version");
});

both!(a_task_moves_only_within_the_organisation, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let cora = kit.coordinator("Cora", "Cedar").await;
    let elm = kit.practice("Elm Clinic").await.team("Elm").await;
    let task = cora.creates(&cedar, "Call").await;

    let answer = cora.moves_task(&task, &elm).await;

    assert_eq!(answer.code(), "NOT_FOUND");
    assert_eq!(cora.reads_task(&task).await.at("/task/careTeam/name"), "Cedar");
});

both!(a_step_of_another_task_is_not_found, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let (one, two) = (ana.creates(&cedar, "One").await, ana.creates(&cedar, "Two").await);
    on(&ana, "addTaskStep", &one, json!({ "text": "Ask" })).await.data();
    let read = ana.ask("query S($id: ID!) { task(id: $id) { steps { id } } }", json!({ "id": one })).await;
    let step = read.text_at("/task/steps/0/id");

    let answer = on(&ana, "checkTaskStep", &two, json!({ "stepId": step, "done": true })).await;

    assert_eq!(answer.code(), "NOT_FOUND");
});

both!(who_may_not_do_it_by_role_is_told_so, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let task = ana.creates(&cedar, "Call").await;
    let reader = kit.integration("Registry").await;
    let display = kit.display(&cedar, &ana).await;

    for browser in [&reader, &display] {
        for (mutation, more) in [
            ("claimTask", json!({})),
            ("cancelTask", json!({ "reason": "no" })),
            ("addTaskComment", json!({ "text": "hello" })),
            ("updateTask", json!({ "title": "New" })),
        ] {
            let mut input = json!({ "taskId": task });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let answer = tests::people::act(browser, mutation, input).await;

            assert_eq!(answer.code(), "FORBIDDEN", "{mutation}: {answer}");
        }
        let input = json!({ "careTeamId": cedar, "kind": "RECALL", "title": "Recall" });
        assert_eq!(tests::people::act(browser, "createTask", input).await.code(), "FORBIDDEN");
    }
    assert_eq!(ana.reads_task(&task).await.at("/task/version"), 1);
});
