//! The life of a task, from the pool to its end, as people see it.
use chrono::Duration;
use serde_json::{Value, json};
use tests::{Kit, Person, both};

const HISTORY: &str = "query History($id: ID!) { task(id: $id) { timeInStatus { status seconds }
    history(first: 50) { totalCount nodes { action status actor { id } holder { id } reason } } } }";

async fn actions(by: &Person, task: &str) -> Vec<String> {
    let answer = by.ask(HISTORY, json!({ "id": task })).await;
    let nodes = answer.at("/task/history/nodes").as_array().unwrap();
    nodes.iter().rev().map(|node| node["action"].as_str().unwrap().to_owned()).collect()
}

both!(a_new_task_lies_in_the_pool, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let patient = kit.patient("Rosa Diaz", "Cedar").await;

    let task = ana
        .creates_with(
            &cedar,
            "  Call about the new dose ",
            json!({ "patientId": patient, "priority": "URGENT",
            "instructions": "After lunch", "dueAt": "2026-11-24T15:00:00Z" }),
        )
        .await;

    let read = ana.reads_task(&task).await;
    let stored = read.at("/task");
    assert_eq!(stored["title"], "Call about the new dose");
    assert_eq!(stored["instructions"], "After lunch");
    assert_eq!([&stored["status"], &stored["priority"], &stored["dueState"]], ["READY", "URGENT", "NOT_DUE"]);
    assert_eq!(
        stored["dueAt"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp(),
        1_795_532_400
    );
    assert_eq!(stored["claim"], Value::Null);
    assert_eq!(stored["patient"]["displayName"], "Diaz, Rosa");
    assert_eq!(stored["viewerCanClaim"], true);
    assert_eq!(stored["version"], 1);
});

both!(a_task_goes_from_the_pool_to_done_and_remembers_the_way, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let task = ana.creates(&cedar, "Call").await;

    kit.pass(Duration::minutes(10)).await;
    let claimed = ana.claims(&task).await;
    kit.pass(Duration::minutes(20)).await;
    let started = ana.starts(&task).await;
    kit.pass(Duration::minutes(5)).await;
    let held = ana.holds(&task, "nobody answers").await;
    kit.pass(Duration::hours(20)).await;
    let again = ana.starts(&task).await;
    kit.pass(Duration::minutes(7)).await;
    let done = ana.act("completeTask", json!({ "taskId": task, "note": "reached the daughter" })).await;

    assert_eq!(claimed.at("/claimTask/outcome"), "CLAIMED");
    assert_eq!(claimed.at("/claimTask/task/status"), "ACCEPTED");
    assert_eq!(claimed.at("/claimTask/task/claim/by/displayName"), "Ana");
    assert_eq!(started.at("/startTask/task/status"), "IN_PROGRESS");
    assert_eq!(held.at("/holdTask/task/status"), "ON_HOLD");
    assert_eq!(held.at("/holdTask/task/statusReason"), "nobody answers");
    assert_eq!(held.at("/holdTask/task/claim/leaseUntil"), &Value::Null, "what waits with a reason does not lapse");
    assert_eq!(again.at("/startTask/task/statusReason"), &Value::Null);
    assert_eq!(done.at("/completeTask/task/status"), "COMPLETED");
    assert_eq!(done.at("/completeTask/task/completedBy/id"), &ana.id.to_string());
    assert_eq!(done.at("/completeTask/task/version"), 6);

    let read = ana.ask(HISTORY, json!({ "id": task })).await;
    assert_eq!(actions(&ana, &task).await, ["CREATED", "CLAIMED", "STARTED", "HELD", "STARTED", "COMPLETED"]);
    assert_eq!(read.at("/task/history/nodes/0/reason"), "reached the daughter");
    assert_eq!(read.at("/task/history/nodes/0/actor/id"), &ana.id.to_string());
    let spent = read.at("/task/timeInStatus").as_array().unwrap();
    let seconds =
        |status: &str| spent.iter().find(|one| one["status"] == status).map(|one| one["seconds"].as_i64().unwrap());
    assert_eq!(seconds("READY"), Some(600));
    assert_eq!(seconds("ACCEPTED"), Some(1_200));
    assert_eq!(seconds("IN_PROGRESS"), Some(300 + 420));
    assert_eq!(seconds("ON_HOLD"), Some(72_000));
});

both!(a_released_task_is_everybodys_again, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();

    let released = ana.act("releaseTask", json!({ "taskId": task, "reason": "called away" })).await;
    let taken = ben.claims(&task).await;

    assert_eq!(released.at("/releaseTask/task/status"), "READY");
    assert_eq!(released.at("/releaseTask/task/claim"), &Value::Null);
    assert_eq!(taken.at("/claimTask/outcome"), "CLAIMED");
    assert_eq!(taken.at("/claimTask/task/claim/by/id"), &ben.id.to_string());
    assert_eq!(actions(&ana, &task).await, ["CREATED", "CLAIMED", "RELEASED", "CLAIMED"]);
});

both!(a_coordinator_gives_a_task_to_somebody_and_back_to_the_team, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (cora, ben) = (kit.coordinator("Cora", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let task = cora.creates(&cedar, "Call").await;

    let given = cora.assigns(&task, Some(&ben.id.to_string())).await;
    let back = cora.assigns(&task, None).await;

    assert_eq!(given.at("/assignTask/task/status"), "ACCEPTED");
    assert_eq!(given.at("/assignTask/task/claim/by/id"), &ben.id.to_string());
    assert_eq!(back.at("/assignTask/task/status"), "READY");
    assert_eq!(back.at("/assignTask/task/claim"), &Value::Null);
});

both!(cancelled_failed_and_mistaken_tasks_say_why, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let (one, two, three) =
        (ana.creates(&cedar, "One").await, ana.creates(&cedar, "Two").await, ana.creates(&cedar, "Three").await);
    ana.claims(&two).await.data();

    let cancelled = ana.cancels(&one, "seen in clinic today").await;
    let failed = ana.fails(&two, "wrong number").await;
    let mistaken = ana.act("enterTaskInError", json!({ "taskId": three, "reason": "wrong patient" })).await;

    assert_eq!(cancelled.at("/cancelTask/task/status"), "CANCELLED");
    assert_eq!(cancelled.at("/cancelTask/task/statusReason"), "seen in clinic today");
    assert_eq!(failed.at("/failTask/task/status"), "FAILED");
    assert_eq!(failed.at("/failTask/task/statusReason"), "wrong number");
    assert_eq!(mistaken.at("/enterTaskInError/task/status"), "ENTERED_IN_ERROR");
    assert_eq!(mistaken.at("/enterTaskInError/task/statusReason"), "wrong patient");
});

both!(an_edit_changes_what_was_said_and_leaves_the_rest, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let more = json!({ "dueAt": "2026-11-24T15:00:00Z", "instructions": "Twice" });
    let task = ana.creates_with(&cedar, "Call", more).await;

    let renamed =
        ana.act("updateTask", json!({ "taskId": task, "title": "Call the daughter", "expectedVersion": 1 })).await;
    let undated = ana.act("updateTask", json!({ "taskId": task, "dueAt": null, "priority": "STAT" })).await;

    assert_eq!(renamed.at("/updateTask/task/title"), "Call the daughter");
    assert_eq!(renamed.at("/updateTask/task/instructions"), "Twice");
    assert_ne!(renamed.at("/updateTask/task/dueAt"), &Value::Null, "an absent due time is left");
    assert_eq!(undated.at("/updateTask/task/dueAt"), &Value::Null, "a null due time is taken away");
    assert_eq!(undated.at("/updateTask/task/priority"), "STAT");
    assert_eq!(undated.at("/updateTask/task/version"), 3);
});

both!(steps_are_checked_off_and_comments_kept, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let task = ana.creates(&cedar, "Reconcile").await;
    for text in ["Ask the pharmacy", "Ask the patient"] {
        ana.act("addTaskStep", json!({ "taskId": task, "text": text })).await.data();
    }
    let document = "query Detail($id: ID!) { task(id: $id) { version statusSince
        steps { id text doneAt doneBy { id } } comments { totalCount nodes { text author { id } } } } }";
    let steps = ana.ask(document, json!({ "id": task })).await;
    let step = steps.text_at("/task/steps/0/id");

    ben.act("checkTaskStep", json!({ "taskId": task, "stepId": step, "done": true })).await.data();
    ben.act("addTaskComment", json!({ "taskId": task, "text": "line one\nline two 💊" })).await.data();
    ana.act("addTaskComment", json!({ "taskId": task, "text": "thank you" })).await.data();

    let read = ana.ask(document, json!({ "id": task })).await;
    assert_eq!(read.at("/task/steps/0/text"), "Ask the pharmacy");
    assert_eq!(read.at("/task/steps/0/doneBy/id"), &ben.id.to_string());
    assert_eq!(read.at("/task/steps/1/doneAt"), &Value::Null);
    assert_eq!(read.at("/task/comments/totalCount"), 2);
    assert_eq!(read.at("/task/comments/nodes/0/text"), "thank you", "the newest first");
    assert_eq!(read.at("/task/comments/nodes/1/text"), "line one\nline two 💊");
    assert_eq!(read.at("/task/statusSince"), steps.at("/task/statusSince"), "a comment does not reset the status");
    assert_eq!(read.at("/task/version"), 6);
});

both!(a_moved_task_changes_hands_and_loses_a_holder_who_stays_behind, async |kit: &Kit| {
    let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
    let (cora, ana) = (kit.coordinator("Cora", "Cedar").await, kit.nurse("Ana", "Cedar").await);
    let both = kit.person("Bo", entity::staff::StaffRole::Nurse, &["Cedar", "Maple"]).await;
    let mei = kit.nurse("Mei", "Maple").await;
    let (hers, bos) = (ana.creates(&cedar, "Hers").await, ana.creates(&cedar, "Bo's").await);
    ana.claims(&hers).await.data();
    both.claims(&bos).await.data();

    let first = cora.moves_task(&hers, &maple).await;
    let second = cora.moves_task(&bos, &maple).await;

    // The mover no longer sees what they gave away; whether the payload shows it or says so, nothing may fail.
    assert_ne!(first.body["errors"][0]["extensions"]["code"], "INTERNAL", "{first}");
    assert_ne!(second.body["errors"][0]["extensions"]["code"], "INTERNAL", "{second}");
    let (hers, bos) = (mei.reads_task(&hers).await, mei.reads_task(&bos).await);
    assert_eq!(hers.at("/task/status"), "READY");
    assert_eq!(hers.at("/task/claim"), &Value::Null);
    assert_eq!(bos.at("/task/status"), "ACCEPTED");
    assert_eq!(bos.at("/task/claim/by/id"), &both.id.to_string());
});
