//! One's own day: what comes next and why, what goes together, what waits, calls and minutes.
mod calls;
mod minutes;
mod queue;

use serde_json::{Value, json};
use tests::{Answer, Person};

const DAY: &str = "{ myDay { date minutesToday
    queue { rank isMine aheadBy task { id title } why { kind words at by { displayName } } }
    batches { kind name phone patients { displayName } tasks { title } }
    waiting { kind words since on { displayName } task { title } }
    minuteEntries { id minutes note date enteredInErrorAt viewerCanCorrect patient { displayName } task { title } } } }";

async fn day(person: &Person) -> Answer {
    person.ask(DAY, json!({})).await
}

/// What stands in a list, by one text of each.
fn each(list: &Value, pointer: &str) -> Vec<String> {
    let items = list.as_array().unwrap().iter();
    items.map(|item| item.pointer(pointer).and_then(Value::as_str).unwrap_or("-").to_owned()).collect()
}
