//! Nothing is left with who is gone: people who leave, work that is no longer whose it was, and time that runs out.
use super::{create::waiting_transfers, parts::change};
use crate::{Cx, Result, Tx, caseload, handoffs::rules::WAITING, patients, tasks};
use entity::{
    handoff::{self, HandoffKind, HandoffState},
    handoff_item,
    ids::{CareTeamId, HandoffId, PatientId, StaffId, TaskId},
    task,
};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use std::collections::BTreeSet;

/// Somebody leaves a team, or the practice: what they hold goes back to the pool, their patients are nobody's until
/// somebody takes them, what was handed to them goes to the managers, and what they asked for is asked no more.
pub async fn leaves(tx: &mut Tx, cx: &Cx, staff: StaffId, team: Option<CareTeamId>, reason: &str) -> Result<()> {
    tasks::service::release_all(tx, cx, team, staff, reason).await?;
    patients::service::leave_without(tx, staff, team).await?;
    tasks::takeover::service::asker_leaves(tx, staff, team).await?;
    if team.is_none() {
        caseload::cover::leaves(tx, staff).await?;
    }
    let mut theirs = handoff::Entity::find()
        .filter(handoff::Column::OrganizationId.eq(tx.organization()))
        .filter(handoff::Column::State.is_in(WAITING))
        .filter(Condition::any().add(handoff::Column::ToId.eq(staff)).add(handoff::Column::FromId.eq(staff)));
    if let Some(team) = team {
        theirs = theirs.filter(handoff::Column::CareTeamId.eq(team));
    }
    let theirs = theirs.order_by_asc(handoff::Column::Id).lock_exclusive().all(&**tx as &DatabaseTransaction).await?;
    for row in theirs {
        let mut next = row.clone();
        next.acknowledge_by = None;
        next.answer = Some(format!("{} {reason}", if row.to_id == Some(staff) { "the receiver" } else { "the giver" }));
        next.state = match row.kind {
            HandoffKind::Transfer if row.to_id == Some(staff) => HandoffState::Escalated,
            HandoffKind::Notice if row.to_id == Some(staff) => HandoffState::Withdrawn,
            HandoffKind::Transfer => HandoffState::Withdrawn,
            // What they told others still stands.
            HandoffKind::Escalation | HandoffKind::Notice => continue,
        };
        change(tx, &row, next).await?;
    }
    Ok(())
}

/// A task is no longer its holder's, who has nothing of it to hand over any more.
pub async fn task_left(tx: &mut Tx, task: &task::Model) -> Result<()> {
    item_left(tx, handoff_item::Column::TaskId.eq(task.id)).await
}

/// The same of a patient and their coordinator.
pub async fn patient_left(tx: &mut Tx, patient: PatientId) -> Result<()> {
    item_left(tx, handoff_item::Column::PatientId.eq(patient)).await
}

async fn item_left(tx: &mut Tx, which: sea_orm::sea_query::SimpleExpr) -> Result<()> {
    let left = handoff_item::Entity::update_many()
        .col_expr(handoff_item::Column::Moved, Expr::value(false))
        .filter(handoff_item::Column::OrganizationId.eq(tx.organization()))
        .filter(which)
        .filter(handoff_item::Column::Moved.is_null())
        .filter(handoff_item::Column::HandoffId.in_subquery(waiting_transfers(tx)))
        .exec_with_returning(&**tx as &DatabaseTransaction)
        .await?;
    let handoffs: BTreeSet<HandoffId> = left.into_iter().map(|item| item.handoff_id).collect();
    for id in handoffs {
        let row = handoff::Entity::find_by_id((tx.organization(), id))
            .lock_exclusive()
            .one(&**tx as &DatabaseTransaction)
            .await?;
        let rest = handoff_item::Entity::find()
            .filter(handoff_item::Column::OrganizationId.eq(tx.organization()))
            .filter(handoff_item::Column::HandoffId.eq(id))
            .filter(handoff_item::Column::Moved.is_null())
            .one(&**tx)
            .await?;
        let Some(row) = row.filter(|_| rest.is_none()) else { continue };
        let mut next = row.clone();
        next.state = HandoffState::Withdrawn;
        next.acknowledge_by = None;
        next.answer = Some("it is no longer the giver's".to_owned());
        change(tx, &row, next).await?;
    }
    Ok(())
}

/// Nobody acknowledged it in time: the managers of the team see to it. Its receiver may still acknowledge.
pub async fn escalate_late(tx: &mut Tx, row: handoff::Model) -> Result<()> {
    let next = handoff::Model { state: HandoffState::Escalated, acknowledge_by: None, ..row.clone() };
    change(tx, &row, next).await.map(|_| ())
}

/// Takes tasks out of what waits, because their holder says something else of them now.
pub async fn say_anew(tx: &mut Tx, tasks: Vec<TaskId>) -> Result<()> {
    item_left(tx, handoff_item::Column::TaskId.is_in(tasks)).await
}
