//! Links by which somebody chooses a password.
use super::{ME, challenge, sign_in, strictly};
use chrono::Duration;
use entity::staff::StaffRole;
use serde_json::json;
use tests::{Answer, Kit, Socket, both, kit::PASSWORD, people::act};

const NEW: &str = "a walk along the river";

fn token(answer: &Answer, mutation: &str) -> String {
    let url = answer.text_at(&format!("/{mutation}/link/url"));
    url.split_once("/enter#").unwrap_or_else(|| panic!("no fragment in {url}")).1.to_owned()
}

async fn accepts(kit: &Kit, token: &str, password: &str) -> Answer {
    act(&kit.stranger(), "acceptLink", json!({ "token": token, "password": password })).await
}

both!(case_14_a_link_is_for_one_person_and_works_once, async |kit: &Kit| {
    let ada = kit.administrator("Ada").await;
    let (ana, mei) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Mei", "Cedar").await);
    let mut open = ana.socket().await;
    let recover = async |staff: &tests::Person| {
        let made = ada.act("createRecoveryLink", json!({ "staffId": staff.id.to_string() })).await;
        token(&made, "createRecoveryLink")
    };
    let (void, hers) = (recover(&ana).await, recover(&ana).await);

    assert_eq!(accepts(kit, &void, NEW).await.code(), "NOT_FOUND", "a newer one voids it");
    let guess = format!("hdl_{}", "0".repeat(64));
    assert_eq!(accepts(kit, &guess, NEW).await.code(), "NOT_FOUND");
    let looked = act(&kit.stranger(), "openLink", json!({ "token": hers })).await;
    assert_eq!(looked.at("/openLink/displayName"), "Ana");
    assert_eq!(looked.at("/openLink/kind"), "RECOVERY");
    assert_eq!(accepts(kit, &hers, "password123").await.field(), "input.password", "which does not use it up");
    let entered = accepts(kit, &hers, NEW).await;

    assert_eq!(entered.at("/acceptLink/viewer/staff/displayName"), "Ana");
    assert_eq!(accepts(kit, &hers, "something else again").await.code(), "NOT_FOUND", "used");
    assert_eq!(act(&kit.stranger(), "openLink", json!({ "token": hers })).await.code(), "NOT_FOUND");
    assert_eq!(ana.ask(ME, json!({})).await.code(), "UNAUTHENTICATED", "what was open before ends");
    assert_eq!(open.next().await.close_code(), 4403);
    sign_in(&kit.stranger(), &ana.email, NEW).await.data();
    sign_in(&kit.stranger(), &mei.email, PASSWORD).await.data();
    assert_eq!(mei.act("createRecoveryLink", json!({ "staffId": ana.id.to_string() })).await.code(), "FORBIDDEN");
    let late = recover(&mei).await;
    kit.pass(Duration::hours(1)).await;
    assert_eq!(accepts(kit, &late, NEW).await.code(), "NOT_FOUND", "too old");
});

both!(case_14_of_two_who_use_a_link_at_one_moment_one_comes_in, async |kit: &Kit| {
    let ada = kit.administrator("Ada").await;
    let (ana, _) = kit.hires("Ana", StaffRole::Nurse, &["Cedar"]).await;
    let made = ada.act("createRecoveryLink", json!({ "staffId": ana.to_string() })).await;
    let link = token(&made, "createRecoveryLink");

    let both = futures_util::future::join_all((0..4).map(|_| accepts(kit, &link, NEW))).await;

    assert_eq!(both.iter().filter(|answer| answer.body.get("errors").is_none()).count(), 1);
});

both!(case_14_a_link_of_another_practice_does_nothing_here, async |kit: &Kit| {
    let elm = kit.practice("Elm Clinic").await;
    let (ana, ada) = (kit.nurse("Ana", "Cedar").await, elm.administrator("Ada").await);

    let refused = ada.act("createRecoveryLink", json!({ "staffId": ana.id.to_string() })).await;

    assert_eq!(refused.code(), "NOT_FOUND");
    let list = ada.ask("{ staff { nodes { email } totalCount } }", json!({})).await;
    assert_eq!(list.at("/staff/totalCount"), 1);
    let one = "query One($id: ID!) { staffAccount(id: $id) { email } }";
    assert_eq!(ada.ask(one, json!({ "id": ana.id.to_string() })).await.code(), "NOT_FOUND");
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_invited_chooses_a_password_and_a_factor_where_one_is_needed() {
    strictly(async |kit| {
        let (_, ada) = kit.hires("Ada", StaffRole::Administrator, &[]).await;
        let (ada, _, _) = super::enrols(kit, &ada).await;
        let cedar = kit.team("Cedar").await;
        let nurse =
            json!({ "email": "Lea@Elm.example", "displayName": "Lea", "role": "NURSE", "careTeamIds": [cedar] });
        let made = act(&ada, "inviteStaff", nurse.clone()).await;
        assert_eq!(made.at("/inviteStaff/account/state"), "INVITED");
        let url = made.text_at("/inviteStaff/link/url");
        assert!(url.starts_with("https://huddle.example/enter#"), "{url}");
        assert_eq!(sign_in(&kit.stranger(), "lea@elm.example", "").await.code(), "UNAUTHENTICATED", "no password yet");
        assert_eq!(act(&ada, "inviteStaff", nurse).await.field(), "email", "one address, one person");

        let entered = accepts(kit, &token(&made, "inviteStaff"), NEW).await;

        let lea = kit.stranger().with_token(entered.text_at("/acceptLink/token"));
        let teams = lea.ask("{ viewer { careTeams { name } } }", json!({})).await;
        assert_eq!(teams.at("/viewer/careTeams"), &json!([{ "name": "Cedar" }]));
        let manager = json!({ "email": "max@elm.example", "displayName": "Max", "role": "MANAGER" });
        let made = act(&ada, "inviteStaff", manager).await;
        let first = accepts(kit, &token(&made, "inviteStaff"), NEW).await;
        challenge(&first);
        assert_eq!(super::next_step(&first)["mustEnrol"], true);
        let mut socket = Socket::connect(kit.address).await;
        socket.init(&challenge(&first)).await;
        assert_eq!(socket.next().await.close_code(), 4403);
        kit.pass(Duration::minutes(6)).await;
        let stale =
            act(&ada, "inviteStaff", json!({ "email": "x@elm.example", "displayName": "X", "role": "NURSE" })).await;
        assert_eq!(stale.error()["extensions"]["reason"], "REAUTHENTICATE");
    })
    .await;
}
