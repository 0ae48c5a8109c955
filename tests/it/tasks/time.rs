//! What time does by itself: claims lapse, work falls due and becomes overdue, on every screen at the same moment.
use api::{Clock, Config};
use chrono::Duration;
use serde_json::{Value, json};
use tests::{
    Kind, Kit, both,
    kit::{config, morning},
};

both!(a_claim_without_work_lapses_back_to_the_team, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();

    kit.pass(Duration::hours(8) - Duration::seconds(1)).await;
    let before = ben.reads_task(&task).await;
    kit.pass(Duration::seconds(1)).await;
    let after = ben.reads_task(&task).await;

    assert_eq!(before.at("/task/status"), "ACCEPTED");
    assert_eq!(after.at("/task/status"), "READY");
    assert_eq!(after.at("/task/claim"), &Value::Null);
    assert_eq!(after.at("/task/viewerCanClaim"), true);
});

both!(work_on_a_task_renews_its_claim, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let (hers, other) = (ana.creates(&cedar, "Hers").await, ana.creates(&cedar, "Other").await);
    ana.claims(&hers).await.data();
    ana.claims(&other).await.data();

    kit.pass(Duration::hours(7)).await;
    ana.act("addTaskComment", json!({ "taskId": hers, "text": "left a message" })).await.data();
    ben.act("addTaskComment", json!({ "taskId": other, "text": "who does this?" })).await.data();
    kit.pass(Duration::hours(7)).await;

    assert_eq!(ana.reads_task(&hers).await.at("/task/status"), "ACCEPTED");
    assert_eq!(
        ana.reads_task(&other).await.at("/task/status"),
        "READY",
        "somebody else's comment is not the holder's work"
    );
});

both!(a_task_on_hold_does_not_lapse, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();
    ana.holds(&task, "until the result is there").await.data();

    kit.pass(Duration::days(3)).await;

    assert_eq!(ana.reads_task(&task).await.at("/task/status"), "ON_HOLD");
    assert_eq!(ana.reads_task(&task).await.at("/task/claim/by/id"), &ana.id.to_string());
});

#[tokio::test]
async fn the_length_of_a_lease_is_a_setting() {
    let config = Config { claim_lease: Duration::minutes(30), ..config() };
    let kit = Kit::start_with(Kind::Sqlite, Clock::set_to(morning()), config).await;
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();

    kit.pass(Duration::minutes(30)).await;

    assert_eq!(ana.reads_task(&task).await.at("/task/status"), "READY");
    kit.end().await;
}

both!(due_and_overdue_reach_every_open_screen_though_nobody_wrote, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let display = kit.display(&cedar, &ana).await;
    let due = kit.app.clock.now() + Duration::hours(3);
    let task = ana.creates_with(&cedar, "Call", json!({ "dueAt": due })).await;
    let token = display.token.as_deref().unwrap();
    let mut screens = vec![
        ana.follows(&cedar, None).await,
        ben.follows(&cedar, None).await,
        tests::Feed::open(kit.address, token, &cedar, None).await,
    ];

    kit.pass(Duration::hours(2)).await;
    for screen in &mut screens {
        let item = screen.next_change().await;
        assert_eq!(item["__typename"], "TaskChanged", "{item}");
        assert_eq!(item["task"]["id"], task);
        assert_eq!(item["task"]["dueState"], "DUE");
        assert_eq!(item["task"]["isOverdue"], false);
        assert_eq!(item["actor"], Value::Null, "time itself was the actor");
    }

    kit.pass(Duration::hours(1)).await;
    for screen in &mut screens {
        let item = screen.next_change().await;
        assert_eq!(item["task"]["dueState"], "OVERDUE", "{item}");
        assert_eq!(item["task"]["isOverdue"], true);
        assert_eq!(item["actor"], Value::Null);
    }
});

both!(a_lapse_reaches_every_open_screen, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();
    let mut screen = ben.follows(&cedar, None).await;

    kit.pass(Duration::hours(8)).await;

    let item = screen.next_change().await;
    assert_eq!(item["task"]["id"], task);
    assert_eq!(item["task"]["status"], "READY");
    assert_eq!(item["task"]["claim"], Value::Null);
    assert_eq!(item["actor"], Value::Null);
});

both!(a_late_sweep_says_each_turn_once, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let due = kit.app.clock.now() + Duration::hours(3);
    let task = ana.creates_with(&cedar, "Call", json!({ "dueAt": due })).await;
    ana.claims(&task).await.data();

    kit.pass(Duration::days(2)).await;
    kit.pass(Duration::zero()).await;

    let history = tests::store::history(&kit.db, kit.organization).await;
    let mut actions: Vec<String> = history.iter().map(|entry| format!("{:?}", entry.action)).collect();
    actions.sort();
    assert_eq!(actions, ["BecameOverdue", "Claimed", "Created", "Lapsed"], "the server was away while it became due");
    assert_eq!(ana.reads_task(&task).await.at("/task/isOverdue"), true);
});

both!(two_nodes_that_sweep_at_once_turn_each_task_once, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let due = kit.app.clock.now() + Duration::hours(2);
    for n in 0..30 {
        ana.creates_with(&cedar, &format!("Call {n}"), json!({ "dueAt": due })).await;
    }
    let other = kit.second_app().await;
    kit.app.clock.set(due);
    other.clock.set(due);

    let (one, two) = tokio::join!(api::tasks::time::sweep(&kit.app), api::tasks::time::sweep(&other));

    // The server behind the kit sweeps as well.
    assert!(one.unwrap() + two.unwrap() <= 30);
    api::tasks::time::sweep(&other).await.unwrap();
    let events = kit.events().await;
    let of_tasks = events.iter().filter(|event| event.entity_type == entity::event::EntityType::Task);
    let turned = of_tasks.filter(|event| event.actor_id.is_none() && event.entity_version == 2);
    assert_eq!(turned.count(), 30);
});

both!(an_ended_task_never_turns, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let due = kit.app.clock.now() + Duration::hours(3);
    let task = ana.creates_with(&cedar, "Call", json!({ "dueAt": due })).await;
    ana.claims(&task).await.data();
    let done = ana.completes(&task).await;

    kit.pass(Duration::days(2)).await;

    let read = ana.reads_task(&task).await;
    assert_eq!(read.at("/task/version"), done.at("/completeTask/task/version"));
    assert_eq!(read.at("/task/isOverdue"), false);
});
