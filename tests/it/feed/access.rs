//! Who may follow a team, and what happens when they may no longer.
use serde_json::json;
use tests::{Kind, Kit, both, browser::PATIENCE, socket::FEED};

async fn refusal(browser: &tests::Browser, team: &str) -> String {
    let token = browser.token.as_deref().unwrap();
    let mut socket = tests::Socket::signed_in(browser.address, token).await;
    socket.subscribe("1", FEED, json!({ "team": team, "after": null })).await;
    let message = socket.next().await.json();
    assert_eq!(message["type"], "error", "{message}");
    message["payload"][0]["extensions"]["code"].as_str().unwrap().to_owned()
}

both!(only_who_sees_the_team_can_follow_it, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let mei = kit.nurse("Mei", "Maple").await;
    let eva = kit.practice("Elm Clinic").await.nurse("Eva", "Elm").await;
    let ada = kit.administrator("Ada").await;
    let nowhere = entity::ids::CareTeamId::generate().to_string();

    assert_eq!(refusal(&mei.browser, &cedar).await, "NOT_FOUND");
    assert_eq!(refusal(&eva.browser, &cedar).await, "NOT_FOUND");
    assert_eq!(refusal(&ana.browser, &nowhere).await, "NOT_FOUND");
    assert_eq!(refusal(&ana.browser, &rosa).await, "BAD_USER_INPUT");
    assert_eq!(refusal(&ada.browser, &cedar).await, "FORBIDDEN", "an administrator knows the team and sees no patient");
    assert_eq!(kit.manager("Mia").await.follows(&cedar, None).await.resumption, "LIVE");
});

both!(a_feed_ends_with_forbidden_when_its_reader_leaves_the_team, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let mia = kit.manager("Mia").await;
    let (mut hers, mut his) = (ana.follows(&cedar, None).await, ben.follows(&cedar, None).await);

    mia.removes_member(&cedar, &ana.id.to_string()).await.data();
    let secret = ben.creates(&cedar, "After Ana left").await;

    let seen = his.next_where("the secret", |item| item["task"]["id"] == secret).await;
    assert_eq!(seen["task"]["title"], "After Ana left");
    let until_it_ends = async {
        loop {
            let frame = hers.socket().next().await.json();
            assert!(!frame.to_string().contains("After Ana left"), "{frame}");
            if frame["type"] == "error" {
                return frame["payload"][0]["extensions"]["code"].clone();
            }
        }
    };
    let end = tokio::time::timeout(PATIENCE, until_it_ends).await.expect("the feed ends");
    assert_eq!(end, "FORBIDDEN");
    assert_eq!(refusal(&ana.browser, &cedar).await, "NOT_FOUND");
});

both!(who_leaves_a_team_gives_their_work_back, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let mia = kit.manager("Mia").await;
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();
    let mut screen = ben.follows(&cedar, None).await;

    mia.removes_member(&cedar, &ana.id.to_string()).await.data();

    let item = screen.next_of("TaskChanged").await;
    assert_eq!(item["task"]["status"], "READY");
    assert_eq!(ben.claims(&task).await.at("/claimTask/outcome"), "CLAIMED");
});

both!(a_feed_ends_when_its_session_is_signed_out, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let mut screen = ana.follows(&cedar, None).await;

    assert_eq!(ana.signs_out().await.at("/signOut"), true);

    assert_eq!(screen.end().await, "UNAUTHENTICATED");
    screen.socket().subscribe("2", "query Again { viewer { isDisplay } }", json!({})).await;
    let replayed = screen.socket().next().await;
    assert!(!matches!(&replayed, tests::Frame::Json(message) if message["type"] == "next"), "{replayed:?}");
});

/// Rights are those of the moment, not those of the handshake.
#[tokio::test(flavor = "multi_thread")]
async fn every_operation_on_a_socket_asks_again_who_it_is() {
    let kit = Kit::start(Kind::Sqlite).await;
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let task = ana.creates(&cedar, "Call").await;
    let mut socket = ana.socket().await;
    let read = "query Read($id: ID!) { task(id: $id) { id } }";
    socket.subscribe("1", read, json!({ "id": task })).await;
    assert_eq!(socket.next().await.json()["payload"]["data"]["task"]["id"], task);
    assert_eq!(socket.next().await.json()["type"], "complete");

    kit.manager("Mia").await.removes_member(&cedar, &ana.id.to_string()).await.data();
    socket.subscribe("2", read, json!({ "id": task })).await;

    let after = socket.next().await.json();
    assert_eq!(after["payload"]["errors"][0]["extensions"]["code"], "NOT_FOUND", "{after}");
    kit.end().await;
}
