//! The parts that every write of a handoff is made of.
use super::super::rules;
use crate::{Error, Result, Tx, events::Change};
use entity::{
    audit_entry::AuditKind,
    handoff::{self, HandoffKind},
    handoff_item,
    ids::{CareTeamId, HandoffId, HandoffItemId, OrganizationId, PatientId, StaffId, TaskId},
    task,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::HashMap;

use super::Words;

/// A handoff with what it is about.
#[derive(Clone, Debug)]
pub struct Handoff {
    pub row: handoff::Model,
    pub items: Vec<Item>,
}

#[derive(Clone, Debug)]
pub struct Item {
    pub row: handoff_item::Model,
    /// Whom it concerns: of a task its patient.
    pub patient: Option<PatientId>,
}

impl Handoff {
    pub fn patients(&self) -> Vec<PatientId> {
        self.items.iter().filter_map(|item| item.patient).collect()
    }

    pub fn tasks(&self) -> Vec<TaskId> {
        self.items.iter().filter_map(|item| item.row.task_id).collect()
    }
}

/// The same rows with what they are about, in the same order.
pub async fn with_items(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    rows: Vec<handoff::Model>,
) -> Result<Vec<Handoff>> {
    let items = handoff_item::Entity::find()
        .filter(handoff_item::Column::OrganizationId.eq(organization))
        .filter(handoff_item::Column::HandoffId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(handoff_item::Column::Id)
        .all(db)
        .await?;
    let of_tasks: Vec<(TaskId, Option<PatientId>)> = task::Entity::find()
        .select_only()
        .column(task::Column::Id)
        .column(task::Column::PatientId)
        .filter(task::Column::OrganizationId.eq(organization))
        .filter(task::Column::Id.is_in(items.iter().filter_map(|item| item.task_id)))
        .into_tuple()
        .all(db)
        .await?;
    let of_tasks: HashMap<_, _> = of_tasks.into_iter().collect();
    let mut found: HashMap<HandoffId, Vec<Item>> = HashMap::new();
    for row in items {
        let of_task = row.task_id.and_then(|task| of_tasks.get(&task).copied().flatten());
        found.entry(row.handoff_id).or_default().push(Item { patient: row.patient_id.or(of_task), row });
    }
    Ok(rows.into_iter().map(|row| Handoff { items: found.remove(&row.id).unwrap_or_default(), row }).collect())
}

pub async fn with_its_items(db: &impl ConnectionTrait, row: handoff::Model) -> Result<Handoff> {
    let found = with_items(db, row.organization_id, vec![row]).await?.pop();
    found.ok_or_else(|| Error::broken("a handoff has its items"))
}

/// What one begins with.
pub struct Begun<'a> {
    pub team: CareTeamId,
    pub kind: HandoffKind,
    pub from: Option<StaffId>,
    pub to: Option<StaffId>,
    pub words: &'a Words,
    pub tasks: Vec<TaskId>,
    pub patients: Vec<PatientId>,
}

pub async fn put(tx: &mut Tx, begun: Begun<'_>) -> Result<Handoff> {
    let (state, acknowledge_by) = rules::begin(begun.kind, tx.at, tx.app().config.handoff_within);
    let words = begun.words.clone();
    let row = handoff::Model {
        organization_id: tx.organization(),
        id: HandoffId::generate(),
        version: 1,
        care_team_id: begun.team,
        kind: begun.kind,
        state,
        from_id: begun.from,
        to_id: begun.to,
        situation: words.situation,
        ready: words.ready,
        evidence: words.evidence,
        next_step: words.next,
        due_at: words.due_at,
        created_at: tx.at,
        acknowledge_by,
        acknowledged_at: None,
        acknowledged_by: None,
        answer: None,
    };
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    let subjects = begun.tasks.into_iter().map(|task| (Some(task), None));
    let subjects = subjects.chain(begun.patients.into_iter().map(|patient| (None, Some(patient))));
    let items: Vec<_> = subjects
        .map(|(task_id, patient_id)| {
            let item = handoff_item::Model {
                organization_id: row.organization_id,
                id: HandoffItemId::generate(),
                handoff_id: row.id,
                task_id,
                patient_id,
                moved: None,
            };
            item.into_active_model().reset_all()
        })
        .collect();
    if !items.is_empty() {
        handoff_item::Entity::insert_many(items).exec_without_returning(&**tx).await?;
    }
    tell(tx, row).await
}

/// What was checked against `before` is what is written, or nothing is.
pub async fn change(tx: &mut Tx, before: &handoff::Model, mut next: handoff::Model) -> Result<Handoff> {
    next.version = before.version + 1;
    let rows = handoff::Entity::update_many()
        .set(next.into_active_model().reset_all())
        .filter(handoff::Column::OrganizationId.eq(before.organization_id))
        .filter(handoff::Column::Id.eq(before.id))
        .filter(handoff::Column::Version.eq(before.version))
        .exec_with_returning(&**tx)
        .await?;
    let row = rows.into_iter().next().ok_or_else(|| Error::Conflict("the handoff was changed meanwhile".into()))?;
    tell(tx, row).await
}

async fn tell(tx: &mut Tx, row: handoff::Model) -> Result<Handoff> {
    let handoff = with_its_items(&**tx, row).await?;
    tx.note(AuditKind::Write, Some(("handoff", handoff.row.id.0)), handoff.patients());
    tx.emit(Change::handoff(&handoff.row));
    Ok(handoff)
}
