//! PostgreSQL gone for a while, and PostgreSQL that comes back without the last commits.
use super::scene::{PATIENCE, Scene, eventually};
use serde_json::json;
use std::{path::Path, process::Command};
use tests::{Answer, postgres::Stop, store};

fn code(answer: &Answer) -> Option<&str> {
    answer.body.pointer("/errors/0/extensions/code").and_then(serde_json::Value::as_str)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_postgresql_restarts_writes_say_try_again_and_screens_stay() {
    let scene = Scene::open().await;
    let task = scene.ana.creates(&scene.cedar, "Call").await;
    let mut screens = Vec::new();
    for node in 0..3 {
        screens.push(scene.screen(node, None).await);
    }
    for how in [Stop::Fast, Stop::Immediate] {
        scene.cluster.store.server().stop(how);

        let refused = scene.ana.tries("addTaskComment", json!({ "taskId": task, "text": "meanwhile" })).await.unwrap();

        assert_eq!(code(&refused), Some("UNAVAILABLE"), "{refused}");
        scene.cluster.store.server().start();
        let text = format!("after {how:?}");
        eventually("it heals by itself", async || {
            let answer = scene.ana.tries("addTaskComment", json!({ "taskId": task, "text": text })).await.unwrap();
            assert!(matches!(code(&answer), None | Some("UNAVAILABLE")), "{answer}");
            code(&answer).is_none()
        })
        .await;
    }
    let head = store::head(&scene.cluster.store.connect().await, scene.practice.organization).await.seq;
    for (node, mut screen) in screens.into_iter().enumerate() {
        let from = seq(&screen.cursor);
        let mut told = Vec::new();
        while told.last().copied().unwrap_or(from) < head {
            let item = screen.next_change().await;
            told.push(seq(item["cursor"].as_str().unwrap()));
        }
        assert_eq!(
            told,
            (from + 1..=head).collect::<Vec<_>>(),
            "node {node}: its socket stayed, and nothing is missing"
        );
    }
}

fn seq(cursor: &str) -> i64 {
    api::events::Cursor::parse(cursor).unwrap().seq
}

fn copy(from: &Path, to: &Path) {
    let done = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(done.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_failover_that_lost_commits_every_screen_reads_again_and_no_phantom_stays() {
    let scene = Scene::open().await;
    let kept = scene.ana.creates(&scene.cedar, "kept").await;
    let server = scene.cluster.store.server();
    server.stop(Stop::Fast);
    let (data, aside) = (server.folder().join("data"), server.folder().join("aside"));
    copy(&data, &aside);
    server.start();
    let mut screens = Vec::new();
    eventually("the nodes are back", async || {
        let answer = scene.ana.tries("addTaskComment", json!({ "taskId": kept, "text": "lost" })).await;
        answer.is_ok_and(|answer| code(&answer).is_none())
    })
    .await;
    for node in 0..3 {
        screens.push(scene.screen(node, None).await);
    }
    let phantom = scene.ana.creates(&scene.cedar, "phantom").await;
    for screen in &mut screens {
        screen.next_where("phantom", |item| item["task"]["id"] == phantom.as_str()).await;
    }

    // The older state takes over, and the runbook is followed: another life of the log begins.
    server.stop(Stop::Immediate);
    std::fs::remove_dir_all(&data).unwrap();
    copy(&aside, &data);
    server.start();
    let db = scene.cluster.store.connect().await;
    use sea_orm::ConnectionTrait;
    db.execute_unprepared("UPDATE org_head SET epoch = gen_random_uuid()").await.unwrap();

    for (node, mut screen) in screens.into_iter().enumerate() {
        let cursor = screen.cursor.clone();
        let ended = tokio::time::timeout(PATIENCE, screen.end()).await.unwrap();
        assert!(["COMPLETE", "1013"].contains(&ended.as_str()), "the feed ends, to be opened again: {ended}");
        let other = (node + 1) % 3;
        let again = scene.screen(other, Some(&cursor)).await;
        assert_eq!(again.resumption, "RESET", "what it saw is of another life");
        assert_eq!(scene.board(other).await, std::slice::from_ref(&kept), "no phantom");
    }
    let mut screen = scene.screen(1, None).await;
    let next = scene.ana.creates(&scene.cedar, "afterwards").await;
    assert_eq!(screen.next_of("TaskChanged").await["task"]["id"], next.as_str());
}
