//! Who else has a patient open.
use entity::event::EntityType;
use serde_json::{Value, json};
use tests::{Kit, Person, Socket, both};

const DOCUMENT: &str =
    "subscription Here($patient: ID!) { patientPresence(patientId: $patient) { patientId viewers { displayName } } }";

pub async fn opens(person: &Person, patient: &str) -> Socket {
    let token = person.browser.token.as_deref().unwrap();
    let mut socket = Socket::signed_in(person.browser.address, token).await;
    socket.subscribe("1", DOCUMENT, json!({ "patient": patient })).await;
    socket
}

/// The names that are shown, once they are these.
pub async fn sees(socket: &mut Socket, names: &[&str]) {
    loop {
        let message = socket.next().await.json();
        assert_eq!(message["type"], "next", "{message}");
        let viewers = message["payload"]["data"]["patientPresence"]["viewers"].as_array().unwrap();
        if viewers.iter().map(|one| one["displayName"].as_str().unwrap()).eq(names.iter().copied()) {
            return;
        }
    }
}

async fn refusal(socket: &mut Socket) -> Value {
    let message = socket.next().await.json();
    assert_eq!(message["type"], "error", "{message}");
    message["payload"][0]["extensions"]["code"].clone()
}

both!(who_opens_a_patient_is_seen_by_who_has_them_open_until_they_close, async |kit: &Kit| {
    let (ana, ben) = (kit.nurse("Ana", "Cedar").await, kit.nurse("Ben", "Cedar").await);
    let (rosa, luis) = (kit.patient("Rosa Diaz", "Cedar").await, kit.patient("Luis Ortega", "Cedar").await);

    let mut hers = opens(&ana, &rosa).await;
    sees(&mut hers, &[]).await;
    let mut other = opens(&kit.nurse("Cleo", "Cedar").await, &luis).await;
    sees(&mut other, &[]).await;
    let (mut his, mut his_second) = (opens(&ben, &rosa).await, opens(&ben, &rosa).await);
    sees(&mut hers, &["Ben"]).await;
    sees(&mut his, &["Ana"]).await;
    sees(&mut his_second, &["Ana"]).await;
    his.close().await;
    hers.close().await;
    sees(&mut his_second, &[]).await;
    assert!(kit.events().await.iter().all(|event| event.entity_type != EntityType::Patient), "looking is no event");
});

both!(only_people_who_see_the_patient_are_told, async |kit: &Kit| {
    let rosa = kit.patient("Rosa Diaz", "Cedar").await;
    let ana = kit.nurse("Ana", "Cedar").await;
    let mei = kit.nurse("Mei", "Maple").await;
    let eva = kit.practice("Elm Clinic").await.nurse("Eva", "Elm").await;

    assert_eq!(refusal(&mut opens(&mei, &rosa).await).await, "NOT_FOUND");
    assert_eq!(refusal(&mut opens(&eva, &rosa).await).await, "NOT_FOUND");
    let wall = kit.display(&kit.team("Cedar").await, &ana).await;
    let mut socket = Socket::signed_in(wall.address, wall.token.as_deref().unwrap()).await;
    socket.subscribe("1", DOCUMENT, json!({ "patient": rosa })).await;
    assert_eq!(refusal(&mut socket).await, "FORBIDDEN");
});
