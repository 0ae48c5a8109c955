//! What somebody cannot go on with before somebody else does.
use crate::{Cx, Result, policy, tasks::service::is_open};
use chrono::{DateTime, Utc};
use entity::{
    claim_request::{self, ClaimRequestState},
    handoff::{self, HandoffState},
    handoff_item,
    ids::{HandoffId, StaffId, TaskId},
    patient,
    task::{self, DueState, TaskStatus},
    task_history::{self, TaskAction},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::Expr,
};
use std::collections::{BTreeMap, BTreeSet};

const MOST: u64 = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitingKind {
    OnHold,
    HandedOver,
    TakeOver,
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
    // What is handed over stays one's own until the other says so, and is in the queue as well.
    let mut waiting = handed_over(cx, staff).await?;
    waiting.extend(to_take_over(cx, staff).await?);
    let mut told: BTreeSet<TaskId> = waiting.iter().map(|one| one.task.id).chain(in_queue).collect();
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

/// What they handed over, and nobody has answered.
async fn handed_over(cx: &Cx, staff: StaffId) -> Result<Vec<Waiting>> {
    let open = handoff::Entity::find()
        .filter(handoff::Column::OrganizationId.eq(cx.organization()))
        .filter(handoff::Column::FromId.eq(staff))
        .filter(handoff::Column::State.is_in([HandoffState::Open, HandoffState::Escalated]))
        .order_by_asc(handoff::Column::CreatedAt)
        .limit(MOST)
        .all(&cx.db())
        .await?;
    let items = handoff_item::Entity::find()
        .filter(handoff_item::Column::OrganizationId.eq(cx.organization()))
        .filter(handoff_item::Column::HandoffId.is_in(open.iter().map(|one| one.id)))
        .all(&cx.db())
        .await?;
    let about = items.into_iter().filter_map(|item| Some((item.task_id?, item.handoff_id)));
    let about: BTreeMap<TaskId, HandoffId> = about.collect();
    let found = open_ones(cx, about.keys().copied().collect()).await?;
    let told = found.into_iter().filter_map(|task| {
        let handoff = open.iter().find(|one| about.get(&task.id) == Some(&one.id))?;
        let (kind, on, since) = (WaitingKind::HandedOver, handoff.to_id, handoff.created_at);
        Some(Waiting { kind, on, since, words: Some(handoff.situation.clone()), task })
    });
    Ok(told.collect())
}

/// What they asked its holder for.
async fn to_take_over(cx: &Cx, staff: StaffId) -> Result<Vec<Waiting>> {
    let asked = claim_request::Entity::find()
        .filter(claim_request::Column::OrganizationId.eq(cx.organization()))
        .filter(claim_request::Column::FromId.eq(staff))
        .filter(claim_request::Column::State.eq(ClaimRequestState::Open))
        .limit(MOST)
        .all(&cx.db())
        .await?;
    let found = open_ones(cx, asked.iter().map(|one| one.task_id).collect()).await?;
    let told = found.into_iter().filter_map(|task| {
        let request = asked.iter().find(|one| one.task_id == task.id)?;
        let (kind, on, since) = (WaitingKind::TakeOver, Some(request.holder_id), request.created_at);
        Some(Waiting { kind, on, since, words: request.message.clone(), task })
    });
    Ok(told.collect())
}

async fn open_ones(cx: &Cx, ids: Vec<TaskId>) -> Result<Vec<task::Model>> {
    Ok(open(cx).filter(task::Column::Id.is_in(ids)).all(&cx.db()).await?)
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
