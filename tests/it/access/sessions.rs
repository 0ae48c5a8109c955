//! Signing in, staying in, and out.
use chrono::Duration;
use entity::{session, staff};
use http::{Method, header};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use tests::{Answer, Browser, Kit, both, kit::PASSWORD, people::act};

async fn sign_in(browser: &Browser, email: &str, password: &str) -> Answer {
    act(browser, "signIn", json!({ "email": email, "password": password })).await
}

const ME: &str = "query Me { viewer { staff { id displayName } } }";

both!(a_token_and_a_cookie_are_the_same_session, async |kit: &Kit| {
    let ana = kit.hires("Ana", staff::StaffRole::Nurse, &["Cedar"]).await;

    let answer = sign_in(&kit.stranger(), &ana.1, PASSWORD).await;

    let (token, cookie) = (answer.text_at("/signIn/token"), answer.header("set-cookie"));
    assert_eq!(answer.at("/signIn/viewer/staff/id"), &ana.0.to_string());
    assert!(cookie.contains(&token) && cookie.contains("HttpOnly") && cookie.contains("SameSite="), "{cookie}");
    assert!(cookie.contains("Path=/;"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    let by_cookie = with_cookie(&kit.stranger(), pair, None).await;
    let by_token = kit.stranger().with_token(token).ask(ME, json!({})).await;
    assert_eq!(by_cookie.at("/viewer/staff/displayName"), "Ana");
    assert_eq!(by_token.at("/viewer/staff/displayName"), "Ana");
});

async fn with_cookie(browser: &Browser, cookie: &str, origin: Option<&str>) -> Answer {
    let request = browser.request(Method::POST, "/graphql").header(header::CONTENT_TYPE, "application/json");
    let request = request.header(header::COOKIE, cookie);
    let request = match origin {
        Some(origin) => request.header(header::ORIGIN, origin),
        None => request,
    };
    browser.send(request, &json!({ "query": ME }).to_string()).await
}

both!(another_site_cannot_use_the_cookie, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    let answer = sign_in(&kit.stranger(), &ana.email, PASSWORD).await;
    let pair = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let own = format!("http://{}", kit.address);

    for foreign in ["https://evil.example", "null", &format!("{own}.evil.example")] {
        let answer = with_cookie(&kit.stranger(), &pair, Some(foreign)).await;
        assert_eq!(answer.status, 403, "{foreign}: {answer}");
        assert!(!answer.text.contains("Ana"));
    }
    assert_eq!(with_cookie(&kit.stranger(), &pair, Some(&own)).await.at("/viewer/staff/displayName"), "Ana");
});

both!(a_wrong_password_and_an_unknown_name_get_one_answer, async |kit: &Kit| {
    let ana = kit.hires("Ana", staff::StaffRole::Nurse, &["Cedar"]).await;

    let wrong = sign_in(&kit.stranger(), &ana.1, "not the password").await;
    let unknown = sign_in(&kit.stranger(), "nobody@practice.example", PASSWORD).await;
    let endless = sign_in(&kit.stranger(), &ana.1, &"x".repeat(20_000)).await;

    assert_eq!(wrong.code(), "UNAUTHENTICATED");
    assert_eq!(wrong.text, unknown.text);
    assert_eq!(wrong.text, endless.text);
    assert_eq!(wrong.header("set-cookie"), "");
});

both!(an_address_is_the_same_in_capitals, async |kit: &Kit| {
    let ana = kit.hires("Ana", staff::StaffRole::Nurse, &["Cedar"]).await;

    let answer = sign_in(&kit.stranger(), &format!(" {} ", ana.1.to_uppercase()), PASSWORD).await;

    assert_eq!(answer.at("/signIn/viewer/staff/displayName"), "Ana");
});

both!(after_signing_out_the_token_opens_nothing, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    let other = sign_in(&kit.stranger(), &ana.email, PASSWORD).await.text_at("/signIn/token");

    let out = ana.signs_out().await;

    assert_eq!(out.at("/signOut"), true);
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{}", out.header("set-cookie"));
    assert_eq!(ana.ask(ME, json!({})).await.code(), "UNAUTHENTICATED");
    assert_eq!(ana.signs_out().await.code(), "UNAUTHENTICATED");
    let mut socket = tests::Socket::connect(kit.address).await;
    socket.init(ana.token()).await;
    assert_eq!(socket.next().await.close_code(), 4403);
    let still = kit.stranger().with_token(other).ask(ME, json!({})).await;
    assert_eq!(still.at("/viewer/staff/displayName"), "Ana", "her other session goes on");
});

both!(a_session_ends_with_its_time, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;

    kit.pass(Duration::days(30) - Duration::seconds(1)).await;
    let before = ana.ask(ME, json!({})).await;
    kit.pass(Duration::seconds(1)).await;
    let after = ana.ask(ME, json!({})).await;

    assert_eq!(before.at("/viewer/staff/displayName"), "Ana");
    assert_eq!(after.code(), "UNAUTHENTICATED");
});

both!(who_is_no_longer_here_is_out_at_once, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    let row = staff::Entity::find_by_id((kit.organization, ana.id)).one(&kit.db).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    row.active = Set(false);
    row.update(&kit.db).await.unwrap();

    let answer = ana.ask(ME, json!({})).await;
    let again = sign_in(&kit.stranger(), &ana.email, PASSWORD).await;

    assert_eq!(answer.code(), "UNAUTHENTICATED");
    assert_eq!(again.code(), "UNAUTHENTICATED");
});

both!(the_store_holds_hashes_and_no_secret, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let wall = kit.display(&cedar, &ana).await;
    let (_, codes) = kit.screen().await;
    let confirmed = json!({ "userCode": codes["userCode"], "careTeamId": cedar, "name": "Hall" });
    ana.act("confirmDisplay", confirmed).await.data();
    let (_, waiting) = kit.screen().await;
    ana.act("setPin", json!({ "pin": "720946" })).await.data();

    let sessions = session::Entity::find().all(&kit.db).await.unwrap();
    let people = staff::Entity::find().all(&kit.db).await.unwrap();
    let displays = entity::display::Entity::find().all(&kit.db).await.unwrap();

    assert_eq!(sessions.len(), 2);
    for (session, token) in sessions.iter().zip([ana.token(), wall.token.as_deref().unwrap()]) {
        assert_eq!(session.token_hash.len(), 32);
        assert_ne!(session.token_hash, token.as_bytes());
    }
    let pins = entity::staff_pin::Entity::find().all(&kit.db).await.unwrap();
    let requests = entity::pairing_request::Entity::find().all(&kit.db).await.unwrap();
    assert_eq!((pins.len(), requests.len()), (1, 1));
    let stored = format!("{sessions:?} {people:?} {displays:?} {pins:?} {requests:?}");
    let codes = [&codes, &waiting].map(|codes| [codes["userCode"].clone(), codes["deviceCode"].clone()]).concat();
    let secrets = [ana.token(), wall.token.as_deref().unwrap(), PASSWORD, "720946"];
    for secret in secrets.into_iter().chain(codes.iter().map(|code| code.as_str().unwrap())) {
        assert!(!stored.contains(secret), "a secret in the store");
    }
    assert!(people.iter().all(|person| person.password_hash.as_deref().unwrap().starts_with("$argon2id$")));
});

both!(an_empty_question_about_oneself_shows_nobody_else, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    kit.nurse("Mei", "Maple").await;

    let answer = ana.ask("query Me { viewer { staff { id } careTeams { name } isDisplay } }", json!({})).await;

    let expected: Value =
        json!({ "staff": { "id": ana.id.to_string() }, "careTeams": [{ "name": "Cedar" }], "isDisplay": false });
    assert_eq!(answer.at("/viewer"), &expected);
});
