//! What becomes of a handoff: acknowledged, declined, given to somebody else, taken back.
use super::{
    TEXT_LIMIT,
    create::{check_receiver, lock_tasks, require_member},
    parts::{Handoff, change},
    reads::find,
};
use crate::{
    Cx, Error, Result, Tx,
    handoffs::rules::{self, is_open, is_waiting},
    patients, policy,
    tasks::{
        self,
        rules::{Step, after},
    },
    text,
};
use entity::{
    handoff::{self, HandoffKind, HandoffState},
    handoff_item,
    ids::{HandoffId, HandoffItemId, StaffId},
    patient, task,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

const WHY: &str = "handed over";

/// Says that one knows. What is transferred is in one's hands from now on, if it was still the giver's.
pub async fn acknowledge(cx: &Cx, id: HandoffId) -> Result<Handoff> {
    let handoff = find(cx, id).await?;
    cx.require(policy::may_acknowledge(cx.scope(), cx.actor.staff, &handoff.row), "acknowledge this handoff")?;
    let staff = cx.actor.staff.ok_or(Error::Forbidden("acknowledge this handoff"))?;
    if handoff.row.state == HandoffState::Acknowledged && handoff.row.acknowledged_by == Some(staff) {
        return Ok(handoff);
    }
    require(&handoff.row, is_open)?;

    let mut tx = cx.begin("handoffs.acknowledge").await?;
    if handoff.row.kind == HandoffKind::Transfer {
        take(cx, &mut tx, &handoff, staff).await?;
    }
    let mut known = handoff.row.clone();
    known.state = HandoffState::Acknowledged;
    known.acknowledged_at = Some(tx.at);
    known.acknowledged_by = Some(staff);
    let handoff = change(&mut tx, &handoff.row, known).await?;
    tx.commit().await?;
    Ok(handoff)
}

/// What is still the giver's, and may be the receiver's, changes hands. The rest stays where it is.
async fn take(cx: &Cx, tx: &mut Tx, handoff: &Handoff, staff: StaffId) -> Result<()> {
    let (team, giver) = (handoff.row.care_team_id, handoff.row.from_id);
    require_member(tx, team, staff).await?;
    let open = |item: &&super::Item| item.row.moved.is_none();
    let mut tasks =
        lock_tasks(tx, handoff.items.iter().filter(open).filter_map(|item| item.row.task_id).collect()).await?;
    tasks.retain(|task| {
        giver.is_some()
            && task.claimed_by == giver
            && task.care_team_id == team
            && after(task.status, Step::Assign).is_some()
    });
    let may_have = |task: &task::Model| policy::is_qualified_for(&cx.scope().capacity, &task.kind);
    if handoff.row.to_id.is_none() {
        cx.require(tasks.iter().all(may_have), "take work of this kind")?;
    }
    tasks.retain(may_have);
    let patients = handoff.items.iter().filter(open).filter_map(|item| item.row.patient_id);
    let patients = patient::Entity::find()
        .filter(patient::Column::OrganizationId.eq(tx.organization()))
        .filter(patient::Column::Id.is_in(patients))
        .filter(patient::Column::CareTeamId.eq(team))
        .filter(patient::Column::CoordinatorId.eq(giver))
        .filter(patient::Column::MergedIntoId.is_null())
        .order_by_asc(patient::Column::Id)
        .lock_exclusive()
        .all(&**tx as &DatabaseTransaction)
        .await?;

    // First, so that losing them does not end the handoff.
    let moves = |item: &&super::Item| {
        tasks.iter().any(|task| item.row.task_id == Some(task.id))
            || patients.iter().any(|patient| item.row.patient_id == Some(patient.id))
    };
    let (moved, stay): (Vec<_>, Vec<_>) = handoff.items.iter().filter(open).partition(moves);
    mark(tx, moved.iter().map(|item| item.row.id).collect(), true).await?;
    mark(tx, stay.iter().map(|item| item.row.id).collect(), false).await?;
    for task in &tasks {
        tasks::service::give(cx, tx, task, staff, Some(WHY)).await?;
    }
    for patient in &patients {
        patients::service::give(tx, patient, staff, Some(WHY.to_owned())).await?;
    }
    Ok(())
}

async fn mark(tx: &Tx, items: Vec<HandoffItemId>, moved: bool) -> Result<()> {
    handoff_item::Entity::update_many()
        .col_expr(handoff_item::Column::Moved, Expr::value(moved))
        .filter(handoff_item::Column::OrganizationId.eq(tx.organization()))
        .filter(handoff_item::Column::Id.is_in(items))
        .exec(&**tx as &DatabaseTransaction)
        .await?;
    Ok(())
}

/// The work stays with its giver, who is told why.
pub async fn decline(cx: &Cx, id: HandoffId, reason: String) -> Result<Handoff> {
    let handoff = find(cx, id).await?;
    let named = handoff.row.to_id.is_some() && handoff.row.kind == HandoffKind::Transfer;
    let may = named && policy::may_acknowledge(cx.scope(), cx.actor.staff, &handoff.row);
    cx.require(may, "decline this handoff")?;
    let answer = Some(text::required("input.reason", reason, TEXT_LIMIT)?);
    require(&handoff.row, is_open)?;
    let declined =
        handoff::Model { state: HandoffState::Declined, answer, acknowledge_by: None, ..handoff.row.clone() };
    write(cx, "handoffs.decline", &handoff.row, declined).await
}

/// Names another receiver, or the whole team, and begins to wait anew.
pub async fn redirect(cx: &Cx, id: HandoffId, to: Option<StaffId>) -> Result<Handoff> {
    let handoff = find(cx, id).await?;
    cx.require(policy::may_redirect(cx.scope(), cx.actor.staff, &handoff.row), "redirect this handoff")?;
    let giver = handoff.row.from_id.filter(|_| handoff.row.kind == HandoffKind::Transfer);
    let giver = giver.ok_or_else(|| Error::Conflict("only work that is handed over has a receiver".into()))?;
    require(&handoff.row, is_waiting)?;
    let work = tasks::service::find_many(cx, handoff.tasks()).await?;
    let panel = handoff.items.iter().filter_map(|item| item.row.patient_id).collect();
    let panel = patients::service::find_many(cx, panel).await?;
    if let Some(to) = to {
        check_receiver(cx, giver, to, &work, &panel).await?;
    }

    let mut tx = cx.begin("handoffs.redirect").await?;
    if let Some(to) = to {
        require_member(&tx, handoff.row.care_team_id, to).await?;
    }
    let (state, acknowledge_by) = rules::begin(HandoffKind::Transfer, tx.at, cx.app.config.handoff_within);
    let next = handoff::Model { state, acknowledge_by, to_id: to, answer: None, ..handoff.row.clone() };
    let handoff = change(&mut tx, &handoff.row, next).await?;
    tx.commit().await?;
    Ok(handoff)
}

/// Takes it back. What would have moved stays with its giver.
pub async fn withdraw(cx: &Cx, id: HandoffId, reason: Option<String>) -> Result<Handoff> {
    let handoff = find(cx, id).await?;
    cx.require(policy::may_redirect(cx.scope(), cx.actor.staff, &handoff.row), "take this handoff back")?;
    let answer = text::optional("input.reason", reason, TEXT_LIMIT)?;
    if handoff.row.state == HandoffState::Withdrawn {
        return Ok(handoff);
    }
    require(&handoff.row, is_waiting)?;
    let taken = handoff::Model { state: HandoffState::Withdrawn, answer, acknowledge_by: None, ..handoff.row.clone() };
    write(cx, "handoffs.withdraw", &handoff.row, taken).await
}

async fn write(cx: &Cx, operation: &'static str, before: &handoff::Model, next: handoff::Model) -> Result<Handoff> {
    let mut tx = cx.begin(operation).await?;
    let handoff = change(&mut tx, before, next).await?;
    tx.commit().await?;
    Ok(handoff)
}

fn require(handoff: &handoff::Model, fits: fn(HandoffState) -> bool) -> Result<()> {
    match fits(handoff.state) {
        true => Ok(()),
        false => Err(Error::Conflict(format!("the handoff is {}", rules::state_words(handoff.state)))),
    }
}
