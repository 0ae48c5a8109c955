//! One item: settled, decided on, put on the agenda.
use super::{
    NOTE_LIMIT,
    parts::{self, lock, require_lead, require_open, require_running, save, save_item, turn_to},
    reads::{find, find_item},
};
use crate::{
    Cx, Error, Result, Tx,
    huddles::{
        facts::reasons,
        rules::{Code, Reason},
    },
    patients, tasks,
    tasks::service::NewTask,
    text,
};
use chrono::{DateTime, Utc};
use entity::{
    audit_entry::AuditKind,
    huddle, huddle_decision, huddle_item,
    huddle_item::HuddleItemState,
    ids::{HuddleId, HuddleItemId, PatientId, StaffId, TaskId},
    task,
    task::TaskPriority,
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};

type Both = (huddle::Model, huddle_item::Model);

/// Discussed, deferred or absent; or open again, where that was a mistake. What is settled already is a conflict.
pub async fn settle(cx: &Cx, id: HuddleItemId, state: HuddleItemState, note: Option<String>) -> Result<Both> {
    let (huddle, _) = find_item(cx, id).await?;
    require_lead(cx, &huddle)?;
    let note = text::optional("input.note", note, NOTE_LIMIT)?;

    let tx = cx.begin("huddles.settle").await?;
    let mut locked = lock(&tx, huddle.id).await?;
    require_running(&locked)?;
    let item = read(&*tx, &locked, id).await?;
    let reopens = state == HuddleItemState::Open;
    if reopens == (item.state == HuddleItemState::Open) {
        return Err(Error::Conflict(match item.state {
            HuddleItemState::Open => "the item is open".to_owned(),
            settled => format!("somebody was faster: the item is {}", state_words(settled)),
        }));
    }
    if locked.current_item_id == Some(id) {
        let items = parts::items(&*tx, &locked).await?;
        turn_to(&tx, &mut locked, parts::next_open(&items, Some(id))).await?;
    }
    let mut item = read(&*tx, &locked, id).await?;
    item.state = state;
    item.settled_at = (!reopens).then_some(tx.at);
    item.settled_by = tx.actor().staff.filter(|_| !reopens);
    item.note = note.or(item.note);
    let item = save_item(&tx, item).await?;
    finish(tx, locked, item).await
}

/// A task that somebody owns and that is due, about what the item is about.
#[derive(Clone, Debug)]
pub struct NewDecision {
    pub kind: String,
    pub title: String,
    pub instructions: Option<String>,
    pub priority: TaskPriority,
    pub owner: StaffId,
    pub due_at: DateTime<Utc>,
}

pub async fn decide(
    cx: &Cx,
    id: HuddleItemId,
    new: NewDecision,
) -> Result<(huddle::Model, huddle_item::Model, task::Model)> {
    let (huddle, item) = find_item(cx, id).await?;
    require_lead(cx, &huddle)?;
    if new.due_at <= cx.now() {
        return Err(Error::bad_input("input.dueAt", "must be later than now"));
    }
    let (team, patient) = (huddle.care_team_id, item.patient_id);
    // The room decides who does it, whoever may assign work otherwise.
    tasks::service::check_holder(cx, "input.ownerId", new.owner, team, patient, &new.kind).await?;
    let checked = NewTask {
        care_team: team,
        patient,
        kind: new.kind,
        title: new.title,
        instructions: new.instructions,
        priority: new.priority,
        due_at: Some(new.due_at),
    };
    let checked = tasks::service::check_new(cx, checked).await?;

    let mut tx = cx.begin("huddles.decide").await?;
    let locked = lock(&tx, huddle.id).await?;
    require_running(&locked)?;
    let item = read(&*tx, &locked, id).await?;
    let task = tasks::service::create_in(&mut tx, cx, checked).await?;
    let task = tasks::service::give(cx, &mut tx, &task, new.owner, None).await?;
    let decision = huddle_decision::Model {
        organization_id: locked.organization_id,
        task_id: task.id,
        huddle_id: locked.id,
        item_id: item.id,
        decided_by: tx.actor().staff,
        at: tx.at,
        owner_id: new.owner,
        due_at: task.due_at.unwrap_or(new.due_at),
    };
    decision.into_active_model().reset_all().insert(&*tx).await?;
    let item = save_item(&tx, item).await?;
    let (huddle, item) = finish(tx, locked, item).await?;
    Ok((huddle, item, task))
}

/// Puts a patient, or work, on the agenda; on what is there already, the reason.
pub async fn add_item(
    cx: &Cx,
    id: HuddleId,
    patient: Option<PatientId>,
    work: Option<TaskId>,
    note: Option<String>,
) -> Result<Both> {
    let huddle = find(cx, id).await?;
    require_lead(cx, &huddle)?;
    let note = text::optional("input.note", note, NOTE_LIMIT)?;
    let (patient_id, task_id) = match (patient, work) {
        (Some(patient), None) => (Some(patient), None),
        // Work about a patient is spoken about as that patient.
        (None, Some(task)) => {
            let task = tasks::service::find(cx, task).await?;
            if task.care_team_id != huddle.care_team_id {
                return Err(Error::bad_input("input.taskId", "is another team's"));
            }
            (task.patient_id, task.patient_id.is_none().then_some(task.id))
        }
        _ => return Err(Error::bad_input("input", "name a patient or a task, and not both")),
    };
    if let Some(patient) = patient_id {
        let patient = patients::service::find(cx, patient).await?;
        let audience =
            patients::service::audience(&cx.db(), patient.organization_id, patient.id, patient.care_team_id).await?;
        if !audience.contains(&huddle.care_team_id) {
            return Err(Error::bad_input("input.patientId", "is not in this team's care"));
        }
    }

    let tx = cx.begin("huddles.addItem").await?;
    let locked = lock(&tx, id).await?;
    require_open(&locked)?;
    let items = parts::items(&*tx, &locked).await?;
    let there = items.iter().find(|item| (item.patient_id, item.task_id) == (patient_id, task_id));
    let added = Reason::of(Code::Added, tx.at);
    let item = match there.cloned() {
        Some(mut item) => {
            let mut known = reasons(&item)?;
            if !known.iter().any(|reason| reason.code == Code::Added) {
                known.push(added);
            }
            item.reasons = serde_json::to_value(known)?;
            item.note = note.or(item.note);
            item.added_by = item.added_by.or(tx.actor().staff);
            item.state = HuddleItemState::Open;
            (item.settled_at, item.settled_by) = (None, None);
            save_item(&tx, item).await?
        }
        None => {
            let item = huddle_item::Model {
                organization_id: locked.organization_id,
                id: HuddleItemId::generate(),
                huddle_id: locked.id,
                version: 1,
                patient_id,
                task_id,
                reasons: serde_json::to_value([added])?,
                rank: items.last().map_or(1, |last| last.rank + 1),
                state: HuddleItemState::Open,
                settled_at: None,
                settled_by: None,
                seconds: 0,
                note,
                added_by: tx.actor().staff,
                rolled_from: None,
            };
            item.into_active_model().reset_all().insert(&*tx).await?
        }
    };
    finish(tx, locked, item).await
}

/// Announces the huddle, puts on record whom the item is about, and names the item for a retry.
async fn finish(mut tx: Tx, locked: huddle::Model, item: huddle_item::Model) -> Result<Both> {
    tx.note(AuditKind::Write, Some(("huddle-item", item.id.0)), item.patient_id.into_iter().collect());
    let huddle = save(&mut tx, locked).await?;
    tx.commit().await?;
    Ok((huddle, item))
}

async fn read(db: &impl ConnectionTrait, huddle: &huddle::Model, id: HuddleItemId) -> Result<huddle_item::Model> {
    let item = huddle_item::Entity::find_by_id((huddle.organization_id, id)).one(db).await?;
    item.ok_or(Error::NotFound("huddle item"))
}

fn state_words(state: HuddleItemState) -> &'static str {
    match state {
        HuddleItemState::Open => "open",
        HuddleItemState::Discussed => "discussed",
        HuddleItemState::Deferred => "deferred",
        HuddleItemState::Absent => "absent",
    }
}
