//! A laptop that slept for a minute, for two hours, over a long weekend.
use super::scene::Scene;
use api::{App, Clock, Config};
use chrono::{DateTime, TimeDelta, Utc};

/// What every node does now and then, at that moment.
async fn old_events_are_forgotten(scene: &Scene, at: DateTime<Utc>) {
    let app = App::open(&scene.cluster.store.url, Clock::set_to(at), Config::default()).await.unwrap();
    api::background::keep_log(&app).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_screen_resumes_after_a_minute_and_after_two_hours_and_reads_again_after_four_days() {
    let scene = Scene::open().await;
    let mut screen = scene.screen(0, None).await;
    scene.ana.creates(&scene.cedar, "before").await;
    screen.next_of("TaskChanged").await;
    let asleep = screen.cut();
    let missed = [scene.ana.creates(&scene.cedar, "one").await, scene.ana.creates(&scene.cedar, "two").await];
    let now: DateTime<Utc> = std::time::SystemTime::now().into();

    for (node, away) in [(1, TimeDelta::minutes(1)), (2, TimeDelta::hours(2))] {
        old_events_are_forgotten(&scene, now + away).await;
        let mut awake = scene.screen(node, Some(&asleep)).await;
        assert_eq!(awake.resumption, "REPLAYED", "after {away}");
        for task in &missed {
            assert_eq!(awake.next_change().await["task"]["id"], task.as_str());
        }
    }
    old_events_are_forgotten(&scene, now + TimeDelta::days(4)).await;
    let awake = scene.screen(1, Some(&asleep)).await;
    assert_eq!(awake.resumption, "RESET");
    assert_eq!(scene.board(1).await.len(), 3, "it reads the board again");
}
