//! What a screen was told, against the log: nothing lost, nothing twice, nothing out of order, nothing that is not
//! theirs, and in the end what a fresh read gives.
use super::{Violation, violation};
use crate::checker::history::{Board, Diary, Event, Heard, Log, Mark, What};
use chrono::{DateTime, Utc};
use entity::event::EntityType;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

const LOST: &str = "no change is lost";
const ORDER: &str = "each change comes once, in commit order";
const TRUE: &str = "an item shows its change or what came later";
const LEAK: &str = "nobody sees what they should not";
const CONVERGES: &str = "every screen ends with what a fresh read gives";

/// One screen's walk along the log.
struct Walk<'a> {
    log: &'a Log,
    diary: &'a Diary,
    told: Vec<&'a Event>,
    by_id: HashMap<Uuid, Vec<&'a Event>>,
    by_seq: HashMap<i64, &'a Event>,
    absences: Vec<Absence>,
    at: i64,
    found: Vec<Violation>,
}

/// The screen's person was not on the team from this number on, for as long as nobody had begun to put them back.
struct Absence {
    from: i64,
    until: Option<DateTime<Utc>>,
}

pub fn delivered(log: &Log, diary: &Diary) -> Vec<Violation> {
    let mut by_id: HashMap<_, Vec<_>> = HashMap::new();
    for event in &log.events {
        by_id.entry(event.id).or_default().push(event);
    }
    let told = log.events.iter().filter(|event| event.is_told(diary.team)).collect();
    let by_seq = log.events.iter().map(|event| (event.seq, event)).collect();
    let absences = absences(log, diary);
    let mut walk = Walk { log, diary, told, by_id, by_seq, absences, at: 0, found: Vec::new() };
    for heard in &diary.heard {
        walk.hear(heard);
    }
    if diary.lost.is_none() {
        walk.passes(log.head, "the end");
    }
    walk.found
}

/// An event about the person beside one about the team says that they left or came.
fn absences(log: &Log, diary: &Diary) -> Vec<Absence> {
    let mut absences: Vec<Absence> = Vec::new();
    for pair in log.events.windows(2) {
        let [team, person] = pair else { continue };
        if team.kind != EntityType::CareTeam || person.kind != EntityType::Staff {
            continue;
        }
        if team.id != diary.team || person.id != diary.person || team.at != person.at {
            continue;
        }
        match person.operation.as_str() {
            "careTeams.removeMember" => absences.push(Absence { from: person.seq, until: None }),
            "careTeams.addMember" => {
                for absence in absences.iter_mut().filter(|absence| absence.until.is_none()) {
                    absence.until = Some(person.at);
                }
            }
            _ => {}
        }
    }
    absences
}

impl Walk<'_> {
    fn blame(&mut self, promise: &'static str, what: String) {
        self.found.push(violation(promise, format!("{}: {what}", self.diary.name)));
    }

    fn hear(&mut self, heard: &Heard) {
        match heard {
            Heard::Read(cursor) => {
                if self.is_ours(cursor, "a snapshot") {
                    self.at = cursor.seq;
                }
            }
            Heard::Opened { after, cursor, resumption } => {
                if resumption == "RESET" || !self.is_ours(cursor, "the opening of a feed") {
                    return;
                }
                if after.seq != self.at {
                    self.blame(ORDER, format!("it stood at {} and asked after {}", self.at, after.seq));
                }
                self.passes(cursor.seq, "the opening of a feed");
                self.goes_to(cursor.seq, "the opening of a feed");
            }
            Heard::Beat(cursor) => {
                if self.is_ours(cursor, "a heartbeat") {
                    self.passes(cursor.seq, "a heartbeat");
                    self.goes_to(cursor.seq, "a heartbeat");
                }
            }
            Heard::Item { cursor, what, received, .. } => {
                if self.is_ours(cursor, "an item") {
                    self.item(cursor.seq, what, *received);
                }
            }
            Heard::Ended(_) | Heard::Cut(_) => {}
        }
    }

    fn is_ours(&mut self, cursor: &Mark, what: &str) -> bool {
        if cursor.organization != self.log.organization {
            self.blame(LEAK, format!("{what} is of organisation {}", cursor.organization));
            return false;
        }
        if cursor.epoch != self.log.epoch {
            self.blame(ORDER, format!("{what} is of another life of the log, {}", cursor.epoch));
            return false;
        }
        true
    }

    /// Everything up to and with `to` has been told, or did not concern the team.
    fn passes(&mut self, to: i64, on: &str) {
        let from = self.told.partition_point(|event| event.seq <= self.at);
        let until = self.told.partition_point(|event| event.seq <= to);
        let lost: Vec<i64> = self.told.get(from..until).unwrap_or_default().iter().map(|event| event.seq).collect();
        if !lost.is_empty() {
            let few = &lost[..lost.len().min(5)];
            self.blame(LOST, format!("{} of them, {few:?}…, between {} and {to} ({on})", lost.len(), self.at));
        }
    }

    fn goes_to(&mut self, seq: i64, on: &str) {
        if seq < self.at {
            self.blame(ORDER, format!("{on} goes back from {} to {seq}", self.at));
        }
        self.at = self.at.max(seq);
    }

    fn item(&mut self, seq: i64, what: &What, received: DateTime<Utc>) {
        if seq <= self.at {
            self.blame(ORDER, format!("item {seq} came when it stood at {}: {what:?}", self.at));
            return;
        }
        self.passes(seq - 1, "the next item");
        self.at = seq;
        let Some(&event) = self.by_seq.get(&seq) else {
            return self.blame(TRUE, format!("item {seq} is of no event: {what:?}"));
        };
        if !event.is_told(self.diary.team) {
            return self.blame(LEAK, format!("item {seq} does not concern the team: {what:?}, {event:?}"));
        }
        if what.id() != event.id {
            return self.blame(TRUE, format!("item {seq} is about another thing: {what:?}, {event:?}"));
        }
        let absent = |absence: &&Absence| seq > absence.from && absence.until.is_none_or(|until| received < until);
        if let Some(absence) = self.absences.iter().find(absent) {
            let from = absence.from;
            self.blame(LEAK, format!("item {seq} came though its person had left the team at {from}: {what:?}"));
        }
        self.shows(event, what);
    }

    fn shows(&mut self, event: &Event, what: &What) {
        let (seq, team) = (event.seq, self.diary.team);
        let later = self.by_id.get(&event.id).map(Vec::as_slice).unwrap_or_default();
        let later: Vec<&Event> = later.iter().filter(|one| one.seq >= seq).copied().collect();
        let version_of = |version: i64| later.iter().find(|one| one.version == version).copied();
        match what {
            What::Task { version, team: shown, patient, .. } => {
                let Some(source) = version_of(*version) else {
                    return self.blame(TRUE, format!("item {seq} shows version {version}, which is older: {event:?}"));
                };
                if *shown != team || !source.after.contains(&team) {
                    self.blame(LEAK, format!("item {seq} shows a task of another team: {what:?}, {source:?}"));
                }
                if patient.is_some_and(|patient| !self.log.patients.contains(&patient)) {
                    self.blame(LEAK, format!("item {seq} names a patient of another organisation: {what:?}"));
                }
            }
            What::Patient { id, version } => {
                let Some(source) = version_of(*version) else {
                    return self.blame(TRUE, format!("item {seq} shows version {version}, which is older: {event:?}"));
                };
                if !source.after.contains(&team) && !self.works_for(*id) {
                    self.blame(LEAK, format!("item {seq} shows a patient of another team: {what:?}, {source:?}"));
                }
            }
            What::Removed { id } => {
                let left = later.iter().any(|one| !one.after.contains(&team));
                // A patient also leaves with the last task about them, of which the patient's own events say nothing.
                let with_a_task = event.kind == EntityType::Patient && self.works_for(*id);
                if !left && !with_a_task {
                    self.blame(TRUE, format!("item {seq} takes away what the team has: {what:?}, {event:?}"));
                }
            }
            What::Team { .. } => {}
        }
    }

    /// A task about the patient was the team's at some time.
    fn works_for(&self, patient: Uuid) -> bool {
        let tasks = self.log.tasks.iter().filter(|(_, about)| **about == Some(patient));
        tasks.flat_map(|(task, _)| self.by_id.get(task)).flatten().any(|event| event.after.contains(&self.diary.team))
    }
}

pub fn converged(diary: &Diary) -> Vec<Violation> {
    if let Some(why) = &diary.lost {
        return vec![violation(CONVERGES, format!("{}: {why}", diary.name))];
    }
    let Board { tasks, patients } = &diary.shown;
    let differences = [differences(tasks, &diary.fresh.tasks), differences(patients, &diary.fresh.patients)].concat();
    if differences.is_empty() {
        return Vec::new();
    }
    let few = differences.iter().take(3).cloned().collect::<Vec<_>>().join("; ");
    vec![violation(CONVERGES, format!("{}: {} differences: {few}", diary.name, differences.len()))]
}

fn differences(shown: &BTreeMap<String, Value>, fresh: &BTreeMap<String, Value>) -> Vec<String> {
    let mut found = Vec::new();
    for (id, row) in shown {
        match fresh.get(id) {
            None => found.push(format!("{id} is shown and is not there")),
            Some(is) if is != row => found.push(format!("{id} is shown as {row} and is {is}")),
            Some(_) => {}
        }
    }
    found.extend(fresh.keys().filter(|id| !shown.contains_key(*id)).map(|id| format!("{id} is there and not shown")));
    found
}
