//! Passkeys, by a device of the test's own.
use super::{challenge, next_step, sign_in, strictly};
use entity::staff::StaffRole;
use serde_json::json;
use tests::{Answer, Browser, authenticator::Device, kit::PASSWORD, people::act};

const HOME: &str = "https://huddle.example";

async fn begins(browser: &Browser, challenge: Option<&str>) -> (String, String) {
    let begun = act(browser, "beginPasskeySignIn", json!({ "challenge": challenge })).await;
    (begun.text_at("/beginPasskeySignIn/challenge"), begun.text_at("/beginPasskeySignIn/options"))
}

async fn completes(browser: &Browser, challenge: &str, response: &str) -> Answer {
    act(browser, "completeSignIn", json!({ "challenge": challenge, "passkeyResponse": response })).await
}

async fn registers(browser: &Browser, device: &mut Device, challenge: Option<&str>) -> Answer {
    let begun = act(browser, "beginPasskeyRegistration", json!({ "challenge": challenge })).await;
    let response = device.makes(&begun.text_at("/beginPasskeyRegistration/options"));
    let challenge = begun.text_at("/beginPasskeyRegistration/challenge");
    act(browser, "finishPasskeyRegistration", json!({ "challenge": challenge, "passkeyResponse": response })).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_is_a_second_factor_and_a_way_in_of_its_own() {
    strictly(async |kit| {
        let (_, eva) = kit.hires("Eva", StaffRole::Manager, &[]).await;
        let stranger = kit.stranger();
        let mut device = Device::at(HOME);
        let step = challenge(&sign_in(&stranger, &eva, PASSWORD).await);
        let done = registers(&stranger, &mut device, Some(&step)).await;
        assert_eq!(done.at("/finishPasskeyRegistration/recoveryCodes").as_array().unwrap().len(), 10);
        let eva_in = stranger.with_token(done.text_at("/finishPasskeyRegistration/signIn/token"));

        let next = next_step(&sign_in(&stranger, &eva, PASSWORD).await);
        assert_eq!(next["methods"], json!(["PASSKEY", "RECOVERY_CODE"]));
        let (step, options) = begins(&stranger, next["challenge"].as_str()).await;
        let second = completes(&stranger, &step, &device.signs(&options)).await;
        assert_eq!(second.at("/completeSignIn/viewer/staff/displayName"), "Eva");

        let (step, options) = begins(&stranger, None).await;
        let response = device.signs(&options);
        let alone = completes(&stranger, &step, &response).await;
        assert_eq!(alone.at("/completeSignIn/viewer/staff/displayName"), "Eva");
        assert_eq!(completes(&stranger, &step, &response).await.code(), "UNAUTHENTICATED", "an answer works once");
        let (other, _) = begins(&stranger, None).await;
        assert_eq!(
            completes(&stranger, &other, &response).await.field(),
            "input.passkeyResponse",
            "of its own challenge"
        );

        kit.pass(chrono::Duration::minutes(6)).await;
        let renew = act(&eva_in, "renewRecoveryCodes", json!({})).await;
        assert_eq!(renew.error()["extensions"]["reason"], "REAUTHENTICATE");
        let (step, options) = begins(&eva_in, None).await;
        let proof = json!({ "challenge": step, "passkeyResponse": device.signs(&options) });
        act(&eva_in, "reauthenticate", proof).await.data();
        act(&eva_in, "renewRecoveryCodes", json!({})).await.data();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_of_another_site_another_device_or_without_its_person_is_refused() {
    strictly(async |kit| {
        let ana = kit.nurse("Ana", "Cedar").await;
        let mut device = Device::at(HOME);
        registers(&ana.browser, &mut device, None).await.data();
        let stranger = kit.stranger();
        let mut fishing = Device::at("https://huddle.example.evil.test");
        assert_eq!(registers(&ana.browser, &mut fishing, None).await.field(), "input.passkeyResponse");

        let refused = async |device: &Device| {
            let (step, options) = begins(&stranger, None).await;
            let answer = completes(&stranger, &step, &device.signs(&options)).await;
            assert_eq!((answer.code(), answer.field()), ("BAD_USER_INPUT", "input.passkeyResponse"));
        };
        refused(&Device::at(HOME)).await;
        device.verifies = false;
        refused(&device).await;
        device.verifies = true;
        device.origin = "https://huddle.example.evil.test".to_owned();
        refused(&device).await;
        device.origin = HOME.to_owned();
        let (step, options) = begins(&stranger, None).await;
        completes(&stranger, &step, &device.signs(&options)).await.data();

        let mei = kit.nurse("Mei", "Cedar").await;
        assert_eq!(act(&mei.browser, "beginPasskeySignIn", json!({})).await.code(), "CONFLICT", "she has none");
    })
    .await;
}
