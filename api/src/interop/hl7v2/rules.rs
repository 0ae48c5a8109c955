//! Where a patient is, computed from all that was ever said about it. Pure: messages in, status out.
//!
//! The messages are read in the order in which things happened, never in the order in which they came, and what was
//! taken back is left out, so that every order of arrival ends in the same status (domain rules 3.3; reliability 78).
//!
//! - A person is in one place: who is admitted, or comes to an emergency department, has left the place before. A
//!   registration in a clinic does not take anybody out of a hospital (series and planned visits are registered early).
//! - A cancel finds its visit by number, else the last such event of the same sender before it. A11 voids the whole
//!   visit when nothing else began it: discharge, transfers and all.
//! - Leaving a hospital for the community begins the transition (TCM: the day and the next 29). When the 30 days have
//!   gone by the status stays until somebody or something changes it: no message says that a transition ended.
//! - Leaving for another hospital or a skilled nursing facility is no discharge to the community: still inpatient.
//! - Leaving an emergency department or a clinic is back to what was before. Clinics hardly ever say that a visit is
//!   over, so it is after twelve hours.
//! - Death is told by PID-29, PID-30 or a disposition, and outlasts everything but its being taken back: by A13 for a
//!   disposition, by PID-30 `N` of the same sender for the rest.
use super::{
    place::Place,
    trigger::{Class, Disposition, Trigger},
};
use chrono::{DateTime, Utc};
use entity::patient::PatientStatus;

/// What an accepted message says about where the patient is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub trigger: Trigger,
    /// As the message spells it: `A01`.
    pub code: String,
    pub at: DateTime<Utc>,
    /// Who says so: visits and cancels of one hospital are nothing to another.
    pub source: String,
    pub control_id: String,
    pub visit: Option<String>,
    pub class: Class,
    pub location: Option<String>,
    pub disposition: Disposition,
    /// PV1-45 of a message that begins a visit: it is over already.
    pub ended: Option<DateTime<Utc>>,
    pub life: Life,
}

/// PID-29 and PID-30.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    Unsaid,
    Alive,
    Dead { since: Option<DateTime<Utc>> },
}

/// What all messages together say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// None: as it was before, by whatever the practice knew.
    pub status: Option<PatientStatus>,
    pub since: DateTime<Utc>,
    /// When it was said, for comparing it with what a person set.
    pub told_at: DateTime<Utc>,
    /// `ADT A01 from MERCY`
    pub source: String,
    /// PV1-3, while the visit lasts.
    pub location: Option<String>,
}

impl Event {
    fn key(&self) -> (DateTime<Utc>, Trigger, &str, &str) {
        (self.at, self.trigger, &self.source, &self.control_id)
    }

    pub fn may_share_a_visit_with(&self, other: &Self) -> bool {
        let same_number = match (&self.visit, &other.visit) {
            (Some(one), Some(other)) => one == other,
            (None, _) | (_, None) => true,
        };
        self.source == other.source && same_number
    }

    pub fn names_the_visit_of(&self, other: &Self) -> bool {
        self.visit.is_some() && self.visit == other.visit && self.source == other.source
    }
}

/// None when the messages say nothing, or nothing any more.
pub fn fold(events: &[Event], now: DateTime<Utc>) -> Option<Standing> {
    let mut events: Vec<Event> = events.iter().flat_map(with_end).collect();
    events.sort_by(|one, other| one.key().cmp(&other.key()));
    let voided_by = cancelled(&events);
    let mut place = Place::default();
    let mut dead: Vec<Death> = Vec::new();
    for (index, event) in events.iter().enumerate() {
        if is_void(&events, &voided_by, index) {
            continue;
        }
        if voided_by[index].is_some() {
            place.go_on_after_all(event);
            continue;
        }
        place.take(event);
        match event.life {
            Life::Unsaid => {}
            Life::Alive => dead.retain(|death| death.of_discharge || death.by.source != event.source),
            Life::Dead { since } => {
                dead.push(Death { since: since.unwrap_or(event.at), by: event, of_discharge: false });
            }
        }
        if event.trigger == Trigger::A03 && event.disposition == Disposition::Died {
            dead.push(Death { since: event.at, by: event, of_discharge: true });
        }
    }
    match dead.iter().min_by_key(|death| death.since) {
        Some(death) => Some(standing(Some(PatientStatus::Deceased), death.since, death.by)),
        None => place.standing(now),
    }
}

struct Death<'e> {
    since: DateTime<Utc>,
    by: &'e Event,
    of_discharge: bool,
}

/// A message that begins a visit and knows its end says two things.
fn with_end(event: &Event) -> Vec<Event> {
    let Some(ended) = event.ended.filter(|_| event.trigger.begins_a_visit()) else { return vec![event.clone()] };
    let begin = Event { at: event.at.min(ended), ..event.clone() };
    let end = Event { trigger: Trigger::A03, at: ended, life: Life::Unsaid, ..event.clone() };
    vec![begin, end]
}

/// For each event the place of the cancel that takes it back.
fn cancelled(events: &[Event]) -> Vec<Option<usize>> {
    let mut voided_by = vec![None; events.len()];
    for (at, cancel) in events.iter().enumerate() {
        let kinds = cancel.trigger.cancels();
        let free = |index: &usize| voided_by[*index].is_none() && kinds.contains(&events[*index].trigger);
        let named = |index: &usize| free(index) && cancel.names_the_visit_of(&events[*index]);
        let near = |index: &usize| free(index) && cancel.may_share_a_visit_with(&events[*index]);
        // Clocks differ: where the number is the same, what it cancels may even seem to happen later.
        let found = (0..at).rev().find(named).or_else(|| (at..events.len()).find(named));
        if let Some(found) = found.or_else(|| (0..at).rev().find(near)) {
            voided_by[found] = Some(at);
        }
    }
    voided_by
}

/// Whether the event never was, because the visit that it belongs to never was.
fn is_void(events: &[Event], voided_by: &[Option<usize>], index: usize) -> bool {
    let event = &events[index];
    match event.trigger {
        Trigger::A01 | Trigger::A04 => voided_by[index].is_some(),
        Trigger::A02 | Trigger::A03 | Trigger::A06 | Trigger::A07 => {
            let begins = |other: &usize| events[*other].trigger.begins_a_visit();
            if event.visit.is_some() {
                let mut begun = (0..events.len()).filter(begins).filter(|at| event.names_the_visit_of(&events[*at]));
                let first = begun.next();
                return first.is_some_and(|first| voided_by[first].is_some())
                    && begun.all(|other| voided_by[other].is_some());
            }
            let same = |other: &usize| begins(other) && event.may_share_a_visit_with(&events[*other]);
            let begun = (0..index).rev().find(same);
            begun.and_then(|begun| voided_by[begun]).is_some_and(|cancel| cancel > index)
        }
        Trigger::A05 | Trigger::A08 | Trigger::A11 | Trigger::A12 | Trigger::A13 => false,
        Trigger::A28 | Trigger::A31 | Trigger::Merge => false,
    }
}

pub fn standing(status: Option<PatientStatus>, since: DateTime<Utc>, by: &Event) -> Standing {
    let source = format!("ADT {} from {}", by.code, by.source);
    Standing { status, since, told_at: by.at, source, location: None }
}
