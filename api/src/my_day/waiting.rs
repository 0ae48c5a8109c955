//! What somebody cannot go on with before somebody else does.
use crate::{Cx, Result, policy, tasks::service::is_open};
use chrono::{DateTime, Utc};
use entity::{
    ids::{StaffId, TaskId},
    patient,
    task::{self, DueState, TaskStatus},
    task_history::{self, TaskAction},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::Expr,
};
use std::collections::BTreeSet;

const MOST: u64 = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitingKind {
    OnHold,
    Given,
    Asked,
    MyPatient,
}

#[derive(Clone, Debug)]
pub struct Waiting {
    pub kind: WaitingKind,
    pub task: task::Model,
    /// On whom; none where it is on nobody of ours.
    pub on: Option<StaffId>,
    pub since: DateTime<Utc>,
    pub words: Option<String>,
}

impl Waiting {
    fn new(kind: WaitingKind, task: task::Model, since: DateTime<Utc>) -> Self {
        let on = task.claimed_by.filter(|_| kind != WaitingKind::OnHold);
        Self { kind, on, since, words: task.status_reason.clone(), task }
    }
}

/// `on_hold` is the person's own; what stands in their queue waits on nobody but them.
pub async fn of(
    cx: &Cx,
    staff: StaffId,
    on_hold: Vec<task::Model>,
    in_queue: BTreeSet<TaskId>,
) -> Result<Vec<Waiting>> {
    let mut told = in_queue;
    let mut waiting = Vec::new();
    let mut add = |kind, tasks: Vec<task::Model>, since: fn(&task::Model) -> DateTime<Utc>| {
        for task in tasks {
            if told.insert(task.id) {
                let since = since(&task);
                waiting.push(Waiting::new(kind, task, since));
            }
        }
    };
    add(WaitingKind::OnHold, on_hold, |task| task.status_since);
    add(WaitingKind::Given, given(cx, staff).await?, |task| task.claimed_at.unwrap_or(task.status_since));
    add(WaitingKind::Asked, asked(cx, staff).await?, |task| task.claimed_at.unwrap_or(task.status_since));
    add(WaitingKind::MyPatient, of_my_patients(cx, staff).await?, |task| match task.status {
        TaskStatus::OnHold => task.status_since,
        _ => task.due_at.unwrap_or(task.status_since),
    });
    waiting.sort_by_key(|one| (one.since, one.task.id));
    waiting.truncate(MOST as usize);
    Ok(waiting)
}

fn open(cx: &Cx) -> Select<task::Entity> {
    policy::visible_tasks(cx.scope()).filter(is_open()).order_by_asc(task::Column::UrgencyAt).limit(MOST)
}

fn with_somebody_else(staff: StaffId) -> Condition {
    Condition::all().add(task::Column::ClaimedBy.is_not_null()).add(task::Column::ClaimedBy.ne(staff))
}

/// What they gave to who still holds it.
async fn given(cx: &Cx, staff: StaffId) -> Result<Vec<task::Model>> {
    let by_them = task_history::Entity::find()
        .select_only()
        .expr(Expr::value(1))
        .filter(task_history::Column::OrganizationId.eq(cx.organization()))
        .filter(
            Expr::col((task_history::Entity, task_history::Column::TaskId)).equals((task::Entity, task::Column::Id)),
        )
        .filter(task_history::Column::Action.eq(TaskAction::Assigned))
        .filter(task_history::Column::ActorId.eq(staff))
        .filter(
            Expr::col((task_history::Entity, task_history::Column::HolderId))
                .equals((task::Entity, task::Column::ClaimedBy)),
        )
        .filter(
            Expr::col((task_history::Entity, task_history::Column::At))
                .gte(Expr::col((task::Entity, task::Column::ClaimedAt))),
        )
        .into_query();
    let given = open(cx).filter(with_somebody_else(staff)).filter(Expr::exists(by_them));
    Ok(given.all(&cx.db()).await?)
}

/// What they created and somebody else holds, or nobody took in time.
async fn asked(cx: &Cx, staff: StaffId) -> Result<Vec<task::Model>> {
    let left = Condition::all()
        .add(task::Column::Status.eq(TaskStatus::Ready))
        .add(task::Column::DueState.ne(DueState::NotDue));
    let asked = open(cx)
        .filter(task::Column::CreatedBy.eq(staff))
        .filter(Condition::any().add(with_somebody_else(staff)).add(left));
    Ok(asked.all(&cx.db()).await?)
}

/// Work for those whom they coordinate that stands still with somebody else.
async fn of_my_patients(cx: &Cx, staff: StaffId) -> Result<Vec<task::Model>> {
    let mine = patient::Entity::find()
        .select_only()
        .column(patient::Column::Id)
        .filter(patient::Column::OrganizationId.eq(cx.organization()))
        .filter(patient::Column::CoordinatorId.eq(staff))
        .into_query();
    let stands = Condition::any()
        .add(task::Column::Status.eq(TaskStatus::OnHold))
        .add(task::Column::DueState.eq(DueState::Overdue));
    let theirs =
        open(cx).filter(with_somebody_else(staff)).filter(task::Column::PatientId.in_subquery(mine)).filter(stands);
    Ok(theirs.all(&cx.db()).await?)
}
