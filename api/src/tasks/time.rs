//! What time does to tasks: due, overdue, soon to lapse, lapsed. One sweep a node, harmless when two nodes do it at once.
use super::{
    rules,
    service::parts::{let_go, save, set_status, write},
};
use crate::{App, Cx, Error, Result};
use chrono::{DateTime, Utc};
use entity::{
    task::{self, DueState, TaskStatus},
    task_history::TaskAction,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::sync::Arc;

const BATCH: u64 = 200;
const LAPSED: &str = "the claim lapsed: nobody worked on it";

/// Turns everything whose moment has come, and says how many tasks that were.
pub async fn sweep(app: &Arc<App>) -> Result<usize> {
    let mut turned = 0;
    loop {
        let ripe = task::Entity::find()
            .filter(task::Column::TurnsAt.lte(app.clock.now()))
            .order_by_asc(task::Column::TurnsAt)
            .limit(BATCH)
            .all(&app.db.across_organizations())
            .await?;
        let more = ripe.len() as u64 == BATCH;
        for task in ripe {
            match turn(&Cx::system(app.clone(), task.organization_id), &task).await {
                Ok(()) => turned += 1,
                // Somebody worked on it, or another node was faster: the next sweep looks again.
                Err(Error::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        if !more {
            return Ok(turned);
        }
    }
}

async fn turn(cx: &Cx, task: &task::Model) -> Result<()> {
    let mut tx = cx.begin("tasks.time").await?;
    let (next, action) = turned(task, cx.app.config.due_lead, tx.at);
    match action {
        Some(action) => {
            let reason = (action == TaskAction::Lapsed).then(|| LAPSED.to_owned());
            save(cx, &mut tx, task, next, action, reason).await?;
        }
        None => {
            write(cx, &mut tx, task, next).await?;
        }
    }
    tx.commit().await
}

/// One turn at a time, so that the history says each. A lapse comes before what the clock says of the due time, and a
/// warning of it, which is no part of the history, as well.
fn turned(task: &task::Model, lead: chrono::Duration, now: DateTime<Utc>) -> (task::Model, Option<TaskAction>) {
    let mut next = task.clone();
    if task.lease_until.is_some_and(|until| until <= now) {
        let_go(&mut next);
        set_status(&mut next, TaskStatus::Ready, None, now);
        return (next, Some(TaskAction::Lapsed));
    }
    if task.lease_warning_at.is_some_and(|at| at <= now) {
        next.lease_warning_at = None;
        return (next, None);
    }
    next.due_state = rules::due_state(task.due_at, lead, now);
    let action = match next.due_state {
        DueState::Overdue => TaskAction::BecameOverdue,
        DueState::Due => TaskAction::BecameDue,
        DueState::NotDue => TaskAction::Edited,
    };
    (next, Some(action))
}
