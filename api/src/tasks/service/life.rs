//! A task's life: claimed, released, begun, held, ended.
use super::{
    REASON_LIMIT, TEXT_LIMIT,
    parts::{hold_for, legal, let_go, renew, save, set_status, write},
    reads::find,
};
use crate::{
    Cx, Error, Result, care_teams, policy,
    tasks::rules::{self, Step},
    text,
};
use entity::{
    ids::{StaffId, TaskId},
    task::{self, TaskStatus},
    task_history::TaskAction,
};

/// How an attempt to claim ended. None of the three is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimOutcome {
    Claimed,
    AlreadyClaimed,
    NotClaimable,
}

/// How often a claim is tried again when somebody else changed the task meanwhile, and still nobody holds it.
const TRIES: usize = 10;

/// Takes an open task for the actor. Of any number who try at once, one gets it, and the others learn who.
///
/// It is one conditional update: what was seen as open, at that version, is taken, or nothing is. Who lost looks again.
pub async fn claim(cx: &Cx, id: TaskId) -> Result<(ClaimOutcome, task::Model)> {
    for _ in 0..TRIES {
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
        match save(cx, &mut tx, &task, claimed, TaskAction::Claimed, None).await {
            Ok(task) => {
                // Of the winner alone: who loses waits for nothing but the task. It may come after the task here, as
                // nobody who lets people go waits for a task that nobody holds; where a task goes from hand to hand, it
                // comes before, so that none wait in a circle.
                if !care_teams::service::stays_member(&tx, task.care_team_id, staff).await? {
                    return Err(Error::Forbidden("claim this task"));
                }
                tx.commit().await?;
                return Ok((ClaimOutcome::Claimed, task));
            }
            Err(Error::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Err(Error::Conflict("the task is being changed, try again".into()))
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

/// Keeps the claim for another lease, without having done anything yet.
pub async fn renew_claim(cx: &Cx, id: TaskId) -> Result<task::Model> {
    let task = find(cx, id).await?;
    require_hold_on(cx, &task, "keep a task that somebody else holds")?;
    legal(&task, Step::Lapse)?;
    let mut tx = cx.begin("tasks.renewClaim").await?;
    let mut kept = task.clone();
    renew(cx, &mut kept, tx.at);
    let task = write(cx, &mut tx, &task, kept).await?;
    tx.commit().await?;
    Ok(task)
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

pub(super) async fn take_step(
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

fn may_work_on(cx: &Cx, task: &task::Model) -> bool {
    policy::may_work_on(cx.scope(), cx.actor.staff, task)
}

/// The holder may go on. While nobody holds the task, the answer is its state, not a refusal.
fn require_hold_on(cx: &Cx, task: &task::Model, action: &'static str) -> Result<()> {
    let nobodys = task.claimed_by.is_none() && policy::may_edit_task(cx.scope(), task);
    cx.require(nobodys || may_work_on(cx, task), action)
}
