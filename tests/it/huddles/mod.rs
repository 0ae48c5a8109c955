//! The huddle: its agenda, a whole meeting, its record.
mod agenda;
mod meeting;
mod record;

use serde_json::{Value, json};
use tests::{Kit, Person, people::HUDDLE_ITEM};

/// Today's huddle of the team: its id and its items.
async fn opens(by: &Person, team: &str) -> (String, Vec<Value>) {
    let opened = by.act("openHuddle", json!({ "careTeamId": team })).await;
    let items = opened.at("/openHuddle/huddle/items").as_array().unwrap().clone();
    (opened.text_at("/openHuddle/huddle/id"), items)
}

async fn items(by: &Person, huddle: &str) -> Vec<Value> {
    let document = format!("query Items($id: ID!) {{ huddle(id: $id) {{ items {{ {HUDDLE_ITEM} }} }} }}");
    by.ask(&document, json!({ "id": huddle })).await.at("/huddle/items").as_array().unwrap().clone()
}

/// Who each item is about, with its reasons.
fn told(items: &[Value]) -> Vec<(String, Vec<String>)> {
    let name = |item: &Value| {
        let (patient, task) = (&item["patient"]["displayName"], &item["task"]["title"]);
        patient.as_str().or(task.as_str()).unwrap().to_owned()
    };
    let codes = |item: &Value| {
        let reasons = item["reasons"].as_array().unwrap();
        reasons.iter().map(|reason| reason["code"].as_str().unwrap().to_owned()).collect()
    };
    items.iter().map(|item| (name(item), codes(item))).collect()
}

fn about<'a>(items: &'a [Value], name: &str) -> &'a Value {
    let found = items.iter().find(|item| item["patient"]["displayName"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {items:?}"))
}

/// How many events and records of writes there are.
async fn written(kit: &Kit) -> (usize, usize) {
    (kit.events().await.len(), kit.audit().await.len())
}
