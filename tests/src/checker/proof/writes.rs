//! What was acknowledged is there, once; what was refused is not.
use super::{Violation, violation};
use crate::checker::history::{Log, Outcome, Write};
use std::collections::HashMap;
use uuid::Uuid;

const KEPT: &str = "what was acknowledged is kept";
const ONCE: &str = "a write is done once";

pub fn kept(log: &Log, writes: &[Write]) -> Vec<Violation> {
    let ours: Vec<&Write> = writes.iter().filter(|write| write.organization == log.organization).collect();
    let mut found = Vec::new();
    found.extend(ours.iter().filter_map(|write| version_is_there(log, write)));
    found.extend(ours.iter().filter_map(|write| text_is_there(log, write)));
    found.extend(done_as_often_as_acknowledged(log, &ours));
    found
}

fn blame(promise: &'static str, log: &Log, write: &Write, what: &str) -> Violation {
    let Write { person, mutation, mark, tries, .. } = write;
    violation(promise, format!("{}: {mutation} “{mark}” of {person}, tried {tries} times: {what}", log.name))
}

fn version_is_there(log: &Log, write: &Write) -> Option<Violation> {
    let Outcome::Done { id, version, .. } = &write.outcome else { return None };
    // A team shows no version: its member is counted below. A patient who was never changed has no event.
    if *version == 0 || (*version == 1 && log.patients.contains(id)) {
        return None;
    }
    let Some(event) = log.events.iter().find(|event| event.id == *id && event.version == *version) else {
        return Some(blame(KEPT, log, write, &format!("version {version} of {id} is not in the log")));
    };
    let own = write.tries > 1 || !write.always_writes() || event.actor == Some(write.person);
    (!own).then(|| blame(KEPT, log, write, &format!("version {version} of {id} is somebody else's: {event:?}")))
}

fn text_is_there(log: &Log, write: &Write) -> Option<Violation> {
    if !matches!(write.mutation, "createTask" | "addTaskComment") {
        return None;
    }
    let there = log.texts.get(&write.mark).copied().unwrap_or(0);
    match &write.outcome {
        Outcome::Done { .. } if there == 0 => Some(blame(KEPT, log, write, "it is not there")),
        Outcome::Refused(code) if there > 0 => Some(blame(ONCE, log, write, &format!("refused ({code}), and there"))),
        _ if there > 1 => Some(blame(ONCE, log, write, &format!("it is there {there} times"))),
        _ => None,
    }
}

/// How often a person did one thing to another, by what they were told.
#[derive(Default)]
struct Count {
    least: usize,
    most: usize,
    is: usize,
}

fn done_as_often_as_acknowledged(log: &Log, writes: &[&Write]) -> Vec<Violation> {
    let mut counts: HashMap<(Uuid, &str, Uuid), Count> = HashMap::new();
    for write in writes {
        let Some(target) = write.target else { continue };
        let count = counts.entry((write.person, write.operation(), target)).or_default();
        let done = matches!(write.outcome, Outcome::Done { .. });
        count.least += usize::from(done && write.always_writes());
        count.most += usize::from(!matches!(write.outcome, Outcome::Refused(_)));
    }
    for event in &log.events {
        let Some(actor) = event.actor else { continue };
        if let Some(count) = counts.get_mut(&(actor, event.operation.as_str(), event.id)) {
            count.is += 1;
        }
    }
    let mut found = Vec::new();
    for ((person, operation, target), Count { least, most, is }) in counts {
        if is < least || is > most {
            let promise = if is < least { KEPT } else { ONCE };
            let what = format!("{person} did {operation} to {target} {is} times, and was told {least} to {most} times");
            found.push(violation(promise, format!("{}: {what}", log.name)));
        }
    }
    found
}
