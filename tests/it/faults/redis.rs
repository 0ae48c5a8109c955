//! Redis gone, emptied, cut and frozen: news is later by a sweep at most, and nobody is told of an error.
use super::scene::{Scene, eventually};
use std::time::{Duration, Instant};

async fn is_degraded(scene: &Scene, node: usize, degraded: bool) {
    scene.is_ready(node, |state| state["degraded"] == degraded && state["ready"] == true).await;
    let up = if degraded { "huddle_doorbell_up 0" } else { "huddle_doorbell_up 1" };
    let browser = scene.cluster.nodes[node].stranger();
    eventually(up, async || browser.get("/metrics").await.text.lines().any(|line| line == up)).await;
}

/// A change at the first node reaches screens at the others.
async fn news_spreads(scene: &Scene, title: &str) {
    let mut screens = [scene.screen(1, None).await, scene.screen(2, None).await];
    let task = scene.ana.creates(&scene.cedar, title).await;
    for screen in &mut screens {
        assert_eq!(screen.next_of("TaskChanged").await["task"]["id"], task.as_str());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_news_comes_by_the_sweep_and_the_nodes_say_degraded() {
    let scene = Scene::open().await;
    for node in 0..3 {
        is_degraded(&scene, node, false).await;
    }
    news_spreads(&scene, "before").await;

    scene.cluster.redis().stop();

    for node in 0..3 {
        is_degraded(&scene, node, true).await;
    }
    news_spreads(&scene, "without").await;
    scene.cluster.redis().start_again();
    for node in 0..3 {
        is_degraded(&scene, node, false).await;
    }
    news_spreads(&scene, "afterwards").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_forgets_or_hangs_up_on_listeners_costs_nothing() {
    let scene = Scene::open().await;
    for node in 0..3 {
        is_degraded(&scene, node, false).await;
    }
    let mut screen = scene.screen(1, None).await;

    scene.cluster.redis().forget_everything();
    let first = scene.ana.creates(&scene.cedar, "after FLUSHALL").await;
    assert_eq!(screen.next_of("TaskChanged").await["task"]["id"], first.as_str());
    eventually("the nodes listen", async || scene.cluster.redis().cut_listeners() > 0).await;
    let second = scene.ana.creates(&scene.cedar, "after CLIENT KILL").await;
    assert_eq!(screen.next_of("TaskChanged").await["task"]["id"], second.as_str());

    for node in 0..3 {
        is_degraded(&scene, node, false).await;
    }
    news_spreads(&scene, "afterwards").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_redis_is_not_in_the_way_of_a_mutation() {
    const TIMES: usize = 15;
    /// As long as a ring may take to be sent.
    const PUBLISH: Duration = Duration::from_millis(200);
    let scene = Scene::open().await;
    is_degraded(&scene, 0, false).await;
    let typical = async |title: &str| {
        let mut took = Vec::new();
        for _ in 0..TIMES {
            let since = Instant::now();
            scene.ana.creates(&scene.cedar, title).await;
            took.push(since.elapsed());
        }
        took.sort_unstable();
        took[TIMES / 2]
    };
    let undisturbed = typical("undisturbed").await;

    scene.cluster.redis().freeze();

    let frozen = typical("frozen").await;
    assert!(frozen < undisturbed + PUBLISH / 2, "{frozen:?} with a frozen Redis, {undisturbed:?} without");
    news_spreads(&scene, "by the sweep").await;
    is_degraded(&scene, 0, true).await;
    scene.cluster.redis().thaw();
    is_degraded(&scene, 0, false).await;
}
