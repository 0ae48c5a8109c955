//! The log itself: every number once, and every version of a thing once, in order.
use super::{Violation, violation};
use crate::checker::history::Log;
use entity::event::EntityType;
use std::collections::HashMap;

const CONTIGUOUS: &str = "the log has no hole";
const VERSIONS: &str = "each version is one event";

pub fn contiguous(log: &Log) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut expected = 1;
    for event in &log.events {
        if event.seq != expected {
            let what = format!("{}: number {expected} is missing, {} follows", log.name, event.seq);
            found.push(violation(CONTIGUOUS, what));
        }
        expected = event.seq + 1;
    }
    if expected != log.head + 1 {
        let what = format!("{}: the head is {}, the last event {}", log.name, log.head, expected - 1);
        found.push(violation(CONTIGUOUS, what));
    }
    let mut versions = HashMap::new();
    for event in log.events.iter().filter(|event| event.kind == EntityType::Task) {
        let last = versions.insert(event.id, event.version).unwrap_or(0);
        if event.version != last + 1 {
            let (seq, id, version) = (event.seq, event.id, event.version);
            let what = format!("{}: number {seq} is version {version} of task {id}, after version {last}", log.name);
            found.push(violation(VERSIONS, what));
        }
    }
    found
}
