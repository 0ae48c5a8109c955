//! What the boards of the demonstration practice looked like these last days, from the histories of its tasks and patients.
use super::Practice;
use crate::{Result, Tx, events::log, tasks::rules::is_open};
use chrono::{DateTime, Utc};
use entity::{
    event::{self, EntityType},
    ids::{CareTeamId, StaffId},
    patient, patient_status_change, patient_version,
    task::{self, DueState, TaskStatus},
    task_history::{self, TaskAction},
    task_version,
};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Something as it was from a moment on.
enum Then {
    Task(task_version::Model),
    Patient(patient_version::Model),
}

struct Moment {
    at: DateTime<Utc>,
    by: Option<StaffId>,
    team: Option<CareTeamId>,
    then: Then,
}

impl Then {
    fn id(&self) -> Uuid {
        match self {
            Self::Task(row) => row.task_id.0,
            Self::Patient(row) => row.patient_id.0,
        }
    }
}

/// The log and the versions since `begins`, and how everything was then.
pub struct Past {
    events: Vec<event::Model>,
    pub tasks: Vec<task_version::Model>,
    pub patients: Vec<patient_version::Model>,
}

pub fn of(practice: &Practice, begins: DateTime<Utc>) -> Past {
    let mut of_task: HashMap<_, Vec<&task_history::Model>> = HashMap::new();
    practice.history.iter().for_each(|entry| of_task.entry(entry.task_id).or_default().push(entry));
    let mut of_patient: HashMap<_, Vec<&patient_status_change::Model>> = HashMap::new();
    practice.status_changes.iter().for_each(|change| of_patient.entry(change.patient_id).or_default().push(change));
    let mut moments = Vec::new();
    for task in &practice.tasks {
        lived(task, of_task.remove(&task.id).unwrap_or_default(), &mut moments);
    }
    for patient in &practice.patients {
        looked(patient, of_patient.remove(&patient.id).unwrap_or_default(), &mut moments);
    }
    moments.sort_by_key(|moment| moment.at);

    let mut past = Past { events: Vec::new(), tasks: Vec::new(), patients: Vec::new() };
    let (before, since): (Vec<_>, Vec<_>) = moments.into_iter().partition(|moment| moment.at < begins);
    let mut known = HashSet::new();
    for moment in before.into_iter().rev() {
        if known.insert(moment.then.id()) {
            past.keep(moment.then, 0);
        }
    }
    for (seq, moment) in (1..).zip(since) {
        let teams = json!(moment.team.map(|team| team.0.to_string()).as_slice());
        past.events.push(event::Model {
            organization_id: practice.organization,
            seq,
            at: moment.at,
            actor_id: moment.by,
            entity_type: if matches!(moment.then, Then::Task(_)) { EntityType::Task } else { EntityType::Patient },
            entity_id: moment.then.id(),
            entity_version: 0,
            teams_before: teams.clone(),
            teams_after: teams,
        });
        past.keep(moment.then, seq);
    }
    past
}

impl Past {
    fn keep(&mut self, then: Then, seq: i64) {
        match then {
            Then::Task(row) => self.tasks.push(task_version::Model { seq, tx_seq: seq, ..row }),
            Then::Patient(row) => self.patients.push(patient_version::Model { seq, tx_seq: seq, ..row }),
        }
    }

    pub async fn log(&mut self, tx: &Tx) -> Result<()> {
        log::begin_with(&**tx, tx.organization(), std::mem::take(&mut self.events)).await
    }
}

/// A task after each entry of its history.
fn lived(task: &task::Model, mut history: Vec<&task_history::Model>, moments: &mut Vec<Moment>) {
    let mut row = task_version::Model {
        organization_id: task.organization_id,
        task_id: task.id,
        seq: 0,
        tx_seq: 0,
        version: 0,
        care_team_id: task.care_team_id,
        patient_id: task.patient_id,
        kind: task.kind.clone(),
        title: task.title.clone(),
        status: TaskStatus::Draft,
        status_since: task.created_at,
        status_reason: None,
        priority: task.priority,
        due_at: task.due_at,
        due_state: DueState::NotDue,
        claimed_by: None,
        claimed_at: None,
        lease_until: None,
        completed_at: None,
        completed_by: None,
        created_at: task.created_at,
    };
    history.sort_by_key(|entry| entry.at);
    let count = history.len();
    for (index, entry) in history.into_iter().enumerate() {
        row.version += 1;
        if row.status != entry.status {
            row.status_since = entry.at;
            row.status_reason =
                if is_open(entry.status) && entry.status != TaskStatus::OnHold { None } else { entry.reason.clone() };
        }
        if row.claimed_by != entry.holder_id {
            row.claimed_at = entry.holder_id.map(|_| entry.at);
        }
        (row.status, row.claimed_by) = (entry.status, entry.holder_id);
        match entry.action {
            TaskAction::BecameDue => row.due_state = DueState::Due,
            TaskAction::BecameOverdue => row.due_state = DueState::Overdue,
            TaskAction::Completed => (row.completed_at, row.completed_by) = (Some(entry.at), entry.actor_id),
            _ => {}
        }
        if index + 1 == count {
            (row.version, row.due_state, row.lease_until) = (task.version, task.due_state, task.lease_until);
        }
        let team = Some(task.care_team_id);
        moments.push(Moment { at: entry.at, by: entry.actor_id, team, then: Then::Task(row.clone()) });
    }
}

/// A patient after each change of their status.
fn looked(patient: &patient::Model, changes: Vec<&patient_status_change::Model>, moments: &mut Vec<Moment>) {
    let later = i32::try_from(changes.len()).unwrap_or_default();
    for (index, change) in (1..).zip(changes) {
        let row = patient_version::Model {
            organization_id: patient.organization_id,
            patient_id: patient.id,
            seq: 0,
            tx_seq: 0,
            version: patient.version - (later - index),
            family_name: patient.family_name.clone(),
            given_name: patient.given_name.clone(),
            preferred_language: patient.preferred_language.clone(),
            interpreter_needed: patient.interpreter_needed,
            status: change.status,
            status_since: change.since,
            status_source: change.source.clone(),
            risk_tier: patient.risk_tier,
            care_team_id: patient.care_team_id,
            coordinator_id: patient.coordinator_id,
            merged_into_id: None,
        };
        let (at, team) = (change.recorded_at, patient.care_team_id);
        moments.push(Moment { at, by: change.actor_id, team, then: Then::Patient(row) });
    }
}
