//! Who is kept out of a patient's record: what the patient is marked with, and persons by name.
use super::service::{self, NOTE_LIMIT, audience, check_version, find};
use crate::{Cx, Error, Result, Tx, emergency, events::Change, people, policy, tasks, text};
use entity::{
    access_change::{self, AccessChangeKind},
    audit_entry::AuditKind,
    ids::{AccessChangeId, OrganizationId, PatientBlockId, PatientId, StaffId},
    patient, patient_block,
    sensitivity::Labels,
    staff, task,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel,
    QueryFilter, QueryOrder, sea_query::Expr,
};

/// What changed of somebody's access, for the table that keeps it.
pub struct AccessChange<'a> {
    pub kind: AccessChangeKind,
    pub patient: Option<PatientId>,
    pub staff: Option<StaffId>,
    pub before: Labels,
    pub after: Labels,
    pub reason: &'a str,
}

pub async fn remember(tx: &Tx, change: AccessChange<'_>) -> Result<()> {
    access_change::ActiveModel {
        organization_id: Set(tx.organization()),
        id: Set(AccessChangeId::generate()),
        at: Set(tx.at),
        actor_id: Set(tx.actor().staff),
        kind: Set(change.kind),
        patient_id: Set(change.patient),
        staff_id: Set(change.staff),
        before: Set(change.before),
        after: Set(change.after),
        reason: Set(change.reason.to_owned()),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}

/// Marks a patient. Whoever does not see them any more gives work about them back to the team.
pub async fn set_labels(
    cx: &Cx,
    id: PatientId,
    labels: Labels,
    reason: String,
    expected_version: Option<i32>,
) -> Result<patient::Model> {
    let patient = find(cx, id).await?;
    cx.require(policy::may_protect(cx.scope(), &patient), "change who sees this patient")?;
    let taken_away = patient.labels & !labels;
    cx.require(policy::may_open(cx.scope(), taken_away), "take a flag away for which you are not cleared")?;
    check_version(expected_version, patient.version)?;
    let reason = text::required("input.reason", reason, NOTE_LIMIT)?;
    if patient.labels == labels {
        return Ok(patient);
    }

    let mut tx = cx.begin("patients.setConfidentiality").await?;
    let marked = mark(&mut tx, &patient, labels, &reason).await?;
    tx.commit().await?;
    Ok(marked)
}

/// The same within a transaction, for a file or a merge as well.
pub async fn mark(tx: &mut Tx, patient: &patient::Model, labels: Labels, reason: &str) -> Result<patient::Model> {
    let mut changed = patient.clone().into_active_model();
    changed.labels = Set(labels);
    let (kind, patient_id) = (AccessChangeKind::Labels, Some(patient.id));
    let change = AccessChange { kind, patient: patient_id, staff: None, before: patient.labels, after: labels, reason };
    remember(tx, change).await?;
    service::update(tx, patient, changed).await
}

/// A coordinator may see what others do not: their feeds ask again before they are told of the patient.
pub fn announce_coordinators(tx: &mut Tx, before: &patient::Model, after: &patient::Model) {
    if (before.coordinator_id, before.labels) == (after.coordinator_id, after.labels)
        || (before.labels | after.labels).is_empty()
    {
        return;
    }
    let mut coordinators: Vec<StaffId> = before.coordinator_id.into_iter().chain(after.coordinator_id).collect();
    coordinators.dedup();
    coordinators.into_iter().for_each(|staff| tx.emit(Change::staff(staff).told()));
}

/// Tells the tasks about a patient anew, after it has changed who sees them. Their versions rise, so that nobody claims
/// what they saw before.
pub async fn retell_tasks(tx: &mut Tx, patient: PatientId) -> Result<()> {
    let cx = tx.cx();
    let mut about = task::Entity::update_many()
        .col_expr(task::Column::Version, Expr::col(task::Column::Version).add(1))
        .filter(task::Column::OrganizationId.eq(tx.organization()))
        .filter(task::Column::PatientId.eq(patient))
        .exec_with_returning(&**tx)
        .await?;
    about.sort_by_key(|task| task.id);
    for task in about {
        let told = match task.claimed_by {
            Some(holder) if tasks::rules::is_open(task.status) && !sees_task(tx, holder, &task).await? => {
                let why = "may not see the patient any more";
                tasks::service::take_from_holder(tx, &cx, task, why).await?
            }
            _ => task,
        };
        Change::task(&told, told.care_team_id).anew().into_iter().for_each(|change| tx.emit(change.told()));
    }
    Ok(())
}

async fn sees_task(tx: &Tx, staff: StaffId, task: &task::Model) -> Result<bool> {
    let scope = people::sessions::staff_scope(&**tx, tx.organization(), staff, tx.at).await?;
    let Some(scope) = scope else { return Ok(false) };
    Ok(policy::visible_tasks(&scope).filter(task::Column::Id.eq(task.id)).one(&**tx).await?.is_some())
}

/// Whether somebody would see a patient if they worked for them; `as_coordinator`: if they became their coordinator.
pub async fn could_see(cx: &Cx, staff: StaffId, patient: &patient::Model, as_coordinator: bool) -> Result<bool> {
    let scope = people::sessions::staff_scope(&cx.db(), cx.organization(), staff, cx.now()).await?;
    Ok(scope.is_some_and(|scope| would_see(scope, patient, as_coordinator)))
}

/// The same of somebody whose scope is known.
pub fn would_see(mut scope: policy::Scope, patient: &patient::Model, as_coordinator: bool) -> bool {
    scope.sight.emergency.clear();
    if as_coordinator {
        scope.sight.coordinates.insert(patient.id);
    }
    !policy::is_withheld(&scope, patient.id, patient.labels)
}

/// Keeps a person out of a patient's record.
pub async fn block(cx: &Cx, id: PatientId, staff: StaffId, reason: String) -> Result<patient::Model> {
    let patient = find_protected(cx, id).await?;
    let reason = text::required("input.reason", reason, NOTE_LIMIT)?;
    people::service::find(cx, staff).await?;
    if patient.coordinator_id == Some(staff) {
        return Err(Error::bad_input("input.staffId", "is the patient's coordinator: make somebody else that first"));
    }
    if blocked(&cx.db(), cx.organization(), id).await?.contains(&staff) {
        return Ok(patient);
    }

    let mut tx = cx.begin("patients.block").await?;
    keep_out(&tx, id, staff).await?;
    changed_block(&mut tx, &patient, staff, (false, true), &reason).await?;
    tx.commit().await?;
    Ok(patient)
}

/// Lets them in again, as far as they may see the patient otherwise.
pub async fn unblock(cx: &Cx, id: PatientId, staff: StaffId, reason: String) -> Result<patient::Model> {
    let patient = find_protected(cx, id).await?;
    let reason = text::required("input.reason", reason, NOTE_LIMIT)?;

    let mut tx = cx.begin("patients.unblock").await?;
    let ended = patient_block::Entity::update_many()
        .col_expr(patient_block::Column::EndedAt, Expr::value(tx.at))
        .filter(patient_block::Column::OrganizationId.eq(tx.organization()))
        .filter(patient_block::Column::PatientId.eq(id))
        .filter(patient_block::Column::StaffId.eq(staff))
        .filter(patient_block::Column::EndedAt.is_null())
        .exec(&*tx)
        .await?;
    if ended.rows_affected == 0 {
        return Err(Error::NotFound("staff member"));
    }
    changed_block(&mut tx, &patient, staff, (true, false), &reason).await?;
    tx.commit().await?;
    Ok(patient)
}

async fn keep_out(tx: &Tx, patient: PatientId, staff: StaffId) -> Result<()> {
    let row = patient_block::ActiveModel {
        organization_id: Set(tx.organization()),
        id: Set(PatientBlockId::generate()),
        patient_id: Set(patient),
        staff_id: Set(staff),
        at: Set(tx.at),
        ended_at: Set(None),
    };
    row.insert(&**tx).await?;
    Ok(())
}

async fn find_protected(cx: &Cx, id: PatientId) -> Result<patient::Model> {
    let patient = find(cx, id).await?;
    cx.require(policy::may_protect(cx.scope(), &patient), "change who sees this patient")?;
    Ok(patient)
}

async fn changed_block(
    tx: &mut Tx,
    patient: &patient::Model,
    staff: StaffId,
    (before, after): (bool, bool),
    reason: &str,
) -> Result<()> {
    let (before, after) = (Labels(before.into()), Labels(after.into()));
    let (kind, patient_id) = (AccessChangeKind::Block, Some(patient.id));
    remember(tx, AccessChange { kind, patient: patient_id, staff: Some(staff), before, after, reason }).await?;
    tx.note(AuditKind::Write, Some(("patient", patient.id.0)), vec![patient.id]);
    tx.emit(Change::staff(staff).told());
    let teams = audience(&**tx, patient.organization_id, patient.id, patient.care_team_id).await?;
    let change = Change::patient(patient.id, patient.version, teams.clone(), teams);
    change.anew().into_iter().for_each(|change| tx.emit(change.told()));
    retell_tasks(tx, patient.id).await
}

/// Two records became one: who was kept out of either is kept out of both, and an emergency at the one that goes is over.
/// What either was marked with is in the row of `stays` already, which had the labels `before`.
pub async fn merge(tx: &mut Tx, stays: &patient::Model, before: Labels, goes: &patient::Model) -> Result<()> {
    let reason = "two records became one";
    if stays.labels != before {
        let (kind, patient, after) = (AccessChangeKind::Labels, Some(stays.id), stays.labels);
        remember(tx, AccessChange { kind, patient, staff: None, before, after, reason }).await?;
    }
    let organization = tx.organization();
    let already = blocked(&**tx, organization, stays.id).await?;
    for staff in blocked(&**tx, organization, goes.id).await? {
        if !already.contains(&staff) {
            keep_out(tx, stays.id, staff).await?;
            changed_block(tx, stays, staff, (false, true), reason).await?;
        }
    }
    emergency::service::end_all_at(tx, goes.id).await
}

/// Who is kept out of a patient's record now.
async fn blocked(db: &impl ConnectionTrait, organization: OrganizationId, patient: PatientId) -> Result<Vec<StaffId>> {
    let holding = patient_block::Entity::find()
        .filter(patient_block::Column::OrganizationId.eq(organization))
        .filter(patient_block::Column::PatientId.eq(patient))
        .filter(patient_block::Column::EndedAt.is_null())
        .order_by_asc(patient_block::Column::Id);
    Ok(holding.all(db).await?.into_iter().map(|row| row.staff_id).collect())
}

/// The same for who may know it.
pub async fn blocked_staff(cx: &Cx, patient: &patient::Model) -> Result<Vec<staff::Model>> {
    cx.require(policy::may_protect(cx.scope(), patient), "see who is kept out of this record")?;
    people::service::find_many(cx, blocked(&cx.db(), cx.organization(), patient.id).await?).await
}

/// The patient, if the actor still sees them after what they have just done.
pub async fn still_seen(cx: &Cx, patient: PatientId) -> Result<Option<patient::Model>> {
    let mut now = cx.clone();
    now.actor = people::sessions::authenticate_again(cx).await?;
    match find(&now, patient).await {
        Err(Error::NotFound(_)) => Ok(None),
        found => found.map(Some),
    }
}
