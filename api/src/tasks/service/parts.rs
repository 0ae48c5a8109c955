//! The parts that every write of a task is made of.
use crate::{
    Cx, Error, Result, Tx,
    events::Change,
    handoffs,
    tasks::{
        rules::{self, Step},
        takeover,
    },
};
use chrono::{DateTime, Utc};
use entity::{
    ids::{StaffId, TaskHistoryId},
    task::{self, TaskStatus},
    task_history::{self, TaskAction},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

pub fn legal(task: &task::Model, step: Step) -> Result<TaskStatus> {
    rules::after(task.status, step).ok_or_else(|| {
        let hint = if task.status == TaskStatus::Ready { ", claim it first" } else { "" };
        Error::Conflict(format!("the task is {}{hint}", rules::status_words(task.status)))
    })
}

pub fn hold_for(cx: &Cx, task: &mut task::Model, staff: StaffId, now: DateTime<Utc>) {
    task.claimed_by = Some(staff);
    task.claimed_at = Some(now);
    lease(cx, task, now);
}

fn lease(cx: &Cx, task: &mut task::Model, now: DateTime<Utc>) {
    let config = &cx.app.config;
    task.lease_until = Some(now + config.claim_lease);
    task.lease_warning_at = Some(rules::lease_warning_at(now, config.claim_lease, config.lease_warning));
}

fn no_lease(task: &mut task::Model) {
    task.lease_until = None;
    task.lease_warning_at = None;
}

pub fn let_go(task: &mut task::Model) {
    task.claimed_by = None;
    task.claimed_at = None;
    no_lease(task);
}

/// Work on a claimed task renews its lease. One on hold has none: it waits with a reason.
pub fn renew(cx: &Cx, task: &mut task::Model, now: DateTime<Utc>) {
    if matches!(task.status, TaskStatus::Accepted | TaskStatus::InProgress) {
        lease(cx, task, now);
    }
}

pub fn set_status(task: &mut task::Model, status: TaskStatus, reason: Option<String>, now: DateTime<Utc>) {
    if task.status != status {
        task.status_since = now;
    }
    task.status = status;
    task.status_reason = reason;
    if !matches!(status, TaskStatus::Accepted | TaskStatus::InProgress) {
        no_lease(task);
    }
}

/// Writes the task with its history entry, and announces it.
pub async fn save(
    cx: &Cx,
    tx: &mut Tx,
    before: &task::Model,
    next: task::Model,
    action: TaskAction,
    reason: Option<String>,
) -> Result<task::Model> {
    let after = write(cx, tx, before, next).await?;
    remember(tx, &after, action, reason).await?;
    Ok(after)
}

/// What was checked against `before` is what is written, or nothing is.
pub async fn write(cx: &Cx, tx: &mut Tx, before: &task::Model, mut next: task::Model) -> Result<task::Model> {
    next.version = before.version + 1;
    next.turns_at = rules::turns_at(&next, cx.app.config.due_lead);
    let rows = task::Entity::update_many()
        .set(next.into_active_model().reset_all())
        .filter(task::Column::OrganizationId.eq(before.organization_id))
        .filter(task::Column::Id.eq(before.id))
        .filter(task::Column::Version.eq(before.version))
        .exec_with_returning(&**tx)
        .await?;
    let after = rows.into_iter().next().ok_or_else(|| Error::Conflict("the task was changed meanwhile".into()))?;
    tx.emit(Change::task(&after, before.care_team_id));
    let left = before.claimed_by.filter(|holder| after.claimed_by != Some(*holder) || !rules::is_open(after.status));
    if left.is_some() || after.care_team_id != before.care_team_id {
        // Whoever asked the holder for it asked in vain, and the holder has nothing to hand over any more.
        takeover::service::task_left(tx, &after).await?;
        handoffs::service::task_left(tx, &after).await?;
    }
    Ok(after)
}

pub async fn remember(tx: &Tx, task: &task::Model, action: TaskAction, reason: Option<String>) -> Result<()> {
    let actor = match action {
        TaskAction::Lapsed | TaskAction::BecameDue | TaskAction::BecameOverdue => None,
        _ => tx.actor().staff,
    };
    task_history::ActiveModel {
        organization_id: Set(task.organization_id),
        id: Set(TaskHistoryId::generate()),
        task_id: Set(task.id),
        patient_id: Set(task.patient_id),
        at: Set(tx.at),
        action: Set(action),
        status: Set(task.status),
        actor_id: Set(actor),
        holder_id: Set(task.claimed_by),
        reason: Set(reason),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}
