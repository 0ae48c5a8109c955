//! The operations on tasks: look up, decide, write, announce.
use super::{
    kinds,
    rules::{self, Step},
};
use crate::{
    Cx, Error, Result, Tx, care_teams,
    events::Change,
    page::{Page, PageArgs, Sort, page},
    patients, policy, text,
};
use chrono::{DateTime, Utc};
use entity::{
    care_team,
    ids::{CareTeamId, PatientId, StaffId, TaskCommentId, TaskHistoryId, TaskId, TaskStepId},
    patient,
    task::{self, DueState, TaskPriority, TaskStatus},
    task_comment,
    task_history::{self, TaskAction},
    task_step,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, Order, QueryFilter, QueryOrder,
    sea_query::{Expr, SimpleExpr},
};

pub const TITLE_LIMIT: usize = 200;
pub const TEXT_LIMIT: usize = 10_000;
pub const REASON_LIMIT: usize = 2_000;
const STEPS_LIMIT: usize = 100;

// ---------------------------------------------------------------- reads

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

/// Those of `ids` that the actor may see.
pub async fn find_many(cx: &Cx, ids: Vec<TaskId>) -> Result<Vec<task::Model>> {
    Ok(policy::visible_tasks(cx.scope()).filter(task::Column::Id.is_in(ids)).all(&cx.db()).await?)
}

pub async fn list(cx: &Cx, filter: Filter, order: OrderBy, args: &PageArgs) -> Result<Page<task::Model>> {
    let mut select = policy::visible_tasks(cx.scope());
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
    page(cx, select, sort(order), args).await
}

fn sort(order: OrderBy) -> Sort<task::Entity> {
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

fn history_of(cx: &Cx, task: TaskId) -> sea_orm::Select<task_history::Entity> {
    task_history::Entity::find()
        .filter(task_history::Column::OrganizationId.eq(cx.organization()))
        .filter(task_history::Column::TaskId.eq(task))
}

// ---------------------------------------------------------------- writes

#[derive(Clone, Debug)]
pub struct NewTask {
    pub care_team: CareTeamId,
    pub patient: Option<PatientId>,
    pub kind: String,
    pub title: String,
    pub instructions: Option<String>,
    pub priority: TaskPriority,
    pub due_at: Option<DateTime<Utc>>,
}

pub async fn create(cx: &Cx, new: NewTask) -> Result<task::Model> {
    let team = care_teams::service::find(cx, new.care_team).await?;
    cx.require(policy::may_create_task(cx.scope(), team.id), "create tasks in this team")?;
    if let Some(patient) = new.patient {
        patients::service::find(cx, patient).await?;
    }
    if !kinds::is_code(&new.kind) {
        return Err(Error::bad_input("input.kind", "must be a code such as OUTREACH_CALL"));
    }
    let title = text::required("input.title", new.title, TITLE_LIMIT)?;
    let instructions = text::optional("input.instructions", new.instructions, TEXT_LIMIT)?;

    let mut tx = cx.begin("tasks.create").await?;
    let mut task = task::Model {
        organization_id: cx.organization(),
        id: TaskId::generate(),
        version: 1,
        care_team_id: team.id,
        patient_id: new.patient,
        kind: new.kind,
        title,
        instructions,
        status: TaskStatus::Ready,
        status_since: tx.at,
        status_reason: None,
        priority: new.priority,
        due_at: None,
        urgency_at: rules::urgency_at(None),
        due_state: DueState::NotDue,
        claimed_by: None,
        claimed_at: None,
        lease_until: None,
        turns_at: None,
        completed_at: None,
        completed_by: None,
        source: None,
        created_by: tx.actor().staff,
        created_at: tx.at,
    };
    set_due(cx, &mut task, new.due_at, tx.at);
    task.turns_at = rules::turns_at(&task, cx.app.config.due_lead);
    let task = task.into_active_model().reset_all().insert(&*tx).await?;
    remember(&tx, &task, TaskAction::Created, None).await?;
    tx.emit(Change::task(&task, task.care_team_id));
    tx.commit().await?;
    Ok(task)
}

/// How an attempt to claim ended. None of the three is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimOutcome {
    Claimed,
    AlreadyClaimed,
    NotClaimable,
}

/// Takes an open task for the actor. Of any number who try at once, one gets it, and the others learn who.
pub async fn claim(cx: &Cx, id: TaskId) -> Result<(ClaimOutcome, task::Model)> {
    let task = find(cx, id).await?;
    cx.require(policy::may_claim(cx.scope(), &task), "claim this task")?;
    let staff = cx.actor.staff.ok_or(Error::Forbidden("claim this task"))?;
    if task.status != TaskStatus::Ready {
        return Ok((outcome_for(staff, &task), task));
    }

    let mut tx = cx.begin("tasks.claim").await?;
    let mut claimed = task.clone();
    hold_for(cx, &mut claimed, staff, tx.at);
    set_status(&mut claimed, TaskStatus::Accepted, None, tx.at);
    claimed.turns_at = rules::turns_at(&claimed, cx.app.config.due_lead);
    let won = task::Entity::update_many()
        .col_expr(task::Column::Version, Expr::col(task::Column::Version).add(1))
        .col_expr(task::Column::Status, Expr::value(claimed.status))
        .col_expr(task::Column::StatusSince, Expr::value(claimed.status_since))
        .col_expr(task::Column::StatusReason, Expr::value(claimed.status_reason.clone()))
        .col_expr(task::Column::ClaimedBy, Expr::value(staff))
        .col_expr(task::Column::ClaimedAt, Expr::value(claimed.claimed_at))
        .col_expr(task::Column::LeaseUntil, Expr::value(claimed.lease_until))
        .col_expr(task::Column::TurnsAt, Expr::value(claimed.turns_at))
        .filter(task::Column::OrganizationId.eq(task.organization_id))
        .filter(task::Column::Id.eq(task.id))
        // What was allowed above is what is taken here: still nobody's, and still with the same team.
        .filter(task::Column::Status.eq(TaskStatus::Ready))
        .filter(task::Column::ClaimedBy.is_null())
        .filter(task::Column::CareTeamId.eq(task.care_team_id))
        .exec_with_returning(&*tx)
        .await?;
    let Some(task) = won.into_iter().next() else {
        drop(tx);
        let task = find(cx, id).await?;
        return Ok((outcome_for(staff, &task), task));
    };
    remember(&tx, &task, TaskAction::Claimed, None).await?;
    tx.emit(Change::task(&task, task.care_team_id));
    tx.commit().await?;
    Ok((ClaimOutcome::Claimed, task))
}

fn outcome_for(staff: StaffId, task: &task::Model) -> ClaimOutcome {
    match task.claimed_by {
        Some(holder) if rules::is_open(task.status) && holder == staff => ClaimOutcome::Claimed,
        Some(_) if rules::is_open(task.status) => ClaimOutcome::AlreadyClaimed,
        _ => ClaimOutcome::NotClaimable,
    }
}

pub async fn publish(cx: &Cx, id: TaskId) -> Result<task::Model> {
    let task = find(cx, id).await?;
    cx.require(policy::may_edit_task(cx.scope(), &task), "publish this task")?;
    take_step(cx, task, Step::Publish, "tasks.publish", None).await
}

/// Hands a held task back to the team.
pub async fn release(cx: &Cx, id: TaskId, reason: Option<String>) -> Result<task::Model> {
    let task = find(cx, id).await?;
    let reason = text::optional("input.reason", reason, REASON_LIMIT)?;
    cx.require(
        may_work_on(cx, &task) || policy::may_assign(cx.scope(), &task),
        "release a task that somebody else holds",
    )?;
    take_step(cx, task, Step::Release, "tasks.release", reason).await
}

/// Begins, or takes up again after a hold.
pub async fn start(cx: &Cx, id: TaskId) -> Result<task::Model> {
    let task = find(cx, id).await?;
    require_hold_on(cx, &task, "start a task that somebody else holds")?;
    take_step(cx, task, Step::Start, "tasks.start", None).await
}

pub async fn hold(cx: &Cx, id: TaskId, reason: String) -> Result<task::Model> {
    let task = find(cx, id).await?;
    let reason = text::required("input.reason", reason, REASON_LIMIT)?;
    require_hold_on(cx, &task, "put a task on hold that somebody else holds")?;
    take_step(cx, task, Step::Hold, "tasks.hold", Some(reason)).await
}

pub async fn complete(cx: &Cx, id: TaskId, note: Option<String>) -> Result<task::Model> {
    let task = find(cx, id).await?;
    let note = text::optional("input.note", note, TEXT_LIMIT)?;
    require_hold_on(cx, &task, "complete a task that somebody else holds")?;
    take_step(cx, task, Step::Complete, "tasks.complete", note).await
}

pub async fn fail(cx: &Cx, id: TaskId, reason: String) -> Result<task::Model> {
    let task = find(cx, id).await?;
    let reason = text::required("input.reason", reason, REASON_LIMIT)?;
    require_hold_on(cx, &task, "end a task that somebody else holds")?;
    take_step(cx, task, Step::Fail, "tasks.fail", Some(reason)).await
}

pub async fn cancel(cx: &Cx, id: TaskId, reason: String) -> Result<task::Model> {
    let task = find(cx, id).await?;
    let reason = text::required("input.reason", reason, REASON_LIMIT)?;
    cx.require(policy::may_cancel(cx.scope(), cx.actor.staff, &task), "cancel a task that somebody else holds")?;
    take_step(cx, task, Step::Cancel, "tasks.cancel", Some(reason)).await
}

pub async fn enter_in_error(cx: &Cx, id: TaskId, reason: String) -> Result<task::Model> {
    let task = find(cx, id).await?;
    let reason = text::required("input.reason", reason, REASON_LIMIT)?;
    let allowed = policy::may_assign(cx.scope(), &task)
        || (task.created_by.is_some() && task.created_by == cx.actor.staff && policy::may_edit_task(cx.scope(), &task));
    cx.require(allowed, "take back a task that somebody else created")?;
    take_step(cx, task, Step::EnterInError, "tasks.enterInError", Some(reason)).await
}

/// Gives a task to a member of its team, or back to the team.
pub async fn assign(cx: &Cx, id: TaskId, staff: Option<StaffId>) -> Result<task::Model> {
    let task = find(cx, id).await?;
    cx.require(policy::may_assign(cx.scope(), &task), "assign this task")?;
    let Some(staff) = staff else {
        return match task.status {
            TaskStatus::Ready => Ok(task),
            _ => take_step(cx, task, Step::Release, "tasks.assign", None).await,
        };
    };
    let team = care_teams::service::find_in_organization(cx, task.care_team_id).await?;
    if !care_teams::service::is_member(&cx.db(), &team, staff).await? {
        return Err(Error::bad_input("input.staffId", "is not an active member of the task's care team"));
    }
    let (role, credential) = crate::people::service::qualification(cx, staff).await?;
    if !policy::is_qualified_for(&policy::Capacity::Staff { role, credential }, &task.kind) {
        return Err(Error::bad_input("input.staffId", "has not the role or licence that this kind of task asks for"));
    }
    if task.claimed_by == Some(staff) && rules::is_open(task.status) {
        return Ok(task);
    }

    let status = legal(&task, Step::Assign)?;
    let mut tx = cx.begin("tasks.assign").await?;
    let mut assigned = task.clone();
    hold_for(cx, &mut assigned, staff, tx.at);
    set_status(&mut assigned, status, None, tx.at);
    let task = save(cx, &mut tx, &task, assigned, TaskAction::Assigned, None).await?;
    tx.commit().await?;
    Ok(task)
}

/// Gives a task to another team. A holder who is not on that team loses the claim.
pub async fn move_to_team(cx: &Cx, id: TaskId, team: CareTeamId, reason: Option<String>) -> Result<task::Model> {
    let task = find(cx, id).await?;
    let reason = text::optional("input.reason", reason, REASON_LIMIT)?;
    cx.require(policy::may_assign(cx.scope(), &task), "move this task")?;
    let team = care_teams::service::find_in_organization(cx, team).await?;
    if task.care_team_id == team.id {
        return Ok(task);
    }
    if !rules::is_open(task.status) {
        return Err(Error::Conflict(format!("the task is {}", rules::status_words(task.status))));
    }

    let mut tx = cx.begin("tasks.move").await?;
    let task = put_into_team(cx, &mut tx, &task, &team, reason.as_deref()).await?;
    tx.commit().await?;
    Ok(task)
}

/// What may be changed of an open task. `None` leaves it; `due_at: Some(None)` takes the due time away.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub title: Option<String>,
    pub instructions: Option<String>,
    pub priority: Option<TaskPriority>,
    pub due_at: Option<Option<DateTime<Utc>>>,
    pub expected_version: Option<i32>,
}

pub async fn update(cx: &Cx, id: TaskId, edit: Edit) -> Result<task::Model> {
    let task = find(cx, id).await?;
    require_editable(cx, &task)?;
    patients::service::check_version(edit.expected_version, task.version)?;
    let mut edited = task.clone();
    if let Some(title) = edit.title {
        edited.title = text::required("input.title", title, TITLE_LIMIT)?;
    }
    if let Some(instructions) = edit.instructions {
        edited.instructions = text::optional("input.instructions", Some(instructions), TEXT_LIMIT)?;
    }
    edited.priority = edit.priority.unwrap_or(edited.priority);

    let mut tx = cx.begin("tasks.update").await?;
    if let Some(due_at) = edit.due_at {
        set_due(cx, &mut edited, due_at, tx.at);
    }
    renew(cx, &mut edited, tx.at);
    let task = save(cx, &mut tx, &task, edited, TaskAction::Edited, None).await?;
    tx.commit().await?;
    Ok(task)
}

pub async fn add_comment(cx: &Cx, id: TaskId, comment: String) -> Result<task::Model> {
    let task = find(cx, id).await?;
    cx.require(policy::may_edit_task(cx.scope(), &task), "comment on this task")?;
    let comment = text::required("input.text", comment, TEXT_LIMIT)?;

    let tx = cx.begin("tasks.addComment").await?;
    task_comment::ActiveModel {
        organization_id: Set(task.organization_id),
        id: Set(TaskCommentId::generate()),
        task_id: Set(task.id),
        author_id: Set(tx.actor().staff),
        at: Set(tx.at),
        text: Set(comment),
    }
    .insert(&*tx)
    .await?;
    touch(cx, tx, &task).await
}

pub async fn add_step(cx: &Cx, id: TaskId, step: String) -> Result<task::Model> {
    let task = find(cx, id).await?;
    require_editable(cx, &task)?;
    let step = text::required("input.text", step, TITLE_LIMIT)?;
    let known = steps(cx, vec![id]).await?;
    if known.len() >= STEPS_LIMIT {
        return Err(Error::bad_input("input.text", format!("a task has at most {STEPS_LIMIT} steps")));
    }

    let tx = cx.begin("tasks.addStep").await?;
    task_step::ActiveModel {
        organization_id: Set(task.organization_id),
        id: Set(TaskStepId::generate()),
        task_id: Set(task.id),
        position: Set(known.last().map_or(1, |last| last.position + 1)),
        text: Set(step),
        done_at: Set(None),
        done_by: Set(None),
    }
    .insert(&*tx)
    .await?;
    touch(cx, tx, &task).await
}

pub async fn check_step(cx: &Cx, id: TaskId, step: TaskStepId, done: bool) -> Result<task::Model> {
    let task = find(cx, id).await?;
    require_editable(cx, &task)?;
    let step = steps(cx, vec![id]).await?.into_iter().find(|one| one.id == step).ok_or(Error::NotFound("step"))?;
    if step.done_at.is_some() == done {
        return Ok(task);
    }

    let tx = cx.begin("tasks.checkStep").await?;
    let mut changed = step.into_active_model();
    changed.done_at = Set(done.then_some(tx.at));
    changed.done_by = Set(tx.actor().staff.filter(|_| done));
    changed.update(&*tx).await?;
    touch(cx, tx, &task).await
}

// ---------------------------------------------------------------- what other capabilities ask for

/// Hands back everything that somebody holds in a team.
pub async fn release_all(tx: &mut Tx, cx: &Cx, team: CareTeamId, staff: StaffId, reason: &str) -> Result<()> {
    let held = task::Entity::find()
        .filter(task::Column::OrganizationId.eq(tx.organization()))
        .filter(task::Column::CareTeamId.eq(team))
        .filter(task::Column::ClaimedBy.eq(staff))
        .filter(is_open())
        .all(&**tx)
        .await?;
    for task in held {
        let mut released = task.clone();
        let_go(&mut released);
        set_status(&mut released, TaskStatus::Ready, None, tx.at);
        save(cx, tx, &task, released, TaskAction::Released, Some(reason.to_owned())).await?;
    }
    Ok(())
}

/// A patient's open tasks go with the patient to another team.
pub async fn move_open_tasks(
    tx: &mut Tx,
    cx: &Cx,
    patient: &patient::Model,
    team: &care_team::Model,
    reason: Option<&str>,
) -> Result<()> {
    let Some(from) = patient.care_team_id else { return Ok(()) };
    let open = task::Entity::find()
        .filter(task::Column::OrganizationId.eq(patient.organization_id))
        .filter(task::Column::PatientId.eq(patient.id))
        .filter(task::Column::CareTeamId.eq(from))
        .filter(is_open())
        .order_by_asc(task::Column::Id)
        .all(&**tx)
        .await?;
    for task in open {
        put_into_team(cx, tx, &task, team, reason).await?;
    }
    Ok(())
}

// ---------------------------------------------------------------- the parts of a write

async fn take_step(
    cx: &Cx,
    task: task::Model,
    step: Step,
    operation: &'static str,
    reason: Option<String>,
) -> Result<task::Model> {
    let status = legal(&task, step)?;
    let mut tx = cx.begin(operation).await?;
    let mut next = task.clone();
    match step {
        Step::Release | Step::Lapse => let_go(&mut next),
        Step::Start => renew(cx, &mut next, tx.at),
        Step::Complete => {
            next.completed_at = Some(tx.at);
            next.completed_by = tx.actor().staff;
        }
        Step::Publish | Step::Claim | Step::Assign | Step::Hold | Step::Cancel | Step::Fail | Step::EnterInError => {}
    }
    // A released task shows no old reason; a completed one keeps its note in the history.
    let shown = matches!(step, Step::Hold | Step::Cancel | Step::Fail | Step::EnterInError);
    set_status(&mut next, status, reason.clone().filter(|_| shown), tx.at);
    if status == TaskStatus::InProgress {
        renew(cx, &mut next, tx.at);
    }
    let task = save(cx, &mut tx, &task, next, rules::action(step), reason).await?;
    tx.commit().await?;
    Ok(task)
}

fn legal(task: &task::Model, step: Step) -> Result<TaskStatus> {
    rules::after(task.status, step).ok_or_else(|| {
        let hint = if task.status == TaskStatus::Ready { ", claim it first" } else { "" };
        Error::Conflict(format!("the task is {}{hint}", rules::status_words(task.status)))
    })
}

fn may_work_on(cx: &Cx, task: &task::Model) -> bool {
    policy::may_work_on(cx.scope(), cx.actor.staff, task)
}

/// The holder may go on. While nobody holds the task, the answer is its state, not a refusal.
fn require_hold_on(cx: &Cx, task: &task::Model, action: &'static str) -> Result<()> {
    let nobodys = task.claimed_by.is_none() && policy::may_edit_task(cx.scope(), task);
    cx.require(nobodys || may_work_on(cx, task), action)
}

fn require_editable(cx: &Cx, task: &task::Model) -> Result<()> {
    cx.require(policy::may_edit_task(cx.scope(), task), "change this task")?;
    if rules::is_open(task.status) {
        return Ok(());
    }
    Err(Error::Conflict(format!("the task is {}", rules::status_words(task.status))))
}

fn hold_for(cx: &Cx, task: &mut task::Model, staff: StaffId, now: DateTime<Utc>) {
    task.claimed_by = Some(staff);
    task.claimed_at = Some(now);
    task.lease_until = Some(now + cx.app.config.claim_lease);
}

pub(super) fn let_go(task: &mut task::Model) {
    task.claimed_by = None;
    task.claimed_at = None;
    task.lease_until = None;
}

/// Work on a claimed task renews its lease. One on hold has none: it waits with a reason.
fn renew(cx: &Cx, task: &mut task::Model, now: DateTime<Utc>) {
    if matches!(task.status, TaskStatus::Accepted | TaskStatus::InProgress) {
        task.lease_until = Some(now + cx.app.config.claim_lease);
    }
}

pub(crate) fn set_status(task: &mut task::Model, status: TaskStatus, reason: Option<String>, now: DateTime<Utc>) {
    if task.status != status {
        task.status_since = now;
    }
    task.status = status;
    task.status_reason = reason;
    if !matches!(status, TaskStatus::Accepted | TaskStatus::InProgress) {
        task.lease_until = None;
    }
}

fn set_due(cx: &Cx, task: &mut task::Model, due_at: Option<DateTime<Utc>>, now: DateTime<Utc>) {
    use chrono::SubsecRound;
    task.due_at = due_at.map(|due| due.trunc_subsecs(6));
    task.urgency_at = rules::urgency_at(task.due_at);
    task.due_state = rules::due_state(task.due_at, cx.app.config.due_lead, now);
}

async fn put_into_team(
    cx: &Cx,
    tx: &mut Tx,
    task: &task::Model,
    team: &care_team::Model,
    reason: Option<&str>,
) -> Result<task::Model> {
    let mut moved = task.clone();
    moved.care_team_id = team.id;
    if let Some(holder) = task.claimed_by
        && !care_teams::service::is_member(&**tx, team, holder).await?
    {
        let_go(&mut moved);
        set_status(&mut moved, TaskStatus::Ready, None, tx.at);
    }
    save(cx, tx, task, moved, TaskAction::Moved, reason.map(str::to_owned)).await
}

/// A comment or a checked step: the version rises, the lease is renewed, the status clock goes on.
async fn touch(cx: &Cx, mut tx: Tx, task: &task::Model) -> Result<task::Model> {
    let mut touched = task.clone();
    if touched.claimed_by == tx.actor().staff {
        renew(cx, &mut touched, tx.at);
    }
    let task = write(cx, &mut tx, task, touched).await?;
    tx.commit().await?;
    Ok(task)
}

/// Writes the task with its history entry, and announces it.
pub(crate) async fn save(
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
async fn write(cx: &Cx, tx: &mut Tx, before: &task::Model, mut next: task::Model) -> Result<task::Model> {
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
    Ok(after)
}

async fn remember(tx: &Tx, task: &task::Model, action: TaskAction, reason: Option<String>) -> Result<()> {
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
