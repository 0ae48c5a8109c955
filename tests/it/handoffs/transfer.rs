//! Transfer, escalate and notify are three different acts.
use chrono::Duration;
use serde_json::{Value, json};
use tests::{Kit, both};

both!(a_transfer_moves_the_task_when_it_is_acknowledged_and_not_before, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();
    let mut feed = ben.follows(&cedar, None).await;

    let handoff = ana.hands_over(&task, Some(ben.id)).await;
    let told = feed.next_of("HandoffChanged").await;
    let before = ben.reads_task(&task).await;
    let taken = ben.acknowledges(&handoff).await;
    let after = ben.reads_task(&task).await;

    assert_eq!(told["handoff"]["id"], json!(handoff));
    assert_eq!(told["actor"]["id"], json!(ana.id.to_string()));
    assert_eq!(before.at("/task/claim/by/id"), &ana.id.to_string(), "until then it is the giver's");
    assert_eq!(taken.at("/acknowledgeHandoff/handoff/state"), "ACKNOWLEDGED");
    assert_eq!(taken.at("/acknowledgeHandoff/handoff/items/0/moved"), true);
    assert_eq!(after.at("/task/claim/by/id"), &ben.id.to_string());
    assert_eq!(after.at("/task/status"), "ACCEPTED");
    assert_eq!(feed.next_of("HandoffChanged").await["handoff"]["state"], "ACKNOWLEDGED");
    assert_eq!(ben.acknowledges(&handoff).await.at("/acknowledgeHandoff/handoff/state"), "ACKNOWLEDGED", "harmless");
});

both!(what_nobody_acknowledges_in_time_goes_to_the_managers, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let (eva, tom) = (kit.manager("Eva").await, kit.nurse("Tom", "Cedar").await);
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();
    let handoff = ana.hands_over(&task, Some(ben.id)).await;
    let mut feed = eva.follows(&cedar, None).await;

    kit.pass(Duration::minutes(30) - Duration::seconds(1)).await;
    let early = eva.handoffs("ESCALATED").await;
    kit.pass(Duration::seconds(1)).await;
    let told = feed.next_of("HandoffChanged").await;

    assert_eq!(early, Vec::<String>::new());
    assert_eq!((&told["handoff"]["state"], &told["actor"]), (&json!("ESCALATED"), &Value::Null));
    assert_eq!(eva.handoffs("ESCALATED").await, std::slice::from_ref(&handoff));
    assert_eq!(eva.reads_task(&task).await.at("/task/claim/by/id"), &ana.id.to_string());
    let redirected = eva.act("redirectHandoff", json!({ "handoffId": handoff, "toStaffId": tom.id.to_string() })).await;
    assert_eq!(redirected.at("/redirectHandoff/handoff/state"), "OPEN");
    assert_eq!(ben.acknowledges(&handoff).await.code(), "FORBIDDEN");
    tom.acknowledges(&handoff).await.data();
    assert_eq!(eva.reads_task(&task).await.at("/task/claim/by/id"), &tom.id.to_string());
    assert_eq!(eva.handoffs("ESCALATED").await, Vec::<String>::new());
});

both!(a_receiver_who_declines_says_why_and_the_giver_keeps_it, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();
    let handoff = ana.hands_over(&task, Some(ben.id)).await;

    let declined = ben.act("declineHandoff", json!({ "handoffId": handoff, "reason": "am off too" })).await;

    assert_eq!(declined.at("/declineHandoff/handoff/state"), "DECLINED");
    assert_eq!(declined.at("/declineHandoff/handoff/answer"), "am off too");
    assert_eq!(ana.handoffs("FROM_ME").await, std::slice::from_ref(&handoff));
    assert_eq!(ana.reads_task(&task).await.at("/task/claim/by/id"), &ana.id.to_string());
    let back = ana.act("withdrawHandoff", json!({ "handoffId": handoff })).await;
    assert_eq!(back.at("/withdrawHandoff/handoff/state"), "WITHDRAWN");
});

both!(of_a_team_whoever_acknowledges_first_takes_it, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let tom = kit.nurse("Tom", "Cedar").await;
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();
    let handoff = ana.hands_over(&task, None).await;
    assert_eq!(ana.acknowledges(&handoff).await.code(), "FORBIDDEN", "not the giver");

    let (one, other) = tokio::join!(ben.acknowledges(&handoff), tom.acknowledges(&handoff));

    let won = [&one, &other].iter().filter(|answer| answer.body.get("errors").is_none()).count();
    assert_eq!(won, 1, "{one} {other}");
    let lost = if one.body.get("errors").is_some() { &one } else { &other };
    assert_eq!(lost.code(), "CONFLICT");
});

both!(what_is_no_longer_the_givers_is_no_longer_handed_over, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let (one, two) = (ana.creates(&cedar, "One").await, ana.creates(&cedar, "Two").await);
    for task in [&one, &two] {
        ana.claims(task).await.data();
    }
    let both = json!({
        "careTeamId": cedar, "taskIds": [one, two], "patientIds": [], "toStaffId": ben.id.to_string(),
        "situation": "off at noon"
    });
    let handoff = ana.act("createHandoff", both).await.text_at("/createHandoff/handoff/id");
    let again = json!({ "taskId": one, "situation": "again" });
    assert_eq!(ana.act("transferTask", again).await.code(), "CONFLICT", "it is on its way already");

    ana.completes(&one).await.data();
    let rest = ben.reads_handoff(&handoff).await;
    ana.releases(&two).await.data();
    let nothing = ben.reads_handoff(&handoff).await;

    assert_eq!(rest.at("/handoff/state"), "OPEN");
    assert_eq!(rest.at("/handoff/items/0/moved"), false);
    assert_eq!(nothing.at("/handoff/state"), "WITHDRAWN");
    assert_eq!(ben.acknowledges(&handoff).await.code(), "CONFLICT");
});

both!(patients_are_handed_over_with_their_coordination, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (cora, ben) = (kit.coordinator("Cora", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let to_cora = json!({ "patientId": rosa, "staffId": cora.id.to_string() });
    cora.act("assignCoordinator", to_cora).await.data();
    let input = json!({
        "careTeamId": cedar, "taskIds": [], "patientIds": [rosa], "toStaffId": ben.id.to_string(),
        "situation": "on leave for a week"
    });

    let handoff = cora.act("createHandoff", input.clone()).await.text_at("/createHandoff/handoff/id");
    let before = cora.reads_patient(&rosa).await;
    ben.acknowledges(&handoff).await.data();

    assert_eq!(before.at("/patient/coordinator/id"), &cora.id.to_string());
    assert_eq!(cora.reads_patient(&rosa).await.at("/patient/coordinator/id"), &ben.id.to_string());
    assert_eq!(cora.act("createHandoff", input).await.code(), "FORBIDDEN", "whoever does not coordinate them");
});

both!(to_escalate_raises_the_priority_and_moves_nothing, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, eva) = (kit.nurse("Ana", "Cedar").await, kit.manager("Eva").await);
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();

    let input = json!({ "taskId": task, "reason": "the family calls every hour" });
    let handoff = ana.act("escalateTask", input).await.text_at("/escalateTask/handoff/id");

    let after = ana.reads_task(&task).await;
    assert_eq!((after.at("/task/priority"), after.at("/task/status")), (&json!("URGENT"), &json!("ACCEPTED")));
    assert_eq!(after.at("/task/claim/by/id"), &ana.id.to_string());
    assert_eq!(eva.handoffs("ESCALATED").await, std::slice::from_ref(&handoff));
    assert_eq!(ana.acknowledges(&handoff).await.code(), "FORBIDDEN", "it is for a manager");
    let seen = eva.acknowledges(&handoff).await;
    assert_eq!(seen.at("/acknowledgeHandoff/handoff/state"), "ACKNOWLEDGED");
    assert_eq!(ana.reads_task(&task).await.at("/task/claim/by/id"), &ana.id.to_string());
    let lower = json!({ "taskId": task, "reason": "x", "priority": "ROUTINE" });
    assert_eq!(ana.act("escalateTask", lower).await.field(), "input.priority");
});

both!(to_notify_changes_nothing_but_who_knows, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let mei = kit.nurse("Mei", "Maple").await;
    let task = ana.creates(&cedar, "Call").await;
    let before = ana.reads_task(&task).await.at("/task").clone();

    let to =
        |staff: &tests::Person| json!({ "taskId": task, "staffId": staff.id.to_string(), "message": "she called" });
    let notice = ana.act("notifyAboutTask", to(&ben)).await.text_at("/notifyAboutTask/handoff/id");
    kit.pass(Duration::hours(5)).await;

    assert_eq!(ana.reads_task(&task).await.at("/task"), &before);
    assert_eq!(ben.handoffs("TO_ME").await, std::slice::from_ref(&notice), "no clock takes it away");
    ben.acknowledges(&notice).await.data();
    assert_eq!(ben.handoffs("TO_ME").await, Vec::<String>::new());
    assert_eq!(ana.act("notifyAboutTask", to(&mei)).await.field(), "input.staffId", "who does not see it");
});

both!(work_goes_to_nobody_who_may_not_have_it, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, mei) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Mei", "Maple").await);
    let desk = kit.person("Dan", entity::staff::StaffRole::FrontDesk, &["Cedar"]).await;
    let triage = ana.creates_with(&cedar, "Ask", json!({ "kind": "SYMPTOM_TRIAGE" })).await;
    ana.claims(&triage).await.data();

    for receiver in [mei.id, desk.id, ana.id] {
        let input = json!({ "taskId": triage, "toStaffId": receiver.to_string(), "situation": "off at noon" });
        assert_eq!(ana.act("transferTask", input).await.field(), "input.toStaffId");
    }
    let handoff = ana.hands_over(&triage, None).await;
    assert_eq!(desk.acknowledges(&handoff).await.code(), "FORBIDDEN");
    let other = ana.creates(&cedar, "Nobody's").await;
    let input = json!({ "taskId": other, "situation": "off at noon" });
    assert_eq!(ana.act("transferTask", input).await.code(), "CONFLICT", "what nobody holds nobody hands over");
});
