//! Attacks on the ways in besides a password: the provider's tokens, wall displays, integrations.
use crate::access::oidc::{Way, claims, on_each};
use entity::integration_token::TokenScope;
use serde_json::{Value, json};
use tests::{
    Feed, Frame, Kit, Socket, both,
    people::act,
    provider::{SECRET, altered, signed_by_nobody, signed_by_secret},
};

const ME: &str = "query Me { viewer { isDisplay } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_03_a_forged_identity_token_lets_nobody_in() {
    on_each(
        |_| {},
        async |kit, provider| {
            let honest = |claims: Value| provider.signs(&claims);
            let changed = |claims: &Value, name: &str, value: Value| {
                let mut claims = claims.clone();
                claims[name] = value;
                claims
            };
            for attack in 0..18 {
                let way = Way::begin(kit, "").await;
                let good = claims(kit, provider, &way.nonce);
                let now = kit.app.clock.now().timestamp();
                let (what, token) = match attack {
                    0 => ("no signature, and says so", signed_by_nobody(&good)),
                    1 => (
                        "the public key as a shared secret",
                        signed_by_secret(Some("one"), &provider.public_bytes(), &good),
                    ),
                    2 => ("our own secret as the provider's key", signed_by_secret(None, SECRET.as_bytes(), &good)),
                    3 => ("an empty secret", signed_by_secret(Some("one"), b"", &good)),
                    4 => (
                        "claims changed under a good signature",
                        altered(&honest(good.clone()), &changed(&good, "sub", json!("x"))),
                    ),
                    5 => ("the signature cut off", honest(good).rsplit_once('.').unwrap().0.to_owned() + "."),
                    6 => {
                        ("a key that there is not", provider.signs_with(json!({ "alg": "ES256", "kid": "two" }), &good))
                    }
                    7 => (
                        "a good key under another algorithm",
                        provider.signs_with(json!({ "alg": "RS256", "kid": "one" }), &good),
                    ),
                    8 => ("none, spelled to slip by", provider.signs_with(json!({ "alg": "nOnE" }), &good)),
                    9 => ("another audience", honest(changed(&good, "aud", json!("somebody")))),
                    10 => ("an audience besides ours", honest(changed(&good, "aud", json!(["huddle", "somebody"])))),
                    11 => ("another party", honest(changed(&good, "azp", json!("somebody")))),
                    12 => ("another issuer", honest(changed(&good, "iss", json!("https://evil.test")))),
                    13 => ("expired by more than a minute", honest(changed(&good, "exp", json!(now - 61)))),
                    14 => ("of the future", honest(changed(&good, "iat", json!(now + 61)))),
                    15 => ("another sign-in's nonce", honest(changed(&good, "nonce", json!("other")))),
                    16 => ("a key of its own in the header", {
                        let header = json!({ "alg": "ES256", "kid": "two", "jwk": { "kty": "EC" }, "crit": ["jwk"] });
                        provider.signs_with(header, &good)
                    }),
                    _ => ("no token", "x".to_owned()),
                };
                provider.gives(token);
                let answer = way.ends().await;
                assert_eq!(answer.status, 303, "{what}: {answer}");
                assert_eq!(answer.header("location"), "/signin?failed=not-trusted", "{what}");
                let set: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
                assert!(set.iter().all(|cookie| !cookie.to_str().unwrap().starts_with("huddle_session")), "{what}");
            }
            // And what is off by no more than clocks are is not refused.
            let way = Way::begin(kit, "").await;
            let good = claims(kit, provider, &way.nonce);
            let now = kit.app.clock.now().timestamp();
            provider.gives(honest(changed(&changed(&good, "exp", json!(now - 59)), "iat", json!(now + 59))));
            assert_eq!(way.ends().await.status, 200);
        },
    )
    .await;
}

both!(case_05_a_revoked_display_or_token_is_refused_on_an_open_socket_too, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ada) = (kit.nurse("Ana", "Cedar").await, kit.administrator("Ada").await);
    let (wall, display) = kit.display_called("Hall", &cedar, &ana).await;
    let (program, token) = kit.integration_with("Registry", &[TokenScope::Read]).await;

    for (browser, mutation, input) in [
        (&wall, "revokeDisplay", json!({ "displayId": display })),
        (&program, "revokeIntegrationToken", json!({ "integrationTokenId": token })),
    ] {
        let secret = browser.token.as_deref().unwrap();
        let mut socket = Socket::signed_in(kit.address, secret).await;
        let mut feed = Feed::open(kit.address, secret, &cedar, None).await;

        ada.act(mutation, input).await.data();

        assert_eq!(feed.end().await, "UNAUTHENTICATED", "{mutation}");
        socket.subscribe("1", ME, json!({})).await;
        let replayed = socket.next().await;
        assert!(!matches!(&replayed, Frame::Json(message) if message["type"] == "next"), "{mutation}: {replayed:?}");
        assert_eq!(browser.ask(ME, json!({})).await.code(), "UNAUTHENTICATED", "{mutation}");
    }
});

both!(case_13_one_code_lets_one_screen_in_and_each_place_has_a_session_of_its_own, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let (screen, codes) = kit.screen().await;
    let confirmed = json!({ "userCode": codes["userCode"], "careTeamId": cedar, "name": "Hall" });
    ana.act("confirmDisplay", confirmed).await.data();
    let code = json!({ "pairingCode": codes["deviceCode"] });
    let second = kit.stranger();

    let (one, other) = tokio::join!(act(&screen, "pairDisplay", code.clone()), act(&second, "pairDisplay", code));

    let paired = [&one, &other].into_iter().filter(|answer| answer.body.get("errors").is_none()).count();
    assert_eq!(paired, 1, "{one} {other}");
    let wall = kit.display(&cedar, &ana).await;
    ana.act("setPin", json!({ "pin": "720946" })).await.data();
    let task = ana.creates(&cedar, "Call").await;
    ana.claims(&task).await.data();
    act(&wall, "actOnDisplay", json!({ "staffId": ana.id.to_string(), "pin": "720946" })).await.data();
    act(&wall, "releaseTask", json!({ "taskId": task })).await.data();
    let record = kit.audit().await;
    let session = |operation: &str| record.iter().find(|row| row.operation == operation).unwrap();
    let (desk, hall) = (session("tasks.claim"), session("tasks.release"));
    assert_eq!((desk.actor_id, hall.actor_id), (Some(ana.id), Some(ana.id)));
    assert_ne!(desk.session_id, hall.session_id, "the record tells the two places apart");
});

both!(case_24_nothing_that_names_a_patient_reaches_a_wall_even_while_somebody_acts_there, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let new = tests::NewPatient::called("Rosa Canaria");
    let mrn = new.mrn.clone();
    let rosa = kit.patient_with(new, "Cedar").await.to_string();
    let task = ana.creates_with(&cedar, "Call", json!({ "patientId": rosa, "instructions": "Mrs Canaria" })).await;
    let wall = kit.display(&cedar, &ana).await;
    ana.act("setPin", json!({ "pin": "720946" })).await.data();
    act(&wall, "actOnDisplay", json!({ "staffId": ana.id.to_string(), "pin": "720946" })).await.data();

    let secrets = "displayName mrn birthDate statusNote identifiers { value } contacts { phone }";
    let document = format!(
        "mutation Act($task: ID!, $rosa: ID!) {{
           one: claimTask(input: {{ taskId: $task }}) {{ task {{ instructions alias: patient {{ ...Secrets }} }} }}
           two: setPatientStatus(input: {{ patientId: $rosa, status: WATCH, note: \"Canaria fell\" }}) {{
             patient {{ ...Secrets tasks {{ nodes {{ patient {{ ...Secrets }} instructions }} }} }} }} }}
         fragment Secrets on Patient {{ {secrets} }}"
    );
    let answer = wall.ask(&document, json!({ "task": task, "rosa": rosa })).await;

    assert_eq!(answer.at("/two/patient/displayName"), "R. C.");
    for secret in ["Canaria", &mrn, "1951-07-09"] {
        assert!(!answer.text.contains(secret), "{secret} in {answer}");
    }
});

both!(case_31_an_administrator_finds_nothing_of_another_organization, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let (wall, display) = kit.display_called("Hall", &cedar, &ana).await;
    let (program, token) = kit.integration_with("Registry", &[TokenScope::Read]).await;
    let (_, codes) = kit.screen().await;
    let elm = kit.practice("Elm Clinic").await;

    for stranger in [elm.administrator("Ada").await, elm.manager("Mia").await] {
        for (mutation, input) in [
            ("confirmDisplay", json!({ "userCode": codes["userCode"], "careTeamId": cedar, "name": "Mine" })),
            ("renameDisplay", json!({ "displayId": display, "name": "Mine" })),
            ("revokeDisplay", json!({ "displayId": display })),
            ("revokeIntegrationToken", json!({ "integrationTokenId": token })),
            ("addCareTeamMember", json!({ "careTeamId": cedar, "staffId": stranger.id.to_string() })),
        ] {
            assert_eq!(stranger.act(mutation, input).await.code(), "NOT_FOUND", "{mutation}");
        }
        for id in [&display, &token] {
            let node = stranger.ask("query N($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
            assert_eq!(node.code(), "NOT_FOUND", "{id}");
        }
        assert_eq!(stranger.ask("query D { displays { id } }", json!({})).await.at("/displays"), &json!([]));
    }
    for browser in [&wall, &program] {
        browser.ask(ME, json!({})).await.data();
    }
});
