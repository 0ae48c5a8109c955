//! Nodes that die in the worst moments, and nodes that are replaced.
use super::scene::{Scene, eventually};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::{Frame, Socket, cluster::Plan, socket::FEED};

fn new_task(scene: &Scene, title: &str) -> Value {
    json!({ "careTeamId": scene.cedar, "kind": "OUTREACH_CALL", "title": title, "clientMutationId": title })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_dies_after_commit_and_before_ringing_loses_nothing() {
    let scene = Scene::open().await;
    scene.cluster.nodes[0].kill();
    scene.cluster.nodes[0].arm("tx.after-commit=return");
    scene.cluster.nodes[0].start();
    let mut own = scene.screen(0, None).await;
    let mut other = scene.screen(1, None).await;
    let before = own.cursor.clone();

    let answer = scene.ana.tries("createTask", new_task(&scene, "Call")).await;

    assert!(answer.is_err(), "it died before it could answer: {answer:?}");
    let told = other.next_of("TaskChanged").await;
    assert_eq!(told["task"]["title"], "Call", "the sweep of another node found it");
    assert_eq!(own.end().await, "GONE");
    let mut own = scene.screen(2, Some(&before)).await;
    assert_eq!(own.resumption, "REPLAYED");
    let resumed = own.next_change().await;
    assert_eq!(
        resumed["cursor"], told["cursor"],
        "the screen that was cut goes on at another node, and missed nothing"
    );

    // The nurse does not know whether it was done, and sends it again.
    let again = scene.ana_at(1).act("createTask", new_task(&scene, "Call")).await;
    assert_eq!(again.at("/createTask/task/id"), &told["task"]["id"]);
    assert_eq!(scene.board(2).await.len(), 1, "done once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_dies_before_commit_did_nothing_and_a_retry_does_it_once() {
    let scene = Scene::open().await;
    scene.cluster.nodes[0].kill();
    scene.cluster.nodes[0].arm("tx.before-commit=return");
    scene.cluster.nodes[0].start();
    let mut screen = scene.screen(1, None).await;

    let answer = scene.ana.tries("createTask", new_task(&scene, "Call")).await;

    assert!(answer.is_err(), "it died before it could answer: {answer:?}");
    assert!(scene.board(1).await.is_empty(), "nobody sees it");
    let first = scene.ana_at(1).act("createTask", new_task(&scene, "Call")).await;
    let second = scene.ana_at(2).act("createTask", new_task(&scene, "Call")).await;
    assert_eq!(first.at("/createTask/task/id"), second.at("/createTask/task/id"));
    assert_eq!(screen.next_change().await["task"]["id"], *first.at("/createTask/task/id"));
    assert_eq!(scene.board(2).await.len(), 1, "done once");
}

const DRAIN: Duration = Duration::from_secs(6);
const SCREENS: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_deploy_moves_screens_one_by_one_and_misses_nothing() {
    let drain = DRAIN.as_secs().to_string();
    let plan = Plan { arguments: vec!["--drain-seconds".to_owned(), drain], ..Plan::default() };
    let scene = Scene::with(plan).await;
    let mut sockets = Vec::new();
    for _ in 0..SCREENS {
        let mut socket = Socket::signed_in(scene.cluster.nodes[0].door(), scene.ana.token()).await;
        socket.subscribe("feed", FEED, json!({ "team": scene.cedar, "after": null })).await;
        let opened = socket.next().await.json();
        let cursor = opened["payload"]["data"]["teamFeed"]["cursor"].as_str().unwrap().to_owned();
        sockets.push((socket, cursor));
    }
    let mut titles = Vec::new();
    let begun = Instant::now();
    scene.cluster.nodes[0].ask_to_end();
    let moving = sockets.into_iter().map(async |(mut socket, mut cursor)| {
        let mut heard = Vec::new();
        loop {
            match socket.next().await {
                Frame::Json(message) => {
                    let item = &message["payload"]["data"]["teamFeed"];
                    cursor = item["cursor"].as_str().unwrap().to_owned();
                    heard.extend(item["task"]["title"].as_str().map(str::to_owned));
                }
                Frame::Closed(code, _) => return (code, begun.elapsed(), cursor, heard),
                Frame::Gone => panic!("a screen was cut off without a word"),
            }
        }
    });
    let moving = futures_util::future::join_all(moving);
    // The others work on meanwhile.
    let ana = scene.ana_at(1);
    let working = async {
        while begun.elapsed() < DRAIN {
            let title = format!("Call {}", titles.len());
            ana.creates(&scene.cedar, &title).await;
            titles.push(title);
        }
        scene.is_ready(1, |state| state["ready"] == true).await;
    };
    let (closed, ()) = tokio::join!(moving, working);
    let status = scene.cluster.nodes[0].ended().unwrap();

    assert_eq!(status.code(), Some(0), "{}", scene.cluster.nodes[0].log.tail(20));
    assert!(closed.iter().all(|(code, ..)| *code == 1012), "come back elsewhere: {:?}", closed[0].0);
    let (first, last) = (closed.iter().map(|one| one.1).min().unwrap(), closed.iter().map(|one| one.1).max().unwrap());
    assert!(last - first > DRAIN / 2, "spread over the drain, not {first:?} to {last:?}");
    for (n, (_, _, cursor, mut heard)) in closed.into_iter().enumerate() {
        let mut feed = scene.screen(1 + n % 2, Some(&cursor)).await;
        while heard.len() < titles.len() {
            let item = feed.next_of("TaskChanged").await;
            heard.push(item["task"]["title"].as_str().unwrap().to_owned());
        }
        assert_eq!(heard, titles, "each change once, in order");
    }
}

/// What is kept of words (32 MiB), 64 messages a reader, and the ordinary growth of a node at work; without bounds it would
/// be twice that.
const LIMIT: u64 = 112 * 1024 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_that_never_read_are_closed_and_cost_bounded_memory() {
    const READERS: usize = 20;
    let scene = Scene::open().await;
    let task = scene.ana.creates(&scene.cedar, "Long").await;
    let mut readers = Vec::new();
    for n in 0..READERS {
        let mut socket = Socket::with_little_room(scene.cluster.nodes[0].door()).await;
        socket.init(scene.ana.token()).await;
        // Each asks another question, so that each has words of its own.
        let document = format!(
            "subscription Slow{n}($team: ID!) {{ teamFeed(careTeamId: $team) {{ __typename cursor
            ... on TaskChanged {{ task {{ id n{n}: instructions }} }} }} }}"
        );
        socket.subscribe("1", &document, json!({ "team": scene.cedar })).await;
        readers.push(socket);
    }
    let sockets = async || metric(&scene, "huddle_sockets").await;
    eventually("all readers are there", async || metric(&scene, "huddle_feeds").await == READERS as f64).await;
    let before = scene.cluster.nodes[0].memory();

    let long = "x".repeat(9_900);
    for n in 0..500 {
        scene.ana.act("updateTask", json!({ "taskId": task, "instructions": format!("{n} {long}") })).await.data();
    }

    eventually("they are closed within the time for one write", async || sockets().await == 0.0).await;
    let grown = scene.cluster.nodes[0].memory().saturating_sub(before);
    assert!(grown < LIMIT, "{READERS} readers that never read cost {} MiB", grown / 1024 / 1024);
    drop(readers);
}

async fn metric(scene: &Scene, name: &str) -> f64 {
    let text = scene.cluster.nodes[0].stranger().get("/metrics").await.text;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in {text}")).trim().parse().unwrap()
}
