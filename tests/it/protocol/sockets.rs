//! `graphql-transport-ws`, as the graphql-ws client speaks it.
use serde_json::{Value, json};
use std::time::Duration;
use tests::{
    Frame, Kind, Kit, Person, Socket,
    socket::{FEED, PROTOCOL},
};

async fn ana() -> (Kit, Person, String) {
    let kit = Kit::start(Kind::Sqlite).await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let cedar = kit.team("Cedar").await;
    (kit, ana, cedar)
}

const ME: &str = "query Me { viewer { staff { displayName } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_answers_queries_mutations_pings_and_feeds() {
    let (kit, ana, cedar) = ana().await;
    let mut socket = ana.socket().await;

    socket.subscribe("q", ME, json!({})).await;
    let answer = socket.next().await.json();
    assert_eq!((answer["type"].as_str(), answer["id"].as_str()), (Some("next"), Some("q")));
    assert_eq!(answer["payload"]["data"]["viewer"]["staff"]["displayName"], "Ana");
    assert_eq!(socket.next().await.json(), json!({ "id": "q", "type": "complete" }));

    socket.send(json!({ "type": "ping", "payload": { "n": 1 } })).await;
    assert_eq!(socket.next().await.json(), json!({ "type": "pong", "payload": { "n": 1 } }));

    socket.subscribe("f", FEED, json!({ "team": cedar, "after": null })).await;
    assert_eq!(socket.next().await.json()["payload"]["data"]["teamFeed"]["__typename"], "FeedOpened");
    let create = "mutation New($input: CreateTaskInput!) { createTask(input: $input) { task { id } } }";
    let input = json!({ "input": { "careTeamId": cedar, "kind": "RECALL", "title": "Recall" } });
    socket.subscribe("m", create, input).await;
    let mut types: Vec<String> = Vec::new();
    for _ in 0..3 {
        let message = socket.next().await.json();
        types.push(format!("{} {}", message["id"].as_str().unwrap(), message["type"].as_str().unwrap()));
    }
    types.sort();
    assert_eq!(types, ["f next", "m complete", "m next"]);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completed_feed_says_nothing_more_and_its_id_is_free_again() {
    let (kit, ana, cedar) = ana().await;
    let mut socket = ana.socket().await;
    socket.subscribe("f", FEED, json!({ "team": cedar, "after": null })).await;
    socket.next().await.json();

    socket.send(json!({ "id": "f", "type": "complete" })).await;
    ana.creates(&cedar, "Unheard").await;
    socket.subscribe("f", ME, json!({})).await;

    let answer = socket.next().await.json();
    assert_eq!(answer["payload"]["data"]["viewer"]["staff"]["displayName"], "Ana", "{answer}");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_closes_is_answered() {
    let (kit, ana, cedar) = ana().await;
    let mut socket = ana.socket().await;
    socket.subscribe("f", FEED, json!({ "team": cedar, "after": null })).await;
    socket.next().await.json();

    socket.say_goodbye().await;

    assert_eq!(socket.next().await.close_code(), 1000, "an end without an answer looks like a cut");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_breach_of_the_protocol_has_its_code() {
    let (kit, ana, cedar) = ana().await;
    let feed = json!({ "query": FEED, "variables": { "team": cedar, "after": null } });
    let subscribe = |id: &str| json!({ "id": id, "type": "subscribe", "payload": feed }).to_string();
    let init = json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {}", ana.token()) } });
    let init = init.to_string();

    for (name, sent, code) in [
        ("no JSON", vec!["{".to_owned()], 4400),
        ("no type", vec!["{}".to_owned()], 4400),
        ("an unknown type", vec![json!({ "type": "x".repeat(500) }).to_string()], 4400),
        ("a malformed subscribe", vec![init.clone(), json!({ "type": "subscribe", "id": 7 }).to_string()], 4400),
        ("the legacy protocol's words", vec![json!({ "type": "start", "id": "1", "payload": {} }).to_string()], 4400),
        ("subscribe before init", vec![subscribe("1")], 4401),
        ("init without a token", vec![json!({ "type": "connection_init" }).to_string()], 4403),
        (
            "init with a forged token",
            vec![json!({ "type": "connection_init", "payload": { "authorization": "Bearer hdl_x" } }).to_string()],
            4403,
        ),
        (
            "init with another scheme",
            vec![json!({ "type": "connection_init", "payload": { "authorization": "Basic eDp5" } }).to_string()],
            4403,
        ),
        ("an id twice", vec![init.clone(), subscribe("1"), subscribe("1")], 4409),
        ("init twice", vec![init.clone(), init.clone()], 4429),
    ] {
        let mut socket = Socket::connect(kit.address).await;
        for message in &sent {
            socket.send_text(message).await;
        }
        let closed = loop {
            match socket.next().await {
                Frame::Json(message) => assert_ne!(message["type"], "error", "{name}: {message}"),
                closed => break closed,
            }
        };
        let Frame::Closed(given, reason) = closed else { panic!("{name}: {closed:?}") };
        assert_eq!(given, code, "{name}: {reason}");
        assert!(reason.len() <= 123 && !reason.contains("expected"), "{name}: {reason}");
    }
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_is_closed_with_4408() {
    let (kit, _, _) = ana().await;
    let mut socket = Socket::connect(kit.address).await;

    let closed = socket.next_within(Duration::from_secs(10)).await.expect("closed within ten seconds");

    assert_eq!(closed.close_code(), 4408);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_cannot_run_is_an_error_of_its_own_operation() {
    let (kit, ana, cedar) = ana().await;
    let mut socket = ana.socket().await;

    for (document, code) in [
        ("{ nothing }", "BAD_USER_INPUT"),
        ("{", "BAD_USER_INPUT"),
        ("subscription { nothing }", "BAD_USER_INPUT"),
        ("subscription { teamFeed(careTeamId: \"x\") { at } }", "BAD_USER_INPUT"),
    ] {
        socket.subscribe("1", document, json!({})).await;
        let message = socket.next().await.json();
        assert_eq!((message["type"].as_str(), message["id"].as_str()), (Some("error"), Some("1")), "{message}");
        assert_eq!(message["payload"][0]["extensions"]["code"], code, "{document}");
        // The socket serves on: another id, because the server may not have noticed the end of the first yet.
        socket.subscribe("2", ME, json!({})).await;
        assert_eq!(socket.next().await.json()["type"], "next");
        assert_eq!(socket.next().await.json()["type"], "complete");
        settle(&mut socket).await;
    }
    socket.subscribe("3", FEED, json!({ "team": cedar, "after": null })).await;
    assert_eq!(socket.next().await.json()["type"], "next");
    kit.end().await;
}

/// A ping that comes back has passed everything that was sent before it.
async fn settle(socket: &mut Socket) {
    socket.send(json!({ "type": "ping" })).await;
    assert_eq!(socket.next().await.json()["type"], "pong");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_33rd_feed_of_a_socket_is_refused_and_the_others_go_on() {
    let (kit, ana, cedar) = ana().await;
    let mut socket = ana.socket().await;
    for n in 0..32 {
        socket.subscribe(&n.to_string(), FEED, json!({ "team": cedar, "after": null })).await;
        assert_eq!(socket.next().await.json()["type"], "next");
    }

    socket.subscribe("one more", FEED, json!({ "team": cedar, "after": null })).await;

    let refused = socket.next().await.json();
    assert_eq!((refused["type"].as_str(), refused["id"].as_str()), (Some("error"), Some("one more")));
    assert_eq!(refused["payload"][0]["extensions"]["code"], "RATE_LIMITED");
    ana.creates(&cedar, "Call").await;
    let mut heard: Vec<Value> = Vec::new();
    for _ in 0..32 {
        heard.push(socket.next().await.json()["id"].clone());
    }
    heard.sort_by_key(|id| id.as_str().unwrap().parse::<u32>().unwrap());
    heard.dedup();
    assert_eq!(heard.len(), 32);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_this_protocol_is_spoken() {
    let (kit, _, _) = ana().await;

    let both =
        Socket::connect_with(kit.address, &[("sec-websocket-protocol", "graphql-ws, graphql-transport-ws")]).await;
    let legacy = Socket::connect_with(kit.address, &[("sec-websocket-protocol", "graphql-ws")]).await;
    let none = Socket::connect_with(kit.address, &[]).await;

    assert_eq!(both.map(|(_, agreed)| agreed), Ok(Some(PROTOCOL.to_owned())));
    assert_eq!(legacy.map(|_| ()).unwrap_err(), 400);
    assert_eq!(none.map(|_| ()).unwrap_err(), 400);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_opens_no_socket() {
    let (kit, ana, _) = ana().await;
    let own = format!("http://{}", kit.address);
    let cookie = format!("huddle_session={}", ana.token());
    let open = async |origin: &str| {
        let headers = [("sec-websocket-protocol", PROTOCOL), ("origin", origin), ("cookie", cookie.as_str())];
        Socket::connect_with(kit.address, &headers).await
    };

    for foreign in ["https://evil.example", "null", &format!("{own}.evil.example"), &format!("{own}@evil.example")] {
        assert_eq!(open(foreign).await.map(|_| ()).unwrap_err(), 403, "{foreign}");
    }
    let (mut socket, _) = open(&own).await.unwrap();
    socket.send(json!({ "type": "connection_init" })).await;
    assert_eq!(socket.next().await.json()["type"], "connection_ack", "signed in by the cookie");
    socket.subscribe("1", ME, json!({})).await;
    assert_eq!(socket.next().await.json()["payload"]["data"]["viewer"]["staff"]["displayName"], "Ana");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_the_address_is_no_sign_in() {
    let (kit, ana, _) = ana().await;
    let path = format!("/graphql?token={}&query=%7Bviewer%7BisDisplay%7D%7D", ana.token());

    let answer = kit.stranger().get(&path).await;

    assert_eq!(answer.code(), "UNAUTHENTICATED");
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_is_too_large_ends_the_socket() {
    let (kit, ana, _) = ana().await;
    let mut socket = ana.socket().await;

    socket.send_text(&"x".repeat(1024 * 1024)).await;

    assert!(!matches!(socket.next().await, Frame::Json(_)));
    assert_eq!(ana.ask(ME, json!({})).await.at("/viewer/staff/displayName"), "Ana", "the server serves on");
    kit.end().await;
}
