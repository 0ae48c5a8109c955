//! The second factor.
use super::{App, ME, challenge, enrols, next_step, sign_in, strictly};
use chrono::Duration;
use entity::staff::StaffRole;
use serde_json::{Value, json};
use tests::{Browser, Kit, Socket, authenticator, both, kit::PASSWORD, people::act};

async fn completes(browser: &Browser, challenge: &str, field: &str, proof: &str) -> tests::Answer {
    act(browser, "completeSignIn", json!({ "challenge": challenge, field: proof })).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_12_the_password_alone_opens_nothing_for_who_must_have_a_second_factor() {
    strictly(async |kit| {
        let (_, eva) = kit.hires("Eva", StaffRole::Manager, &[]).await;

        let first = sign_in(&kit.stranger(), &eva, PASSWORD).await;

        let next = next_step(&first);
        assert_eq!((&next["mustEnrol"], &next["methods"]), (&json!(true), &json!([])));
        assert_eq!(first.header("set-cookie"), "");
        let challenge = next["challenge"].as_str().unwrap();
        let bearer = kit.stranger().with_token(challenge);
        assert_eq!(bearer.ask(ME, json!({})).await.code(), "UNAUTHENTICATED");
        let team = json!({ "staffId": eva });
        assert_eq!(act(&bearer, "deactivateStaff", team).await.code(), "UNAUTHENTICATED");
        let mut socket = Socket::connect(kit.address).await;
        socket.init(challenge).await;
        assert_eq!(socket.next().await.close_code(), 4403);
        let skipped = completes(&kit.stranger(), challenge, "totpCode", "000000").await;
        assert_eq!(skipped.field(), "input.challenge", "a factor must be set up first");
        let (browser, _, codes) = enrols(kit, &eva).await;
        assert_eq!(codes.len(), 10);
        assert_eq!(browser.ask(ME, json!({})).await.at("/viewer/staff/role"), "MANAGER");
        let late = act(&kit.stranger(), "beginTotpEnrolment", json!({ "challenge": challenge })).await;
        assert_eq!(late.code(), "UNAUTHENTICATED", "of two who know the password the first one sets up the factor");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_works_once_and_in_its_minute_only() {
    strictly(async |kit| {
        let (_, eva) = kit.hires("Eva", StaffRole::Manager, &[]).await;
        let (_, app, _) = enrols(kit, &eva).await;
        let stranger = kit.stranger();
        let next = next_step(&sign_in(&stranger, &eva, PASSWORD).await);
        assert_eq!((&next["mustEnrol"], &next["methods"]), (&json!(false), &json!(["TOTP", "RECOVERY_CODE"])));
        let challenge = next["challenge"].as_str().unwrap().to_owned();

        let again = completes(&stranger, &challenge, "totpCode", &app.code(kit)).await;
        assert_eq!((again.code(), again.field()), ("BAD_USER_INPUT", "input.totpCode"), "the one of setting up");
        kit.pass(Duration::seconds(90)).await;
        let stale = authenticator::code(&app.0, kit.app.clock.now() - Duration::seconds(60));
        assert_eq!(completes(&stranger, &challenge, "totpCode", &stale).await.code(), "BAD_USER_INPUT");
        let slow = authenticator::code(&app.0, kit.app.clock.now() - Duration::seconds(30));
        let entered = completes(&stranger, &challenge, "totpCode", &slow).await;

        assert_eq!(entered.at("/completeSignIn/viewer/staff/displayName"), "Eva", "half a minute late is in time");
        assert_eq!(
            completes(&stranger, &challenge, "totpCode", &app.code(kit)).await.code(),
            "UNAUTHENTICATED",
            "used"
        );
        let other = super::challenge(&sign_in(&stranger, &eva, PASSWORD).await);
        kit.pass(Duration::minutes(5)).await;
        assert_eq!(
            completes(&stranger, &other, "totpCode", &app.code(kit)).await.code(),
            "UNAUTHENTICATED",
            "too late"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_06_wrong_codes_end_the_step_and_make_wait() {
    strictly(async |kit| {
        let (_, eva) = kit.hires("Eva", StaffRole::Manager, &[]).await;
        let (_, app, _) = enrols(kit, &eva).await;
        kit.pass(Duration::minutes(1)).await;
        let stranger = kit.stranger();
        let first = challenge(&sign_in(&stranger, &eva, PASSWORD).await);
        let wrong = if app.code(kit) == "123456" { "654321" } else { "123456" };
        for _ in 0..5 {
            assert_eq!(completes(&stranger, &first, "totpCode", wrong).await.field(), "input.totpCode");
        }
        assert_eq!(completes(&stranger, &first, "totpCode", &app.code(kit)).await.code(), "UNAUTHENTICATED");

        let second = challenge(&sign_in(&stranger, &eva, PASSWORD).await);
        let early = completes(&stranger, &second, "totpCode", &app.code(kit)).await;

        assert_eq!(early.code(), "RATE_LIMITED", "a new step does not begin the count anew");
        kit.pass(Duration::seconds(1)).await;
        completes(&stranger, &second, "totpCode", &app.code(kit)).await.data();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recovery_code_stands_once_for_a_lost_device() {
    strictly(async |kit| {
        let (_, eva) = kit.hires("Eva", StaffRole::Manager, &[]).await;
        let (browser, _, codes) = enrols(kit, &eva).await;
        let stranger = kit.stranger();
        let step = challenge(&sign_in(&stranger, &eva, PASSWORD).await);

        let entered = completes(&stranger, &step, "recoveryCode", &codes[3].to_lowercase().replace('-', " ")).await;

        assert_eq!(entered.at("/completeSignIn/viewer/staff/displayName"), "Eva");
        let step = challenge(&sign_in(&stranger, &eva, PASSWORD).await);
        assert_eq!(completes(&stranger, &step, "recoveryCode", &codes[3]).await.field(), "input.recoveryCode");
        let left = "{ viewer { recoveryCodesLeft secondFactorRequired factors { id kind label } } }";
        let seen = browser.ask(left, json!({})).await;
        assert_eq!(seen.at("/viewer/recoveryCodesLeft"), 9);
        assert_eq!(seen.at("/viewer/secondFactorRequired"), true);
        assert_eq!(seen.at("/viewer/factors/0/label"), "Authenticator app");
        let renewed = act(&browser, "renewRecoveryCodes", json!({})).await;
        assert_eq!(renewed.at("/renewRecoveryCodes/recoveryCodes").as_array().unwrap().len(), 10);
        assert_eq!(completes(&stranger, &step, "recoveryCode", &codes[4]).await.code(), "BAD_USER_INPUT", "void");
        let last = act(&browser, "removeFactor", json!({ "factorId": seen.at("/viewer/factors/0/id") })).await;
        assert_eq!(last.code(), "FORBIDDEN", "who must have one keeps the last");
    })
    .await;
}

both!(who_need_not_have_a_factor_may_have_one, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    let begun = ana.act("beginTotpEnrolment", json!({})).await;
    let app = App(begun.text_at("/beginTotpEnrolment/secret"));
    let uri = begun.text_at("/beginTotpEnrolment/uri");
    assert!(uri.starts_with("otpauth://totp/Huddle:") && uri.contains(&format!("secret={}", app.0)), "{uri}");
    let input =
        json!({ "challenge": begun.at("/beginTotpEnrolment/challenge"), "code": app.code(kit), "label": "Phone" });
    let mei = kit.nurse("Mei", "Cedar").await;
    assert_eq!(mei.act("confirmTotpEnrolment", input.clone()).await.field(), "input.challenge", "another's step");

    let done = ana.act("confirmTotpEnrolment", input).await;

    assert_eq!(done.at("/confirmTotpEnrolment/factor/label"), "Phone");
    assert_eq!(done.at("/confirmTotpEnrolment/signIn"), &Value::Null);
    kit.pass(Duration::seconds(30)).await;
    let step = challenge(&sign_in(&kit.stranger(), &ana.email, PASSWORD).await);
    completes(&kit.stranger(), &step, "totpCode", &app.code(kit)).await.data();
    let id = done.at("/confirmTotpEnrolment/factor/id").clone();
    kit.pass(Duration::minutes(5)).await;
    let stale = ana.act("removeFactor", json!({ "factorId": id })).await;
    assert_eq!(stale.code(), "FORBIDDEN");
    assert_eq!(stale.error()["extensions"]["reason"], "REAUTHENTICATE");
    let proved = ana.act("reauthenticate", json!({ "totpCode": app.code(kit) })).await;
    assert!(proved.at("/reauthenticate/session/recentUntil").is_string());
    let twice = ana.act("reauthenticate", json!({ "totpCode": app.code(kit) })).await;
    assert_eq!(twice.field(), "input.totpCode", "no code is taken twice");
    assert_eq!(ana.act("removeFactor", json!({ "factorId": id })).await.at("/removeFactor/factors"), &json!([]));
    sign_in(&kit.stranger(), &ana.email, PASSWORD).await.data();
});

both!(the_store_holds_no_secret_of_a_factor_in_the_clear, async |kit: &Kit| {
    let ana = kit.nurse("Ana", "Cedar").await;
    let begun = ana.act("beginTotpEnrolment", json!({})).await;
    let app = App(begun.text_at("/beginTotpEnrolment/secret"));
    let input = json!({ "challenge": begun.at("/beginTotpEnrolment/challenge"), "code": app.code(kit) });
    let done = ana.act("confirmTotpEnrolment", input).await;
    use sea_orm::EntityTrait;

    let factors = entity::factor::Entity::find().all(&kit.db).await.unwrap();
    let codes = entity::recovery_code::Entity::find().all(&kit.db).await.unwrap();

    assert_eq!((factors.len(), codes.len()), (1, 10));
    let raw = factors[0].secret.clone();
    assert!(raw.len() >= 20 + 12 + 16, "nonce, secret, and seal");
    let stored = format!("{codes:?} {}", String::from_utf8_lossy(&raw));
    for code in done.at("/confirmTotpEnrolment/recoveryCodes").as_array().unwrap() {
        assert!(!stored.contains(code.as_str().unwrap()));
    }
    assert!(!stored.contains(&app.0));
});
