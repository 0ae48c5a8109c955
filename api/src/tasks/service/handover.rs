//! Tasks that change hands: given to somebody, or to another team.
use super::{
    REASON_LIMIT,
    life::take_step,
    parts::{hold_for, legal, let_go, save, set_status},
    reads::{find, is_open},
};
use crate::{
    Cx, Error, Result, Tx, care_teams, patients, policy,
    tasks::rules::{self, Step},
    text,
};
use entity::{
    care_team,
    ids::{CareTeamId, StaffId, TaskId},
    patient,
    task::{self, TaskStatus},
    task_history::TaskAction,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

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
    if let Some(patient) = task.patient_id {
        let patient = patients::service::find(cx, patient).await?;
        if !patients::protection::could_see(cx, staff, &patient, false).await? {
            return Err(Error::bad_input("input.staffId", "may not see the patient of this task"));
        }
    }
    if task.claimed_by == Some(staff) && rules::is_open(task.status) {
        return Ok(task);
    }

    let mut tx = cx.begin("tasks.assign").await?;
    let task = give(&mut tx, cx, task, staff, None).await?;
    tx.commit().await?;
    Ok(task)
}

/// Makes somebody who was found fit for it the holder, within a transaction.
pub async fn give(
    tx: &mut Tx,
    cx: &Cx,
    task: task::Model,
    staff: StaffId,
    reason: Option<String>,
) -> Result<task::Model> {
    let status = legal(&task, Step::Assign)?;
    let mut assigned = task.clone();
    hold_for(cx, &mut assigned, staff, tx.at);
    set_status(&mut assigned, status, None, tx.at);
    save(cx, tx, &task, assigned, TaskAction::Assigned, reason).await
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

/// Hands back everything that somebody holds in a team.
pub async fn release_all(tx: &mut Tx, cx: &Cx, team: CareTeamId, staff: StaffId, reason: &str) -> Result<()> {
    let held = task::Entity::find()
        .filter(task::Column::OrganizationId.eq(tx.organization()))
        .filter(task::Column::CareTeamId.eq(team))
        .filter(task::Column::ClaimedBy.eq(staff))
        .filter(is_open())
        // In the order in which everybody takes rows, so that two who take the same ones wait in turn.
        .order_by_asc(task::Column::Id)
        .all(&**tx)
        .await?;
    for task in held {
        take_from_holder(tx, cx, task, reason).await?;
    }
    Ok(())
}

/// Hands a held task back to its team, whoever holds it.
pub async fn take_from_holder(tx: &mut Tx, cx: &Cx, task: task::Model, reason: &str) -> Result<task::Model> {
    let mut released = task.clone();
    let_go(&mut released);
    set_status(&mut released, TaskStatus::Ready, None, tx.at);
    save(cx, tx, &task, released, TaskAction::Released, Some(reason.to_owned())).await
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
