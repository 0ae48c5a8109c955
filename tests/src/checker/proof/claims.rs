//! One winner a claim: who holds a task is taken from nobody.
use super::{Violation, violation};
use crate::checker::history::{Log, Outcome, Write};
use entity::{event::EntityType, task_history::TaskAction};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

const WINNER: &str = "a claim has one winner";

pub fn one_winner(log: &Log, writes: &[Write]) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut blame = |what: String| found.push(violation(WINNER, format!("{}: {what}", log.name)));
    // Who held each task after each of its versions.
    let mut held: HashMap<Uuid, BTreeMap<i64, Option<Uuid>>> = HashMap::new();
    for event in log.events.iter().filter(|event| event.kind == EntityType::Task) {
        let versions = held.entry(event.id).or_default();
        let before = versions.last_key_value().and_then(|(_, holder)| *holder);
        let step = log.steps.get(&(event.id, event.at));
        let after = step.map_or(before, |step| step.holder);
        if let Some(step) = step.filter(|step| step.action == TaskAction::Claimed) {
            let (id, version, seq) = (event.id, event.version, event.seq);
            if let Some(holder) = before {
                blame(format!("task {id} was claimed at {seq} (version {version}) though {holder} held it"));
            }
            if step.actor != step.holder {
                blame(format!("task {id} was claimed at {seq} by {:?} for {:?}", step.actor, step.holder));
            }
        }
        versions.insert(event.version, after);
    }
    for write in writes.iter().filter(|write| write.organization == log.organization) {
        let Outcome::Done { id, version, claim: Some(claim) } = &write.outcome else { continue };
        let versions = held.get(id);
        let holder = versions.and_then(|versions| versions.get(version)).copied().flatten();
        let person = write.person;
        let held_before = || versions.is_some_and(|all| all.range(..=version).any(|(_, who)| *who == Some(person)));
        let right = match claim.as_str() {
            // A retry is told what the first try did, and shown what the task is by now.
            "CLAIMED" if write.tries > 1 => held_before(),
            "CLAIMED" => holder == Some(person),
            "ALREADY_CLAIMED" => holder.is_some_and(|holder| holder != person),
            _ => true,
        };
        if !right {
            blame(format!("{person} was told {claim} of task {id} version {version}, which {holder:?} holds"));
        }
    }
    found
}
