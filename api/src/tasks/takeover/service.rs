//! The operations on requests for somebody's task.
use crate::{
    Cx, Error, Result, Tx, care_teams,
    events::Change,
    policy,
    tasks::{
        rules::{self, Step},
        service::{self as tasks, REASON_LIMIT, parts::legal},
    },
    text,
};
use entity::{
    claim_request::{self, ClaimRequestState},
    ids::{CareTeamId, ClaimRequestId, PatientId, StaffId, TaskId},
    task,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, SqlErr, sea_query::Expr,
};

const WHY: &str = "asked to take over";
/// Nobody reads more at once.
const MOST: u64 = 200;

/// A request with whom its task is about.
#[derive(Clone, Debug)]
pub struct Request {
    pub row: claim_request::Model,
    pub patient: Option<PatientId>,
}

/// Asks the holder. Who has asked already is answered with that.
pub async fn ask(cx: &Cx, id: TaskId, message: Option<String>) -> Result<Request> {
    let task = tasks::find(cx, id).await?;
    cx.require(policy::may_claim(cx.scope(), &task), "take over this task")?;
    let from_id = cx.actor.staff.ok_or(Error::Forbidden("take over this task"))?;
    let message = text::optional("input.message", message, REASON_LIMIT)?;
    legal(&task, Step::Release)?;
    let holder_id = task.claimed_by.filter(|holder| *holder != from_id);
    let holder_id = holder_id.ok_or_else(|| Error::Conflict("the task is yours already".into()))?;
    if let Some(row) = open_of(cx, id, from_id).await? {
        return Ok(Request { row, patient: task.patient_id });
    }

    let mut tx = cx.begin("takeOver.ask").await?;
    let row = claim_request::Model {
        organization_id: tx.organization(),
        id: ClaimRequestId::generate(),
        version: 1,
        task_id: id,
        care_team_id: task.care_team_id,
        from_id,
        holder_id,
        state: ClaimRequestState::Open,
        message,
        created_at: tx.at,
        expires_at: tx.at + cx.app.config.take_over_within,
        answer: None,
    };
    if lock(&tx, id).await?.claimed_by != Some(holder_id) {
        return Err(Error::Conflict("the task was changed meanwhile".into()));
    }
    let row = row.into_active_model().reset_all().insert(&*tx).await.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::Conflict("you have asked for it already".into()),
        _ => error.into(),
    })?;
    tx.emit(Change::claim_request(&row, task.patient_id));
    tx.commit().await?;
    Ok(Request { row, patient: task.patient_id })
}

async fn open_of(cx: &Cx, task: TaskId, from: StaffId) -> Result<Option<claim_request::Model>> {
    let open = policy::visible_claim_requests(cx.scope())
        .filter(claim_request::Column::TaskId.eq(task))
        .filter(claim_request::Column::FromId.eq(from))
        .filter(claim_request::Column::State.eq(ClaimRequestState::Open));
    Ok(open.one(&cx.db()).await?)
}

/// The task goes from its holder to who asked, in one step: nobody comes between.
pub async fn grant(cx: &Cx, id: ClaimRequestId) -> Result<Request> {
    let (request, task) = find_with_task(cx, id).await?;
    let answers = policy::may_answer(cx.scope(), cx.actor.staff, &request.row, &task);
    if request.row.state == ClaimRequestState::Granted {
        return Ok(request);
    }
    cx.require(answers, "answer this request")?;
    require_open(cx, &request.row)?;
    let (field, team, patient) = ("input.claimRequestId", task.care_team_id, task.patient_id);
    tasks::check_holder(cx, field, request.row.from_id, team, patient, &task.kind).await?;

    let mut tx = cx.begin("takeOver.grant").await?;
    if !care_teams::service::stays_member(&tx, task.care_team_id, request.row.from_id).await? {
        return Err(Error::Conflict("they have just left the team".into()));
    }
    let task = lock(&tx, task.id).await?;
    if task.claimed_by != Some(request.row.holder_id) || !rules::is_open(task.status) {
        return Err(Error::Conflict("the task is no longer whose it was".into()));
    }
    let granted = claim_request::Model { state: ClaimRequestState::Granted, ..request.row.clone() };
    let row = change(&mut tx, &request.row, granted, task.patient_id).await?;
    tasks::give(cx, &mut tx, &task, row.from_id, Some(WHY)).await?;
    tx.commit().await?;
    Ok(Request { row, patient: task.patient_id })
}

pub async fn decline(cx: &Cx, id: ClaimRequestId, reason: Option<String>) -> Result<Request> {
    let (request, task) = find_with_task(cx, id).await?;
    cx.require(policy::may_answer(cx.scope(), cx.actor.staff, &request.row, &task), "answer this request")?;
    let answer = text::optional("input.reason", reason, REASON_LIMIT)?;
    end(cx, "takeOver.decline", request, ClaimRequestState::Declined, answer).await
}

pub async fn withdraw(cx: &Cx, id: ClaimRequestId) -> Result<Request> {
    let request = find(cx, id).await?;
    cx.require(cx.actor.staff == Some(request.row.from_id), "take back what somebody else asked for")?;
    end(cx, "takeOver.withdraw", request, ClaimRequestState::Withdrawn, None).await
}

async fn end(
    cx: &Cx,
    operation: &'static str,
    request: Request,
    state: ClaimRequestState,
    answer: Option<String>,
) -> Result<Request> {
    if request.row.state == state {
        return Ok(request);
    }
    require_open(cx, &request.row)?;
    let mut tx = cx.begin(operation).await?;
    let ended = claim_request::Model { state, answer, ..request.row.clone() };
    let row = change(&mut tx, &request.row, ended, request.patient).await?;
    tx.commit().await?;
    Ok(Request { row, ..request })
}

fn require_open(cx: &Cx, request: &claim_request::Model) -> Result<()> {
    let is_over = request.state != ClaimRequestState::Open || request.expires_at <= cx.now();
    if is_over { Err(Error::Conflict("the request is over".into())) } else { Ok(()) }
}

pub async fn find(cx: &Cx, id: ClaimRequestId) -> Result<Request> {
    Ok(find_with_task(cx, id).await?.0)
}

async fn find_with_task(cx: &Cx, id: ClaimRequestId) -> Result<(Request, task::Model)> {
    let row = policy::visible_claim_requests(cx.scope()).filter(claim_request::Column::Id.eq(id)).one(&cx.db()).await?;
    let row = row.ok_or(Error::NotFound("request"))?;
    let task = tasks::find(cx, row.task_id).await?;
    Ok((Request { row, patient: task.patient_id }, task))
}

/// Open ones of a team, the oldest first.
pub async fn list(cx: &Cx, team: CareTeamId) -> Result<Vec<Request>> {
    let team = care_teams::service::find(cx, team).await?.id;
    cx.require(policy::may_see_handoffs(cx.scope(), team), "see the requests of this team")?;
    let open = policy::visible_claim_requests(cx.scope())
        .filter(claim_request::Column::CareTeamId.eq(team))
        .filter(claim_request::Column::State.eq(ClaimRequestState::Open))
        .order_by_asc(claim_request::Column::Id)
        .limit(MOST)
        .all(&cx.db())
        .await?;
    let tasks = tasks::find_many(cx, open.iter().map(|row| row.task_id).collect()).await?;
    let patient = |id| tasks.iter().find(|task| task.id == id).and_then(|task| task.patient_id);
    Ok(open.into_iter().map(|row| Request { patient: patient(row.task_id), row }).collect())
}

/// The task as it is, and stays until the transaction ends.
async fn lock(tx: &Tx, id: TaskId) -> Result<task::Model> {
    let task = task::Entity::find_by_id((tx.organization(), id)).lock_exclusive();
    task.one(&**tx as &DatabaseTransaction).await?.ok_or(Error::NotFound("task"))
}

/// What was checked against `before` is what is written, or nothing is.
async fn change(
    tx: &mut Tx,
    before: &claim_request::Model,
    mut next: claim_request::Model,
    patient: Option<PatientId>,
) -> Result<claim_request::Model> {
    next.version = before.version + 1;
    let rows = claim_request::Entity::update_many()
        .set(next.into_active_model().reset_all())
        .filter(claim_request::Column::OrganizationId.eq(before.organization_id))
        .filter(claim_request::Column::Id.eq(before.id))
        .filter(claim_request::Column::Version.eq(before.version))
        .exec_with_returning(&**tx)
        .await?;
    let row = rows.into_iter().next().ok_or_else(|| Error::Conflict("the request was answered meanwhile".into()))?;
    tx.emit(Change::claim_request(&row, patient));
    Ok(row)
}

/// A task is no longer its holder's, so that nobody asks them for it any more.
pub async fn task_left(tx: &mut Tx, task: &task::Model) -> Result<()> {
    let asked = claim_request::Column::TaskId.eq(task.id);
    for row in close(tx, asked, ClaimRequestState::Expired).await? {
        tx.emit(Change::claim_request(&row, task.patient_id));
    }
    Ok(())
}

/// Whoever asked has left a team, or the practice.
pub async fn asker_leaves(tx: &mut Tx, staff: StaffId, team: Option<CareTeamId>) -> Result<()> {
    let mut asked = claim_request::Column::FromId.eq(staff);
    if let Some(team) = team {
        asked = asked.and(claim_request::Column::CareTeamId.eq(team));
    }
    for row in close(tx, asked, ClaimRequestState::Withdrawn).await? {
        tx.emit(Change::claim_request(&row, None));
    }
    Ok(())
}

async fn close(
    tx: &Tx,
    which: sea_orm::sea_query::SimpleExpr,
    state: ClaimRequestState,
) -> Result<Vec<claim_request::Model>> {
    let mut closed = claim_request::Entity::update_many()
        .col_expr(claim_request::Column::State, Expr::value(state))
        .col_expr(claim_request::Column::Version, Expr::col(claim_request::Column::Version).add(1))
        .filter(claim_request::Column::OrganizationId.eq(tx.organization()))
        .filter(claim_request::Column::State.eq(ClaimRequestState::Open))
        .filter(which)
        .exec_with_returning(&**tx)
        .await?;
    closed.sort_by_key(|row| row.id);
    Ok(closed)
}

/// Nobody answered in time.
pub async fn expire(tx: &mut Tx, row: claim_request::Model) -> Result<()> {
    let task = task::Entity::find_by_id((tx.organization(), row.task_id)).one(&**tx).await?;
    let expired = claim_request::Model { state: ClaimRequestState::Expired, ..row.clone() };
    change(tx, &row, expired, task.and_then(|task| task.patient_id)).await.map(|_| ())
}
