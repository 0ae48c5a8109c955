//! Accounts: signing in, staying in, and who is let in by whom.
mod admin;
mod factors;
mod guessing;
mod links;
mod passkeys;
mod sessions;

use api::{Clock, Config, config::SecondFactor};
use chrono::Duration;
use serde_json::{Value, json};
use tests::{Answer, Browser, Kind, Kit, authenticator, browser::PATIENCE, kit, people::act};

/// As a server is that nobody configured: half an hour, twelve hours, a second factor for who leads.
fn strict() -> Config {
    Config {
        session_length: Duration::hours(12),
        idle: Duration::minutes(30),
        second_factor: SecondFactor::Required,
        public_url: Some("https://huddle.example".to_owned()),
        ..kit::config()
    }
}

/// Keeps a promise on a strict server, on both databases.
async fn strictly(promise: impl AsyncFn(&Kit)) {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let kit = Kit::start_with(kind, Clock::set_to(kit::morning()), strict()).await;
        promise(&kit).await;
        kit.end().await;
    }
}

async fn sign_in(browser: &Browser, email: &str, password: &str) -> Answer {
    act(browser, "signIn", json!({ "email": email, "password": password })).await
}

/// What `signIn` says of the second step.
#[track_caller]
fn next_step(answer: &Answer) -> Value {
    assert_eq!(answer.code(), "UNAUTHENTICATED", "{answer}");
    answer.error()["extensions"]["secondFactor"].clone()
}

fn challenge(answer: &Answer) -> String {
    next_step(answer)["challenge"].as_str().unwrap_or_else(|| panic!("no challenge in {answer}")).to_owned()
}

/// An app on somebody's phone.
struct App(String);

impl App {
    fn code(&self, kit: &Kit) -> String {
        authenticator::code(&self.0, kit.app.clock.now())
    }
}

/// The first sign-in of who must have a second factor: sets up an app. Answers their browser, the app, and the codes.
async fn enrols(kit: &Kit, email: &str) -> (Browser, App, Vec<String>) {
    let stranger = kit.stranger();
    let challenge = challenge(&sign_in(&stranger, email, kit::PASSWORD).await);
    let begun = act(&stranger, "beginTotpEnrolment", json!({ "challenge": challenge })).await;
    let app = App(begun.text_at("/beginTotpEnrolment/secret"));
    let input = json!({ "challenge": challenge, "code": app.code(kit) });
    let done = act(&stranger, "confirmTotpEnrolment", input).await;
    let codes = done.at("/confirmTotpEnrolment/recoveryCodes").as_array().unwrap().clone();
    let codes = codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    let browser = stranger.with_token(done.text_at("/confirmTotpEnrolment/signIn/token"));
    (browser, app, codes)
}

/// Waits until something that was ordered has come about.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("not within {PATIENCE:?}: {what}"));
}

const ME: &str = "query Me { viewer { staff { displayName role } } }";
