//! Coming back: nothing missed, replayed, or told to read again; never a silent hole.
use api::events::Cursor;
use chrono::Duration;
use entity::{ids::OrganizationId, org_head};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use serde_json::json;
use tests::{Kit, Person, both, store};
use uuid::Uuid;

const READ: &str = "query Read($team: ID!) { careTeam(id: $team) { feedCursor tasks(first: 200) { nodes { id } } } }";

/// The board with where its feed stood.
async fn reads(person: &Person, team: &str) -> (String, usize) {
    let answer = person.ask(READ, json!({ "team": team })).await;
    (answer.text_at("/careTeam/feedCursor"), answer.at("/careTeam/tasks/nodes").as_array().unwrap().len())
}

both!(what_came_between_the_reading_and_the_feed_is_replayed, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    ana.creates(&cedar, "Before").await;

    let (cursor, tasks) = reads(&ana, &cedar).await;
    let one = ana.creates(&cedar, "Between, one").await;
    let two = ana.creates(&cedar, "Between, two").await;
    let mut feed = ana.follows(&cedar, Some(&cursor)).await;
    let three = ana.creates(&cedar, "After").await;

    assert_eq!(tasks, 1);
    assert_eq!(feed.resumption, "REPLAYED");
    for task in [one, two, three] {
        assert_eq!(feed.next_change().await["task"]["id"], task);
    }
});

both!(where_nothing_came_between_the_feed_is_live, async |kit: &Kit| {
    let (cedar, maple) = (kit.team("Cedar").await, kit.team("Maple").await);
    let (ana, mei) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Mei", "Maple").await);
    let (cursor, _) = reads(&ana, &cedar).await;

    let at_once = ana.follows(&cedar, Some(&cursor)).await;
    mei.creates(&maple, "Of no concern").await;
    let later = ana.follows(&cedar, Some(&cursor)).await;
    let anew = ana.follows(&cedar, None).await;

    assert_eq!([at_once.resumption, later.resumption, anew.resumption], ["LIVE", "LIVE", "LIVE"]);
});

both!(a_feed_goes_on_after_the_last_item_that_was_seen, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let mut feed = ana.follows(&cedar, None).await;
    let tasks =
        [ana.creates(&cedar, "One").await, ana.creates(&cedar, "Two").await, ana.creates(&cedar, "Three").await];

    assert_eq!(feed.next_change().await["task"]["id"], tasks[0]);
    let cursor = feed.cut();
    let mut again = ana.follows(&cedar, Some(&cursor)).await;

    assert_eq!(again.resumption, "REPLAYED");
    assert_eq!(again.next_change().await["task"]["id"], tasks[1]);
    assert_eq!(again.next_change().await["task"]["id"], tasks[2]);
});

both!(a_cursor_that_is_not_of_this_log_asks_to_read_again, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let elm = kit.practice("Elm Clinic").await;
    let eva = elm.nurse("Eva", "Elm").await;
    let (foreign, _) = reads(&eva, &elm.team("Elm").await).await;
    let head = store::head(&kit.db, kit.organization).await;
    let at = |seq| Cursor { epoch: head.epoch, organization: kit.organization, seq };
    let cursors = [
        "garbage".to_owned(),
        String::new(),
        "A".repeat(4_000),
        foreign,
        at(head.seq + 1_000).to_string(),
        at(i64::MAX).to_string(),
        at(-1).to_string(),
        Cursor { epoch: Uuid::new_v4(), ..at(head.seq) }.to_string(),
        Cursor { organization: OrganizationId::generate(), ..at(head.seq) }.to_string(),
    ];

    for cursor in cursors {
        let mut feed = ana.follows(&cedar, Some(&cursor)).await;

        assert_eq!(feed.resumption, "RESET", "{cursor}");
        assert!(Cursor::parse(&feed.cursor).unwrap().seq >= head.seq, "what is told is the head");
        let task = ana.creates(&cedar, "After the reset").await;
        assert_eq!(feed.next_change().await["task"]["id"], task, "and from there it is live");
    }
});

both!(a_cursor_older_than_what_is_kept_asks_to_read_again, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let (old, _) = reads(&ana, &cedar).await;
    ana.creates(&cedar, "Old").await;
    // On PostgreSQL whole days are dropped.
    kit.pass(Duration::days(4)).await;
    ana.creates(&cedar, "Young").await;
    let (young, _) = reads(&ana, &cedar).await;
    ana.creates(&cedar, "Younger").await;

    api::background::keep_log(&kit.app).await.unwrap();

    assert_eq!(kit.events().await.len(), 2, "events have a term");
    assert_eq!(ana.follows(&cedar, Some(&old)).await.resumption, "RESET");
    assert_eq!(ana.follows(&cedar, Some(&young)).await.resumption, "REPLAYED");
});

both!(another_life_of_the_log_ends_open_feeds_and_resets_them, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    ana.creates(&cedar, "Before").await;
    let mut feed = ana.follows(&cedar, None).await;

    // As a restore does.
    let mut head: org_head::ActiveModel = store::head(&kit.db, kit.organization).await.into_active_model();
    head.epoch = Set(Uuid::new_v4());
    head.update(&kit.db).await.unwrap();

    assert_eq!(feed.end().await, "COMPLETE");
    assert_eq!(ana.follows(&cedar, Some(&feed.cursor)).await.resumption, "RESET");
});
