//! How a wall display is paired, listed, renamed and revoked.
use chrono::Duration;
use serde_json::{Value, json};
use tests::{Answer, Browser, Feed, Kit, Person, both, people::act};

async fn pair(screen: &Browser, code: &Value) -> Answer {
    act(screen, "pairDisplay", json!({ "pairingCode": code })).await
}

async fn confirm(by: &Person, code: &str, team: &str) -> Answer {
    by.act("confirmDisplay", json!({ "userCode": code, "careTeamId": team, "name": "Huddle room" })).await
}

fn reason(answer: &Answer) -> &str {
    answer.error()["extensions"]["reason"].as_str().unwrap_or_default()
}

both!(a_screen_is_paired_like_a_television, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let (screen, codes) = kit.screen().await;
    let shown = codes["userCode"].as_str().unwrap();
    assert_eq!((shown.len(), shown.as_bytes()[4], &codes["interval"]), (9, b'-', &json!(3)), "{codes}");

    let early = pair(&screen, &codes["deviceCode"]).await;
    let by_the_shown_code = pair(&screen, &codes["userCode"]).await;
    let sloppy = format!(" {} {} ", shown[..4].to_lowercase(), &shown[5..]);
    let confirmed = confirm(&ana, &sloppy, &cedar).await;
    let paired = pair(&screen, &codes["deviceCode"]).await;
    let again = pair(&screen, &codes["deviceCode"]).await;
    let twice = confirm(&ana, shown, &cedar).await;

    assert_eq!((early.code(), reason(&early)), ("CONFLICT", "AUTHORIZATION_PENDING"));
    assert_eq!((by_the_shown_code.code(), reason(&by_the_shown_code)), ("BAD_USER_INPUT", "EXPIRED_TOKEN"));
    assert_eq!(confirmed.at("/confirmDisplay/display/careTeam/name"), "Cedar");
    assert_eq!(paired.at("/pairDisplay/viewer/isDisplay"), true);
    let cookie = paired.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("Max-Age=34560000"), "{cookie}");
    assert_eq!((again.code(), again.field(), reason(&again)), ("BAD_USER_INPUT", "input.pairingCode", "EXPIRED_TOKEN"));
    assert_eq!((twice.code(), twice.field()), ("BAD_USER_INPUT", "input.userCode"), "a code is confirmed once");
});

both!(a_code_that_nobody_confirms_ends_after_ten_minutes, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (screen, codes) = kit.screen().await;
    kit.pass(Duration::minutes(9)).await;
    let ana = kit.nurse("Ana", "Cedar").await;
    assert_eq!(reason(&pair(&screen, &codes["deviceCode"]).await), "AUTHORIZATION_PENDING");

    kit.pass(Duration::minutes(1)).await;
    let late = confirm(&ana, codes["userCode"].as_str().unwrap(), &cedar).await;

    assert_eq!((late.code(), late.field()), ("BAD_USER_INPUT", "input.userCode"));
    assert_eq!(reason(&pair(&screen, &codes["deviceCode"]).await), "EXPIRED_TOKEN");
});

both!(who_guesses_at_codes_has_five_tries, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let (_, codes) = kit.screen().await;
    let shown = codes["userCode"].as_str().unwrap();
    for _ in 0..5 {
        assert_eq!(confirm(&ana, "AAAA-AAAA", &cedar).await.code(), "BAD_USER_INPUT");
    }

    let right = confirm(&ana, shown, &cedar).await;

    assert_eq!(right.code(), "RATE_LIMITED");
    assert_eq!(right.error()["extensions"]["retryAfter"], 901, "{right}");
    confirm(&ben, shown, &cedar).await.data();
    kit.pass(Duration::minutes(15)).await;
    let (_, codes) = kit.screen().await;
    let ana = kit.enters("Ana", (ana.id, ana.email.clone())).await;
    confirm(&ana, codes["userCode"].as_str().unwrap(), &cedar).await.data();
});

both!(a_thousand_screens_may_wait_and_no_more, async |kit: &Kit| {
    use sea_orm::{EntityTrait, PaginatorTrait};
    let mut rows = Vec::new();
    for n in 0..1_000_u32 {
        rows.push(entity::pairing_request::ActiveModel {
            device_hash: sea_orm::Set(n.to_be_bytes().to_vec()),
            user_code_hash: sea_orm::Set(n.to_be_bytes().to_vec()),
            expires_at: sea_orm::Set(kit.app.clock.now() + Duration::minutes(10)),
        });
    }
    entity::pairing_request::Entity::insert_many(rows).exec_without_returning(&kit.db).await.unwrap();
    let asks = async || kit.stranger().ask("mutation Ask { requestDisplayPairing { userCode } }", json!({})).await;

    assert_eq!(asks().await.code(), "RATE_LIMITED");

    kit.pass(Duration::minutes(10)).await;
    asks().await.data();
    assert_eq!(
        entity::pairing_request::Entity::find().count(&kit.db).await.unwrap(),
        1,
        "what is over is cleared away"
    );
});

both!(a_display_is_listed_with_who_paired_it_and_whether_it_is_there, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, eva, ada) = (kit.nurse("Ana", "Cedar").await, kit.manager("Eva").await, kit.administrator("Ada").await);
    let mei = kit.nurse("Mei", "Maple").await;
    let (wall, id) = kit.display_called("Hall", &cedar, &ana).await;
    let read = "query Displays { displays { id name careTeam { name } pairedBy { displayName } online lastSeenAt } }";
    let list = async |by: &Person| by.ask(read, json!({})).await.at("/displays").clone();

    let shown = list(&eva).await;
    assert_eq!(
        shown,
        json!([{ "id": id, "name": "Hall", "careTeam": { "name": "Cedar" }, "pairedBy": { "displayName": "Ana" },
                 "online": true, "lastSeenAt": "2026-11-23T14:00:00Z" }])
    );
    assert_eq!((list(&ana).await, list(&ada).await, list(&mei).await), (shown.clone(), shown, json!([])));
    kit.pass(Duration::minutes(3)).await;
    assert_eq!(list(&eva).await[0]["online"], false);
    wall.ask("query Me { viewer { display { id name } } }", json!({})).await.data();
    let seen = async {
        while list(&eva).await[0]["lastSeenAt"] != "2026-11-23T14:03:00Z" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(tests::browser::PATIENCE, seen).await.expect("it is written down beside the request");
    assert_eq!(list(&eva).await[0]["online"], true);

    let renamed = ana.act("renameDisplay", json!({ "displayId": id, "name": " Lobby " })).await;
    assert_eq!(renamed.at("/renameDisplay/display/name"), "Lobby");
    assert_eq!(
        wall.ask("query Me { viewer { display { name } } }", json!({})).await.at("/viewer/display/name"),
        "Lobby"
    );
    assert_eq!(wall.ask(read, json!({})).await.code(), "FORBIDDEN");
    for stranger in [&mei, &kit.practice("Elm Clinic").await.manager("Mia").await] {
        for (mutation, input) in
            [("revokeDisplay", json!({ "displayId": id })), ("renameDisplay", json!({ "displayId": id, "name": "x" }))]
        {
            assert_eq!(stranger.act(mutation, input).await.code(), "NOT_FOUND", "{mutation}");
        }
    }
});

both!(a_revoked_display_is_out_at_once_and_others_are_not, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let (ana, eva) = (kit.nurse("Ana", "Cedar").await, kit.manager("Eva").await);
    let (wall, id) = kit.display_called("Hall", &cedar, &ana).await;
    let (other, _) = kit.display_called("Lobby", &cedar, &ana).await;
    let mut feed = Feed::open(kit.address, wall.token.as_deref().unwrap(), &cedar, None).await;
    let mut others = Feed::open(kit.address, other.token.as_deref().unwrap(), &cedar, None).await;

    eva.act("revokeDisplay", json!({ "displayId": id })).await.data();

    assert_eq!(feed.end().await, "UNAUTHENTICATED");
    let me = "query Me { viewer { isDisplay } }";
    assert_eq!(wall.ask(me, json!({})).await.code(), "UNAUTHENTICATED");
    assert_eq!(other.ask(me, json!({})).await.at("/viewer/isDisplay"), true);
    let task = ana.creates(&cedar, "Call").await;
    assert_eq!(others.next_change().await["task"]["id"], task);
    let left = eva.ask("query D { displays { name } }", json!({})).await;
    assert_eq!(left.at("/displays"), &json!([{ "name": "Lobby" }]));
});

both!(a_display_stays_paired_for_as_long_as_nobody_ends_it, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let wall = kit.display(&cedar, &ana).await;

    kit.app.clock.set(kit.app.clock.now() + Duration::days(390));
    let second = kit.second_app().await;
    let (address, stop, server) = tests::kit::serve(second).await;
    let elsewhere = Browser::at(address).with_token(wall.token.clone().unwrap());

    for browser in [&wall, &elsewhere] {
        let me = browser.ask("query Me { viewer { isDisplay careTeams { name } } }", json!({})).await;
        assert_eq!(me.at("/viewer"), &json!({ "isDisplay": true, "careTeams": [{ "name": "Cedar" }] }));
    }
    stop.cancel();
    server.await.unwrap();
});

both!(nobody_pairs_a_display_with_a_team_that_they_do_not_see, async |kit: &Kit| {
    let cedar = kit.team("Cedar").await;
    let mei = kit.nurse("Mei", "Maple").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let (wall, _) = kit.display_called("Hall", &cedar, &ana).await;
    let (_, codes) = kit.screen().await;
    let input = json!({ "userCode": codes["userCode"], "careTeamId": cedar, "name": "Mine" });

    assert_eq!(mei.act("confirmDisplay", input.clone()).await.code(), "NOT_FOUND");
    assert_eq!(act(&wall, "confirmDisplay", input).await.code(), "FORBIDDEN");
});
