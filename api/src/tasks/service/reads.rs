//! What is asked of tasks.
use super::super::rules;
use crate::{
    Cx, Error, Result,
    page::{Page, PageArgs, Sort, page},
    patients,
    policy::{self, Scope},
};
use chrono::{DateTime, Utc};
use entity::{
    client_mutation,
    ids::{CareTeamId, PatientId, StaffId, TaskId},
    task::{self, DueState, TaskPriority, TaskStatus},
    task_comment, task_history, task_step,
};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, Order, QueryFilter, QueryOrder, Select,
    sea_query::{Expr, SimpleExpr},
};

#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub care_team: Option<CareTeamId>,
    pub patient: Option<PatientId>,
    pub claimed_by: Option<StaffId>,
    pub unclaimed: Option<bool>,
    pub status: Option<Vec<TaskStatus>>,
    pub priority: Option<Vec<TaskPriority>>,
    pub kind: Option<Vec<String>>,
    pub overdue: Option<bool>,
    pub due_before: Option<DateTime<Utc>>,
    pub completed_since: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderBy {
    /// Priority, then due time, then age: the board's order.
    #[default]
    Urgency,
    DueAt,
    CreatedAt,
}

pub async fn find(cx: &Cx, id: TaskId) -> Result<task::Model> {
    let task = policy::visible_tasks(cx.scope()).filter(task::Column::Id.eq(id)).one(&cx.db()).await?;
    task.ok_or(Error::NotFound("task"))
}

/// What the actor wrote, when they ask for it again. A task that they handed to a team whose work they do not see is
/// shown to them as they left it, while it is unchanged and they still see the team that it came from.
pub async fn find_again(cx: &Cx, known: &client_mutation::Model) -> Result<task::Model> {
    let id = TaskId(known.entity_id);
    match find(cx, id).await {
        Err(Error::NotFound(_)) if known.left_team_id.is_some_and(|team| policy::may_follow_team(cx.scope(), team)) => {
            let task = policy::unwithheld_tasks(cx.scope()).filter(task::Column::Id.eq(id));
            let task = task.filter(task::Column::Version.eq(known.entity_version)).one(&cx.db()).await?;
            task.ok_or(Error::NotFound("task"))
        }
        found => found,
    }
}

/// Whether it is because of its patient that the actor does not see a task, in whatever team.
pub async fn is_withheld(cx: &Cx, id: TaskId) -> Result<bool> {
    let task = task::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?;
    match task.and_then(|task| task.patient_id) {
        Some(patient) => patients::service::is_withheld(cx, patient).await,
        None => Ok(false),
    }
}

/// Those of `ids` that the actor may see.
pub async fn find_many(cx: &Cx, ids: Vec<TaskId>) -> Result<Vec<task::Model>> {
    Ok(policy::visible_tasks(cx.scope()).filter(task::Column::Id.is_in(ids)).all(&cx.db()).await?)
}

pub async fn list(cx: &Cx, filter: Filter, order: OrderBy, args: &PageArgs) -> Result<Page<task::Model>> {
    page(cx, listing(cx.scope(), filter), sort(order), args).await
}

/// The tasks of a list, in no order yet.
pub fn listing(scope: &Scope, filter: Filter) -> Select<task::Entity> {
    let mut select = policy::visible_tasks(scope);
    if let Some(team) = filter.care_team {
        select = select.filter(task::Column::CareTeamId.eq(team));
    }
    if let Some(patient) = filter.patient {
        select = select.filter(task::Column::PatientId.eq(patient));
    }
    if let Some(staff) = filter.claimed_by {
        select = select.filter(task::Column::ClaimedBy.eq(staff));
    }
    if let Some(unclaimed) = filter.unclaimed {
        let claimed_by = task::Column::ClaimedBy;
        select = select.filter(if unclaimed { claimed_by.is_null() } else { claimed_by.is_not_null() });
    }
    if let Some(status) = filter.status {
        if status.iter().all(|status| rules::is_open(*status)) {
            select = select.filter(is_open());
        }
        select = select.filter(task::Column::Status.is_in(status));
    }
    if let Some(priority) = filter.priority {
        select = select.filter(task::Column::Priority.is_in(priority));
    }
    if let Some(kind) = filter.kind {
        select = select.filter(task::Column::Kind.is_in(kind));
    }
    if let Some(overdue) = filter.overdue {
        let is = task::Column::DueState.eq(DueState::Overdue).and(is_open());
        select = select.filter(if overdue { is } else { is.not() });
    }
    if let Some(before) = filter.due_before {
        select = select.filter(task::Column::DueAt.lt(before));
    }
    if let Some(since) = filter.completed_since {
        select = select.filter(task::Column::CompletedAt.gte(since));
    }
    select
}

pub fn sort(order: OrderBy) -> Sort<task::Entity> {
    use task::Column::{Id, Priority, UrgencyAt};
    match order {
        OrderBy::Urgency => {
            Sort { name: "urgency", columns: vec![(Priority, Order::Desc), (UrgencyAt, Order::Asc), (Id, Order::Asc)] }
        }
        OrderBy::DueAt => Sort { name: "due", columns: vec![(UrgencyAt, Order::Asc), (Id, Order::Asc)] },
        // Ids grow with time.
        OrderBy::CreatedAt => Sort { name: "created", columns: vec![(Id, Order::Asc)] },
    }
}

/// Open work, in the words of the index that serves it: a database matches a partial index by constants only.
pub fn is_open() -> SimpleExpr {
    Expr::cust(r#""task"."status" IN ('draft', 'ready', 'accepted', 'in-progress', 'on-hold')"#)
}

/// The check-off steps of many tasks, in order.
pub async fn steps(cx: &Cx, of: Vec<TaskId>) -> Result<Vec<task_step::Model>> {
    let steps = task_step::Entity::find()
        .filter(task_step::Column::OrganizationId.eq(cx.organization()))
        .filter(task_step::Column::TaskId.is_in(of))
        .order_by_asc(task_step::Column::Position);
    Ok(steps.all(&cx.db()).await?)
}

pub async fn comments(cx: &Cx, task: TaskId, args: &PageArgs) -> Result<Page<task_comment::Model>> {
    let select = task_comment::Entity::find()
        .filter(task_comment::Column::OrganizationId.eq(cx.organization()))
        .filter(task_comment::Column::TaskId.eq(task));
    page(cx, select, Sort { name: "newest", columns: vec![(task_comment::Column::Id, Order::Desc)] }, args).await
}

pub async fn history(cx: &Cx, task: TaskId, args: &PageArgs) -> Result<Page<task_history::Model>> {
    page(
        cx,
        history_of(cx, task),
        Sort { name: "newest", columns: vec![(task_history::Column::Id, Order::Desc)] },
        args,
    )
    .await
}

/// The whole history, the oldest first.
pub async fn full_history(cx: &Cx, task: TaskId) -> Result<Vec<task_history::Model>> {
    Ok(history_of(cx, task).order_by_asc(task_history::Column::Id).all(&cx.db()).await?)
}

fn history_of(cx: &Cx, task: TaskId) -> Select<task_history::Entity> {
    task_history::Entity::find()
        .filter(task_history::Column::OrganizationId.eq(cx.organization()))
        .filter(task_history::Column::TaskId.eq(task))
}
