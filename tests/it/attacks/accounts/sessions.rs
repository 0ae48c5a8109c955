//! How long somebody is signed in, and what ends it.
use super::{ME, sign_in, strict, strictly, until};
use api::{Clock, Config};
use chrono::Duration;
use entity::{audit_entry::AuditKind, staff::StaffRole};
use http::{Method, header};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::{Answer, Browser, Feed, Frame, Kind, Kit, Person, Socket, both, kit, kit::PASSWORD};

const SESSION: &str = "{ viewer { session { idleExpiresAt expiresAt recentUntil idleSeconds } } }";

/// A read that nobody asked for by hand.
async fn passively(person: &Person, document: &str) -> Answer {
    let request = person.browser.request(Method::POST, "/graphql").header(header::CONTENT_TYPE, "application/json");
    person.browser.send(request.header("huddle-passive", "1"), &json!({ "query": document }).to_string()).await
}

/// The next thing on a socket besides what its operations say.
async fn close_of(socket: &mut Socket) -> u16 {
    loop {
        match socket.next().await {
            Frame::Json(_) => {}
            other => return other.close_code(),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_02_a_token_that_is_too_old_opens_nothing() {
    strictly(async |kit| {
        let ana = kit.nurse("Ana", "Cedar").await;
        for _ in 0..35 {
            kit.pass(Duration::minutes(20)).await;
            ana.ask(ME, json!({})).await.data();
        }
        kit.pass(Duration::minutes(19)).await;
        ana.ask(ME, json!({})).await.data();

        kit.pass(Duration::minutes(1)).await;

        assert_eq!(ana.ask(ME, json!({})).await.code(), "UNAUTHENTICATED", "twelve hours, however busy");
        let mut socket = Socket::connect(kit.address).await;
        socket.init(ana.token()).await;
        assert_eq!(socket.next().await.close_code(), 4403);
    })
    .await;
}

both!(case_05_a_token_of_before_signing_out_opens_nothing_and_its_sockets_close, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    let (address, stop, server) = kit::serve(kit.second_app().await).await;
    let (mut here, mut elsewhere) = (ana.socket().await, Socket::signed_in(address, ana.token()).await);

    ana.signs_out().await.data();

    assert_eq!(close_of(&mut here).await, 4403, "without anything running on it");
    assert_eq!(close_of(&mut elsewhere).await, 4403, "on another node");
    assert_eq!(ana.ask(ME, json!({})).await.code(), "UNAUTHENTICATED");
    stop.cancel();
    server.await.unwrap();
});

both!(case_09_a_session_of_before_signing_in_is_not_the_one_of_after, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    let (_, ben) = kit.hires("Ben", StaffRole::Nurse, &["Cedar"]).await;
    let browser = kit.stranger();
    let request = browser.request(Method::POST, "/graphql").header(header::CONTENT_TYPE, "application/json");
    let request = request.header(header::COOKIE, format!("huddle_session={}", ana.token()));
    let document = "mutation SignIn($input: SignInInput!) { signIn(input: $input) { token } }";
    let body = json!({ "query": document, "variables": { "input": { "email": ben, "password": PASSWORD } } });

    let entered = browser.send(request, &body.to_string()).await;

    let token = entered.text_at("/signIn/token");
    assert_ne!(token, ana.token());
    assert!(entered.header("set-cookie").contains(&token));
    assert_eq!(ana.ask(ME, json!({})).await.code(), "UNAUTHENTICATED", "what the browser had before is over");
    assert_eq!(browser.with_token(token).ask(ME, json!({})).await.at("/viewer/staff/displayName"), "Ben");
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_10_events_are_no_activity_and_the_idle_limit_closes_the_socket() {
    strictly(async |kit| {
        let cedar = kit.team("Cedar").await;
        let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
        let mut screen = ana.follows(&cedar, None).await;
        let mut silent = ana.socket().await;
        for minute in 1..30 {
            kit.pass(Duration::minutes(1)).await;
            ben.creates(&cedar, &format!("Call {minute}")).await;
            screen.next_of("TaskChanged").await;
            passively(&ana, "{ viewer { isDisplay } }").await.data();
        }
        silent.subscribe("1", ME, json!({})).await;
        assert_eq!(
            silent.next().await.json()["type"],
            "next",
            "still open, and an operation on it is no activity either"
        );

        kit.pass(Duration::minutes(1)).await;

        assert_eq!(screen.end().await, "UNAUTHENTICATED");
        assert_eq!(close_of(screen.socket()).await, 4403);
        assert_eq!(close_of(&mut silent).await, 4403);
        assert_eq!(ana.ask(ME, json!({})).await.code(), "UNAUTHENTICATED");
        ben.ask(ME, json!({})).await.data();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_10_what_a_person_does_keeps_their_sockets_open() {
    strictly(async |kit| {
        let cedar = kit.team("Cedar").await;
        let ana = kit.nurse("Ana", "Cedar").await;
        let mut screen = ana.follows(&cedar, None).await;
        let first = ana.ask(SESSION, json!({})).await;
        for _ in 0..4 {
            kit.pass(Duration::minutes(25)).await;
            ana.ask(ME, json!({})).await.data();
        }

        ana.creates(&cedar, "Call").await;

        assert_eq!(screen.next_of("TaskChanged").await["task"]["title"], "Call");
        let now = ana.ask(SESSION, json!({})).await;
        assert_eq!(now.at("/viewer/session/idleSeconds"), 1_800);
        assert_ne!(now.at("/viewer/session/idleExpiresAt"), first.at("/viewer/session/idleExpiresAt"));
        assert_eq!(now.at("/viewer/session/expiresAt"), first.at("/viewer/session/expiresAt"));
        assert_eq!(now.at("/viewer/session/recentUntil"), &Value::Null, "who is active has not proved who they are");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn activity_is_written_once_a_minute_and_makes_no_event() {
    strictly(async |kit| {
        let ana = kit.nurse("Ana", "Cedar").await;
        let (events, audit) = (kit.events().await.len(), kit.audit().await.len());
        kit.pass(Duration::seconds(59)).await;
        let stored = async || entity::session::Entity::find().one(&kit.db).await.unwrap().unwrap().last_active_at;
        let before = stored().await;

        ana.ask(ME, json!({})).await.data();
        assert_eq!(stored().await, before);
        kit.pass(Duration::seconds(1)).await;
        ana.ask(ME, json!({})).await.data();

        assert_eq!(stored().await, Some(kit.app.clock.now()));
        assert_eq!((kit.events().await.len(), kit.audit().await.len()), (events, audit));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_11_the_absolute_limit_ends_a_socket_that_is_in_use() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let config = Config { session_length: Duration::hours(1), ..strict() };
        let kit = Kit::start_with(kind, Clock::set_to(kit::morning()), config).await;
        let cedar = kit.team("Cedar").await;
        let ana = kit.nurse("Ana", "Cedar").await;
        let mut screen = ana.follows(&cedar, None).await;
        for _ in 0..2 {
            kit.pass(Duration::minutes(29)).await;
            ana.creates(&cedar, "Call").await;
            screen.next_of("TaskChanged").await;
        }

        kit.pass(Duration::minutes(2)).await;

        assert_eq!(screen.end().await, "UNAUTHENTICATED");
        assert_eq!(close_of(screen.socket()).await, 4403);
        sign_in(&kit.stranger(), &ana.email, PASSWORD).await.data();
        kit.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wall_display_has_no_idle_limit() {
    strictly(async |kit| {
        let cedar = kit.team("Cedar").await;
        let ana = kit.nurse("Ana", "Cedar").await;
        let wall = kit.display(&cedar, &ana).await;
        let mut screen = Feed::open(kit.address, wall.token.as_deref().unwrap(), &cedar, None).await;
        kit.pass(Duration::days(40)).await;

        let ben = kit.nurse("Ben", "Cedar").await;
        ben.creates(&cedar, "Call").await;

        assert_eq!(screen.next_of("TaskChanged").await["task"]["status"], "READY");
        let session = wall.ask("{ viewer { session { kind idleExpiresAt idleSeconds } } }", json!({})).await;
        let expected = json!({ "kind": "DISPLAY", "idleExpiresAt": null, "idleSeconds": null });
        assert_eq!(session.at("/viewer/session"), &expected);
    })
    .await;
}

both!(case_13_an_account_in_two_places_is_seen_and_ended_by_its_person, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    let request = kit.stranger().request(Method::POST, "/graphql").header(header::CONTENT_TYPE, "application/json");
    let request = request.header(header::USER_AGENT, "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0");
    let document = "mutation SignIn($input: SignInInput!) { signIn(input: $input) { token } }";
    let body = json!({ "query": document, "variables": { "input": { "email": ana.email, "password": PASSWORD } } });
    let other = kit.stranger().send(request, &body.to_string()).await.text_at("/signIn/token");
    let other = kit.stranger().with_token(other);
    let list = "{ mySessions { id label current kind } }";

    let seen = ana.ask(list, json!({})).await;

    let sessions = seen.at("/mySessions").as_array().unwrap().clone();
    assert_eq!(sessions.len(), 2);
    assert_eq!((&sessions[0]["label"], &sessions[0]["current"]), (&json!("Firefox on Windows"), &json!(false)));
    assert_eq!(sessions[1]["current"], true);
    let entries = kit.audit().await.into_iter().filter(|row| row.kind == AuditKind::SignIn);
    assert_eq!(entries.filter(|row| row.entity_id == Some(ana.id.0)).count(), 2, "both are on record");
    let mei = kit.nurse("Mei", "Cedar").await;
    let stolen = mei.act("revokeSession", json!({ "sessionId": sessions[0]["id"] })).await;
    assert_eq!(stolen.code(), "NOT_FOUND", "nobody ends another's");
    let mut socket = Socket::signed_in(kit.address, other.token.as_deref().unwrap()).await;
    ana.act("revokeSession", json!({ "sessionId": sessions[0]["id"] })).await.data();
    assert_eq!(close_of(&mut socket).await, 4403);
    assert_eq!(other.ask(ME, json!({})).await.code(), "UNAUTHENTICATED");
    let third = kit.enters("Ana", (ana.id, ana.email.clone())).await;
    let left = ana.act("revokeOtherSessions", json!({})).await;
    assert_eq!(left.at("/revokeOtherSessions/sessions").as_array().unwrap().len(), 1);
    assert_eq!(third.ask(ME, json!({})).await.code(), "UNAUTHENTICATED");
    ana.ask(ME, json!({})).await.data();
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_95_a_clock_that_is_set_back_neither_ends_nor_prolongs_a_session_for_good() {
    strictly(async |kit| {
        let ana = kit.nurse("Ana", "Cedar").await;
        kit.pass(Duration::minutes(10)).await;
        ana.ask(ME, json!({})).await.data();
        let (_, email) = kit.hires("Ben", StaffRole::Nurse, &["Cedar"]).await;
        for _ in 0..5 {
            sign_in(&kit.stranger(), &email, "wrong password").await;
        }

        kit.app.clock.set(kit.app.clock.now() - Duration::hours(1));

        sign_in(&kit.stranger(), &email, PASSWORD).await.data();
        ana.ask(ME, json!({})).await.data();
        kit.pass(Duration::minutes(31)).await;
        assert_eq!(ana.ask(ME, json!({})).await.code(), "UNAUTHENTICATED", "the next act set it right");
    })
    .await;
}

both!(case_47_who_is_deactivated_is_out_everywhere_within_five_seconds, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ada) = (kit.nurse("Ana", "Cedar").await, kit.administrator("Ada").await);
    let (address, stop, server) = kit::serve(kit.second_app().await).await;
    let mut here = ana.follows(&cedar, None).await;
    let mut elsewhere = Feed::open(address, ana.token(), &cedar, None).await;
    let mut silent = Socket::signed_in(address, ana.token()).await;
    let started = std::time::Instant::now();

    ada.act("deactivateStaff", json!({ "staffId": ana.id.to_string() })).await.data();

    assert_eq!(here.end().await, "UNAUTHENTICATED");
    assert_eq!(close_of(here.socket()).await, 4403);
    assert_eq!(elsewhere.end().await, "UNAUTHENTICATED");
    assert_eq!(close_of(elsewhere.socket()).await, 4403);
    assert_eq!(close_of(&mut silent).await, 4403);
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    stop.cancel();
    server.await.unwrap();
});

both!(case_04_a_token_of_who_is_deactivated_opens_nothing_on_any_node, async |kit: &Kit| {
    let (ana, ada) = (kit.nurse("Ana", "Cedar").await, kit.administrator("Ada").await);
    let (address, stop, server) = kit::serve(kit.second_app().await).await;
    let elsewhere = Browser::at(address).with_token(ana.token());
    elsewhere.ask(ME, json!({})).await.data();

    ada.act("deactivateStaff", json!({ "staffId": ana.id.to_string() })).await.data();

    assert_eq!(ana.ask(ME, json!({})).await.code(), "UNAUTHENTICATED");
    assert_eq!(elsewhere.ask(ME, json!({})).await.code(), "UNAUTHENTICATED");
    ada.act("reactivateStaff", json!({ "staffId": ana.id.to_string() })).await.data();
    until("the old token stays dead", async || {
        ana.ask(ME, json!({})).await.body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    })
    .await;
    sign_in(&kit.stranger(), &ana.email, PASSWORD).await.data();
    stop.cancel();
    server.await.unwrap();
});
