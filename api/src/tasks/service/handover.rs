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
    ids::{CareTeamId, PatientId, StaffId, TaskId},
    patient,
    task::{self, TaskStatus},
    task_history::TaskAction,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

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
    check_holder(cx, "input.staffId", staff, task.care_team_id, task.patient_id, &task.kind).await?;
    if task.claimed_by == Some(staff) && rules::is_open(task.status) {
        return Ok(task);
    }

    let mut tx = cx.begin("tasks.assign").await?;
    let task = give(cx, &mut tx, &task, staff, None).await?;
    tx.commit().await?;
    Ok(task)
}

/// Whether somebody could hold such work: on the team, of the role or licence that it asks for, and not kept from its
/// patient. `field` names them in the refusal.
pub async fn check_holder(
    cx: &Cx,
    field: &str,
    staff: StaffId,
    team: CareTeamId,
    patient: Option<PatientId>,
    kind: &str,
) -> Result<()> {
    let team = care_teams::service::find_in_organization(cx, team).await?;
    if !care_teams::service::is_member(&cx.db(), &team, staff).await? {
        return Err(Error::bad_input(field, "is not an active member of the task's care team"));
    }
    let (role, credential) = crate::people::service::qualification(cx, staff).await?;
    if !policy::is_qualified_for(&policy::Capacity::Staff { role, credential }, kind) {
        return Err(Error::bad_input(field, "has not the role or licence that this kind of task asks for"));
    }
    if let Some(patient) = patient {
        let patient = patients::service::find(cx, patient).await?;
        if !patients::protection::could_see(cx, staff, &patient, false).await? {
            return Err(Error::bad_input(field, "may not see the patient of this task"));
        }
    }
    Ok(())
}

/// Gives a task to who was found to be able to hold it, and still is.
pub async fn give(
    cx: &Cx,
    tx: &mut Tx,
    task: &task::Model,
    staff: StaffId,
    reason: Option<&str>,
) -> Result<task::Model> {
    let status = legal(task, Step::Assign)?;
    if !care_teams::service::stays_member(tx, task.care_team_id, staff).await? {
        return Err(Error::Conflict("they have just left the task's care team".into()));
    }
    let mut given = task.clone();
    hold_for(cx, &mut given, staff, tx.at);
    set_status(&mut given, status, None, tx.at);
    save(cx, tx, task, given, TaskAction::Assigned, reason.map(str::to_owned)).await
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

/// Hands back everything that somebody holds in a team, or in any.
pub async fn release_all(tx: &mut Tx, cx: &Cx, team: Option<CareTeamId>, staff: StaffId, reason: &str) -> Result<()> {
    for task in held_by(tx, staff, team).await? {
        take_from_holder(tx, cx, task, reason).await?;
    }
    Ok(())
}

/// What somebody holds, kept as it is until the transaction ends.
pub async fn held_by(tx: &Tx, staff: StaffId, team: Option<CareTeamId>) -> Result<Vec<task::Model>> {
    let mut held = task::Entity::find()
        .filter(task::Column::OrganizationId.eq(tx.organization()))
        .filter(task::Column::ClaimedBy.eq(staff))
        .filter(is_open());
    if let Some(team) = team {
        held = held.filter(task::Column::CareTeamId.eq(team));
    }
    // In the order in which everybody takes rows, so that two who take the same ones wait in turn.
    Ok(held.order_by_asc(task::Column::Id).lock_exclusive().all(&**tx as &DatabaseTransaction).await?)
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
        && !care_teams::service::stays_member(tx, team.id, holder).await?
    {
        let_go(&mut moved);
        set_status(&mut moved, TaskStatus::Ready, None, tx.at);
    }
    save(cx, tx, task, moved, TaskAction::Moved, reason.map(str::to_owned)).await
}
