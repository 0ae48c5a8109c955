//! One call that is good for several tasks.
use super::{day, each};
use chrono::Duration;
use serde_json::{Value, json};
use tests::{Kit, both};

const CALL: &str = "mutation Call($input: RecordCallInput!) { recordCall(input: $input) { call { outcome minutes note
    credits { result reason task { title status } } callBack { title dueAt status claim { by { displayName } } } } } }";

both!(one_call_credits_every_task_of_the_household, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let (rosa, leo) = (kit.patient("Rosa Diaz", "Cedar").await, kit.patient("Leo Diaz", "Cedar").await);
    let held = ana.creates_with(&cedar, "Held", json!({ "patientId": rosa })).await;
    ana.claims(&held).await.data();
    let open = ana.creates_with(&cedar, "Open", json!({ "patientId": leo })).await;
    let later = ana.creates_with(&cedar, "Later", json!({ "patientId": leo })).await;

    let credits = json!([{ "taskId": held, "done": true }, { "taskId": open, "done": true }, { "taskId": later }]);
    let input =
        json!({ "patientId": rosa, "outcome": "REACHED", "credits": credits, "minutes": 7, "note": "All fine" });
    let call = ana.ask(CALL, json!({ "input": input })).await;

    let credits = call.at("/recordCall/call/credits");
    assert_eq!(each(credits, "/result"), ["COMPLETED", "COMPLETED", "NOTED"]);
    assert_eq!(each(credits, "/task/status"), ["COMPLETED", "COMPLETED", "READY"]);
    let history = "query H($id: ID!) { task(id: $id) { comments { nodes { text } }
        history { nodes { action reason holder { displayName } } } } }";
    let opened = ana.ask(history, json!({ "id": open })).await;
    assert_eq!(each(opened.at("/task/history/nodes"), "/action"), ["COMPLETED", "CLAIMED", "CREATED"]);
    assert_eq!(opened.at("/task/history/nodes/0/reason"), "Called, and reached. All fine");
    let noted = ana.ask(history, json!({ "id": later })).await;
    assert_eq!(noted.at("/task/comments/nodes/0/text"), "Called, and reached. All fine");
    // Seven minutes for two people, and not seven for each.
    let today = day(&ana).await;
    assert_eq!(today.at("/myDay/minutesToday"), 7);
    assert_eq!(each(today.at("/myDay/minuteEntries"), "/patient/displayName"), ["Diaz, Leo", "Diaz, Rosa"]);
    let months =
        "query M($a: ID!, $b: ID!) { a: patient(id: $a) { minutesThisMonth } b: patient(id: $b) { minutesThisMonth } }";
    let months = ana.ask(months, json!({ "a": rosa, "b": leo })).await;
    assert_eq!(months.data(), &json!({ "a": { "minutesThisMonth": 4 }, "b": { "minutesThisMonth": 3 } }));
});

both!(what_cannot_be_credited_is_named_and_nothing_of_it_is_written, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let desk = kit.person("Dee", entity::staff::StaffRole::FrontDesk, &["Cedar"]).await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let about = |kind: &str| json!({ "patientId": rosa, "kind": kind });
    let mine = desk.creates_with(&cedar, "Mine", about("RECALL")).await;
    desk.claims(&mine).await.data();
    let bens = ana.creates_with(&cedar, "Ben's", about("RECALL")).await;
    ben.claims(&bens).await.data();
    let gated = ana.creates_with(&cedar, "Gated", about("SYMPTOM_TRIAGE")).await;
    let ended = ana.creates_with(&cedar, "Ended", about("RECALL")).await;
    ana.cancels(&ended, "twice").await.data();
    let before: Vec<Value> =
        vec![ana.reads_task(&bens).await.data().clone(), ana.reads_task(&gated).await.data().clone()];

    let credits: Vec<Value> = [&bens, &mine, &gated, &ended].map(|id| json!({ "taskId": id, "done": true })).to_vec();
    let input = json!({ "patientId": rosa, "outcome": "REACHED", "credits": credits });
    let call = desk.ask(CALL, json!({ "input": input })).await;

    let credits = call.at("/recordCall/call/credits");
    assert_eq!(each(credits, "/result"), ["REFUSED", "COMPLETED", "REFUSED", "REFUSED"]);
    let reasons = ["somebody else holds it", "-", "you may not take it", "it is no longer open"];
    assert_eq!(each(credits, "/reason"), reasons);
    assert_eq!(ana.reads_task(&bens).await.data(), &before[0]);
    assert_eq!(ana.reads_task(&gated).await.data()["task"]["status"], before[1]["task"]["status"]);
});

both!(a_call_about_what_one_does_not_see_finds_nothing, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, mei) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Mei", "Maple").await);
    let (rosa, lisa) = (kit.patient("Rosa Diaz", "Cedar").await, kit.patient("Lisa Ray", "Maple").await);
    let hers = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa })).await;
    let before = ana.reads_task(&hers).await;

    let called =
        |patient: &str, credits: Value| json!({ "patientId": patient, "outcome": "REACHED", "credits": credits });
    let whom = mei.act("recordCall", called(&rosa, json!([]))).await;
    let what = mei.act("recordCall", called(&lisa, json!([{ "taskId": hers, "done": true }]))).await;
    let twice = json!([{ "taskId": hers }, { "taskId": hers }]);
    let twice = ana.act("recordCall", called(&rosa, twice)).await;

    assert_eq!([whom.code(), what.code()], ["NOT_FOUND", "NOT_FOUND"]);
    assert_eq!((twice.code(), twice.field()), ("BAD_USER_INPUT", "input.credits"));
    assert_eq!(ana.reads_task(&hers).await.data(), before.data());
});

both!(a_parked_call_leaves_a_note_and_a_promise_to_call_back, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let task = ana.creates_with(&cedar, "Check-in", json!({ "patientId": rosa, "priority": "URGENT" })).await;
    ana.claims(&task).await.data();
    let mut input = json!({ "patientId": rosa, "outcome": "PARKED", "credits": [{ "taskId": task }] });
    let without = ana.ask(CALL, json!({ "input": input })).await;
    let back = kit.app.clock.now() + Duration::minutes(30);
    input["callBackAt"] = json!(back);

    let call = ana.ask(CALL, json!({ "input": input })).await;

    assert_eq!((without.code(), without.field()), ("BAD_USER_INPUT", "input.callBackAt"));
    let promised = call.at("/recordCall/call/callBack");
    assert_eq!([&promised["title"], &promised["status"]], ["Call back", "ACCEPTED"]);
    assert_eq!(promised["claim"]["by"]["displayName"], "Ana");
    assert_eq!(promised["dueAt"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap(), back);
    let said =
        ana.ask("query C($id: ID!) { task(id: $id) { comments { nodes { text } } } }", json!({ "id": task })).await;
    assert_eq!(said.at("/task/comments/nodes/0/text"), "Call parked, to be called back.");
    let first = day(&ana).await;
    assert_eq!(first.at("/myDay/queue/0/task/title"), "Call back");
});

both!(of_two_calls_that_are_good_for_one_task_one_completes_it, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let mut tasks = Vec::new();
    for number in 0..6 {
        tasks.push(ana.creates_with(&cedar, &format!("Call {number}"), json!({ "patientId": rosa })).await);
    }
    let credits: Vec<Value> = tasks.iter().map(|id| json!({ "taskId": id, "done": true })).collect();
    let turned: Vec<Value> = credits.iter().rev().cloned().collect();
    let input = |credits: &[Value]| json!({ "input": { "patientId": rosa, "outcome": "REACHED", "credits": credits } });

    let (hers, his) = tokio::join!(ana.ask(CALL, input(&credits)), ben.ask(CALL, input(&turned)));

    let done = [&hers, &his].map(|call| {
        let results = each(call.at("/recordCall/call/credits"), "/result");
        results.iter().filter(|result| *result == "COMPLETED").count()
    });
    assert_eq!(done.iter().sum::<usize>(), 6, "{hers} {his}");
});
