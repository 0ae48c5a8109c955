//! Sign-in by the operator's provider: whom it lets in as what, and whom not.
use api::{
    Clock,
    people::oidc::settings::{Mfa, Secret, Settings},
};
use chrono::Duration;
use entity::{audit_entry::AuditKind, staff::StaffRole};
use http::{Method, header};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tests::{
    Answer, Browser, Kind, Kit, kit,
    provider::{CLIENT, Provider, SECRET},
};

const ME: &str = "query Me { viewer { staff { id displayName role } careTeams { name } } }";

pub async fn on_each(settle: impl Fn(&mut Settings), promise: impl AsyncFn(&Kit, &Provider)) {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let provider = Provider::start().await;
        let pair = |group: &str, other: &str| (group.to_owned(), other.to_owned());
        let mut settings = Settings {
            name: "Riverside sign-on".to_owned(),
            issuer: provider.issuer.clone(),
            client_id: CLIENT.to_owned(),
            client_secret: Some(Secret(SECRET.to_owned())),
            scopes: vec!["profile".to_owned(), "email".to_owned()],
            groups_claim: "groups".to_owned(),
            roles: vec![("nurses".to_owned(), StaffRole::Nurse), ("leads".to_owned(), StaffRole::CareCoordinator)],
            teams: vec![pair("cedar", "Cedar"), pair("maple", "Maple")],
            mfa: Mfa::Trust,
            public_url: "http://127.0.0.1:1".to_owned(),
            organization: Some("Practice".to_owned()),
        };
        settle(&mut settings);
        let config = api::Config { oidc: Some(settings), ..kit::config() };
        let kit = Kit::start_with(kind, Clock::set_to(kit::morning()), config).await;
        promise(&kit, &provider).await;
        kit.end().await;
    }
}

/// Somebody on the way to the provider and back.
pub struct Way {
    browser: Browser,
    pub url: String,
    pub state: String,
    pub nonce: String,
    pub cookie: String,
}

fn parameter(url: &str, name: &str) -> String {
    let pairs = url.split_once('?').map(|(_, query)| query.split('&')).into_iter().flatten();
    pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).unwrap_or_default().1.to_owned()
}

fn cookies(answer: &Answer) -> Vec<String> {
    answer.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

impl Way {
    pub async fn begin(kit: &Kit, next: &str) -> Self {
        let browser = kit.stranger();
        let answer = browser.get(&format!("/auth/oidc/start{next}")).await;
        assert_eq!(answer.status, 303, "{answer}");
        let url = answer.header("location").to_owned();
        let cookie = cookies(&answer).remove(0);
        assert!(cookie.contains("; Path=/auth/oidc; HttpOnly; SameSite=Lax; Max-Age=600"), "{cookie}");
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self { browser, state: parameter(&url, "state"), nonce: parameter(&url, "nonce"), url, cookie }
    }

    pub async fn comes_back(&self, query: &str, cookie: &str) -> Answer {
        let request = self.browser.request(Method::GET, &format!("/auth/oidc/callback?{query}"));
        self.browser.send(request.header(header::COOKIE, cookie), "").await
    }

    pub async fn ends(&self) -> Answer {
        self.comes_back(&format!("code=code&state={}", self.state), &self.cookie).await
    }
}

pub fn claims(kit: &Kit, provider: &Provider, nonce: &str) -> Value {
    let now = kit.app.clock.now().timestamp();
    json!({ "iss": provider.issuer, "aud": CLIENT, "sub": "ana-1", "iat": now, "exp": now + 300, "nonce": nonce,
            "email": "Ana@clinic.example", "email_verified": true, "name": "Ana Ruiz", "groups": ["nurses", "cedar"] })
}

fn with(mut claims: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

/// Goes the whole way with an honest token that says this besides the usual.
async fn signs_in(kit: &Kit, provider: &Provider, changes: Value) -> Answer {
    let way = Way::begin(kit, "").await;
    provider.gives(provider.signs(&with(claims(kit, provider, &way.nonce), changes)));
    way.ends().await
}

/// Somebody who came through, as their browser goes on.
fn session(kit: &Kit, answer: &Answer) -> Browser {
    assert_eq!(answer.status, 200, "{answer} {:?}", answer.headers);
    let cookies = cookies(answer);
    let session = cookies.iter().find_map(|cookie| cookie.strip_prefix("huddle_session=")).expect("a session");
    kit.stranger().with_token(session.split(';').next().unwrap())
}

fn failed(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{answer}");
    answer.header("location").strip_prefix("/signin?failed=").unwrap_or("?")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_the_provider_vouches_for_is_signed_in_with_the_role_and_teams_of_their_groups() {
    on_each(
        |_| {},
        async |kit, provider| {
            let way = Way::begin(kit, "?next=/board%3Fteam=1").await;
            let challenge = parameter(&way.url, "code_challenge");
            assert!(way.url.starts_with(&format!("{}/authorize?response_type=code&client_id=huddle", provider.issuer)));
            assert_eq!(parameter(&way.url, "code_challenge_method"), "S256");
            assert_eq!(parameter(&way.url, "scope"), "openid+profile+email");
            provider.gives(provider.signs(&claims(kit, provider, &way.nonce)));

            let arrived = way.ends().await;

            let verifier = provider.was_sent("code_verifier");
            use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
            assert_eq!(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)), challenge, "PKCE");
            assert_eq!(provider.was_sent("redirect_uri"), "http://127.0.0.1:1/auth/oidc/callback");
            assert!(arrived.text.contains("content=\"0;url=/board?team=1\""), "{arrived}");
            assert!(!arrived.text.contains("<script"), "{arrived}");
            assert_eq!(arrived.header("cache-control"), "no-store");
            let set = cookies(&arrived);
            assert!(set[0].contains("HttpOnly; SameSite=Strict"), "{set:?}");
            assert!(set[1].starts_with("huddle_oidc=; ") && set[1].contains("Max-Age=0"), "{set:?}");
            let me = session(kit, &arrived).ask(ME, json!({})).await;
            assert_eq!(me.at("/viewer/staff/displayName"), "Ana Ruiz");
            assert_eq!(me.at("/viewer/staff/role"), "NURSE");
            assert_eq!(me.at("/viewer/careTeams"), &json!([{ "name": "Cedar" }]));
            let ana = entity::staff::Entity::find().one(&kit.db).await.unwrap().unwrap();
            assert_eq!((ana.email.as_deref(), ana.password_hash), (Some("ana@clinic.example"), None));
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn role_and_teams_follow_the_groups_at_every_sign_in_and_that_is_on_record() {
    on_each(
        |_| {},
        async |kit, provider| {
            let first = session(kit, &signs_in(kit, provider, json!({})).await);
            let id = first.ask(ME, json!({})).await.text_at("/viewer/staff/id");
            let team = kit.team_id("Elm").await;
            api::care_teams::service::add_member(&kit.cx(), team, id.parse().unwrap(), None).await.unwrap();
            let before = kit.audit().await.len();

            let changed = json!({ "groups": ["leads", "maple"], "email": "another@clinic.example" });
            let second = session(kit, &signs_in(kit, provider, changed).await);

            let me = second.ask(ME, json!({})).await;
            assert_eq!(
                me.at("/viewer/staff/id"),
                &json!(id),
                "known by the provider's name for her, not by the address"
            );
            assert_eq!(me.at("/viewer/staff/role"), "CARE_COORDINATOR");
            let teams = json!([{ "name": "Elm" }, { "name": "Maple" }]);
            assert_eq!(me.at("/viewer/careTeams"), &teams, "Elm is none of the operator's teams: it stays");
            assert_eq!(first.ask(ME, json!({})).await.at("/viewer/careTeams"), &teams, "also in the session of before");
            let written = kit.audit().await.split_off(before);
            let about_her = |row: &&entity::audit_entry::Model| {
                row.kind == AuditKind::Write && row.entity_type.as_deref() == Some("staff")
            };
            assert!(written.iter().filter(about_her).count() >= 3, "{written:?}");
            assert!(written.iter().any(|row| row.kind == AuditKind::SignIn));

            let third = session(kit, &signs_in(kit, provider, json!({ "groups": ["leads", "nurses"] })).await);
            let role = third.ask(ME, json!({})).await;
            assert_eq!(role.at("/viewer/staff/role"), "NURSE", "the first role that the operator gave counts");
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_who_is_here_already_is_found_by_a_verified_address_and_once() {
    on_each(
        |_| {},
        async |kit, provider| {
            let (id, email) = kit.hires("Ana", StaffRole::Nurse, &[]).await;
            let unverified = signs_in(kit, provider, json!({ "email": email, "email_verified": false })).await;
            assert_eq!(failed(&unverified), "no-email");

            let hers = session(kit, &signs_in(kit, provider, json!({ "email": email })).await);
            assert_eq!(hers.ask(ME, json!({})).await.at("/viewer/staff/id"), &json!(id.to_string()));
            let somebody_else = signs_in(kit, provider, json!({ "email": email, "sub": "another-2" })).await;
            assert_eq!(failed(&somebody_else), "taken", "an address that was given to somebody else since");

            let elm = kit.practice("Elm Clinic").await;
            let (_, theirs) = elm.hires("Eva", StaffRole::Nurse, &[]).await;
            let foreign = signs_in(kit, provider, json!({ "email": theirs, "sub": "eva-3" })).await;
            assert_eq!(failed(&foreign), "taken", "another organization's people are not the provider's");
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_come_in_is_told_why_and_it_is_on_record() {
    on_each(
        |_| {},
        async |kit, provider| {
            for (changes, word) in [
                (json!({ "groups": [] }), "no-role"),
                (json!({ "groups": ["Nurses", "cedar"] }), "no-role"),
                (json!({ "groups": null }), "no-role"),
                (json!({ "email": null }), "no-email"),
            ] {
                assert_eq!(failed(&signs_in(kit, provider, changes).await), word);
            }
            signs_in(kit, provider, json!({})).await;
            let ana = entity::staff::Entity::find().one(&kit.db).await.unwrap().unwrap();
            let id = ana.id;
            let mut row = ana.into_active_model();
            row.active = Set(false);
            row.update(&kit.db).await.unwrap();

            assert_eq!(failed(&signs_in(kit, provider, json!({})).await), "inactive");

            let refused: Vec<_> = kit.audit().await.into_iter().filter(|row| row.kind == AuditKind::Refused).collect();
            assert_eq!(refused.len(), 5);
            assert_eq!(refused[4].entity_id, Some(id.0));
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_it_is_asked_for_the_provider_says_that_a_second_factor_was_used() {
    on_each(
        |settings| settings.mfa = Mfa::Amr,
        async |kit, provider| {
            for changes in [json!({}), json!({ "amr": ["pwd"] }), json!({ "acr": "1" })] {
                assert_eq!(failed(&signs_in(kit, provider, changes).await), "second-factor");
            }
            for changes in [json!({ "amr": ["pwd", "mfa"] }), json!({ "acr": "https://refeds.org/profile/mfa" })] {
                session(kit, &signs_in(kit, provider, changes).await).ask(ME, json!({})).await.data();
            }
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_comes_back_with_what_it_left_with_and_in_time() {
    on_each(
        |_| {},
        async |kit, provider| {
            let (way, other) = (Way::begin(kit, "").await, Way::begin(kit, "").await);
            provider.gives(provider.signs(&claims(kit, provider, &way.nonce)));
            let back = |state: &str| format!("code=code&state={state}");

            assert_eq!(failed(&way.comes_back(&back(&way.state), "").await), "expired", "without its cookie");
            assert_eq!(failed(&way.comes_back(&back(&other.state), &way.cookie).await), "expired");
            assert_eq!(failed(&way.comes_back(&back(&way.state), &other.cookie).await), "expired");
            assert_eq!(failed(&way.comes_back("code=code", &way.cookie).await), "expired");
            let forged = format!("{}x", way.cookie);
            assert_eq!(failed(&way.comes_back(&back(&way.state), &forged).await), "expired");
            let denied = format!("error=access_denied&state={}", way.state);
            assert_eq!(failed(&way.comes_back(&denied, &way.cookie).await), "cancelled");
            let mixed = format!("{}&iss=https://evil.test", back(&way.state));
            assert_eq!(failed(&way.comes_back(&mixed, &way.cookie).await), "not-trusted");
            let stolen = back(&way.state).replace("code=code", "code=stolen");
            assert_eq!(failed(&way.comes_back(&stolen, &way.cookie).await), "not-trusted");
            kit.app.clock.set(kit.app.clock.now() + Duration::minutes(10));
            assert_eq!(failed(&way.ends().await), "expired");
            let evil = Way::begin(kit, "?next=//evil.test/").await;
            provider.gives(provider.signs(&claims(kit, provider, &evil.nonce)));
            assert!(evil.ends().await.text.contains("content=\"0;url=/\""));
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_signs_with_a_new_key_is_asked_for_it_and_not_by_everybody_who_forges() {
    on_each(
        |_| {},
        async |kit, provider| {
            let way = Way::begin(kit, "").await;
            kit.app.clock.set(kit.app.clock.now() + Duration::minutes(2));
            provider.gives(provider.signs_with_a_new_key(&claims(kit, provider, &way.nonce)));

            session(kit, &way.ends().await).ask(ME, json!({})).await.data();

            let asked = provider.asked_for_keys();
            for _ in 0..5 {
                let way = Way::begin(kit, "").await;
                let header = json!({ "alg": "ES256", "kid": "made-up" });
                provider.gives(provider.signs_with(header, &claims(kit, provider, &way.nonce)));
                assert_eq!(failed(&way.ends().await), "not-trusted");
            }
            assert_eq!(provider.asked_for_keys(), asked, "at most once a minute");
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_provider_other_ways_in_still_work() {
    on_each(
        |_| {},
        async |kit, provider| {
            let ana = kit.nurse("Ana", "Cedar").await;
            Way::begin(kit, "").await;
            let options = "query Ways { signInOptions { password oidc { name startPath } } }";
            let expected = json!({ "name": "Riverside sign-on", "startPath": "/auth/oidc/start" });
            assert_eq!(kit.stranger().ask(options, json!({})).await.at("/signInOptions/oidc"), &expected);
            provider.goes_away();
            kit.app.clock.set(kit.app.clock.now() + Duration::minutes(1));

            let away = kit.stranger().get("/auth/oidc/start").await;

            assert_eq!(failed(&away), "provider-away");
            ana.ask(ME, json!({})).await.data();
            kit.nurse("Ben", "Cedar").await.ask(ME, json!({})).await.data();
        },
    )
    .await;
    let kit = Kit::start(Kind::Sqlite).await;
    assert_eq!(kit.stranger().get("/auth/oidc/start").await.status, 404, "where none is set up");
    let options = kit.stranger().ask("query Ways { signInOptions { password oidc { name } } }", json!({})).await;
    assert_eq!(options.at("/signInOptions"), &json!({ "password": true, "oidc": null }));
    kit.end().await;
}

#[test]
fn what_could_not_be_meant_is_refused_before_anything_is_opened() {
    let refused = |more: &[&str]| {
        let usual = ["serve", "--oidc-client-id", "huddle", "--public-url", "https://huddle.example"];
        let output = tests::process::run(&[&usual[..], more].concat());
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for (more, word) in [
        (&["--oidc-issuer", "http://id.example", "--oidc-role", "a=nurse"][..], "https://"),
        (&["--oidc-issuer", "https://id.example"], "--oidc-role"),
        (&["--oidc-issuer", "https://id.example", "--oidc-role", "a=king"], "king"),
        (&["--oidc-issuer", "https://id.example", "--oidc-role", "nurse"], "GROUP=NAME"),
    ] {
        let (status, complaint) = refused(more);
        assert_eq!((status, complaint.lines().count()), (Some(2), 1), "{complaint}");
        assert!(complaint.contains(word), "{complaint}");
    }
}
