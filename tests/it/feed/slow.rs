//! A screen that stops reading: the server neither grows nor drops anything silently.
use api::events::Cursor;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use tests::{Feed, Frame, Kind, Kit, Socket, store};

const DOCUMENT: &str = "subscription Slow($team: ID!, $after: String) { teamFeed(careTeamId: $team, after: $after) {
    __typename cursor ... on TaskChanged { task { id version instructions } } } }";
const CHANGES: usize = 1_200;

fn seq(item: &Value) -> i64 {
    Cursor::parse(item["cursor"].as_str().unwrap()).expect("a cursor").seq
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_stalls_is_let_go_and_comes_back_without_a_gap() {
    let kit = Kit::start(Kind::Sqlite).await;
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let task = ana.creates(&cedar, "Long").await;
    let mut stalled = Socket::with_little_room(kit.address).await;
    stalled.init(ana.token()).await;
    assert_eq!(stalled.next().await.json()["type"], "connection_ack");
    stalled.subscribe("1", DOCUMENT, json!({ "team": cedar, "after": null })).await;
    let opened = stalled.next().await.json();
    let from = seq(&opened["payload"]["data"]["teamFeed"]);
    let mut lively = ana.follows(&cedar, None).await;

    let long = "x".repeat(10_000);
    for n in 0..CHANGES {
        let text = format!("{n} {}", &long[..9_990]);
        ana.act("updateTask", json!({ "taskId": task, "instructions": text })).await.data();
    }

    // Nobody else waits for the one who stalls.
    let head = store::head(&kit.db, kit.organization).await.seq;
    lively.next_where("the last change", |item| seq(item) == head).await;

    // Let go within the time that one write may take, and a moment for the work before it.
    let waiting = async {
        loop {
            let text = ana.browser.get("/metrics").await.text;
            let sockets = text.lines().find_map(|line| line.strip_prefix("huddle_sockets ")).unwrap();
            if sockets == "1" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(25), waiting).await.expect("the stalled socket is closed");

    let mut told = BTreeSet::new();
    let mut cursor = opened["payload"]["data"]["teamFeed"]["cursor"].as_str().unwrap().to_owned();
    while let Frame::Json(message) = stalled.next().await {
        let item = &message["payload"]["data"]["teamFeed"];
        assert!(told.insert(seq(item)), "twice: {}", seq(item));
        cursor = item["cursor"].as_str().unwrap().to_owned();
    }
    assert!(told.len() < CHANGES, "it did stall");
    let mut again: Feed = ana.follows(&cedar, Some(&cursor)).await;
    assert_eq!(again.resumption, "REPLAYED");
    while told.last() != Some(&head) {
        let item = again.next_change().await;
        assert!(told.insert(seq(&item)), "twice: {}", seq(&item));
    }
    assert_eq!(told, (from + 1..=head).collect(), "each change once, and no gap");
    kit.end().await;
}
