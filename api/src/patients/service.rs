//! The operations on patients.
use super::{protection, rules};
use crate::{
    Cx, Error, Result, Tx, care_teams,
    events::Change,
    handoffs,
    page::{Page, PageArgs, Sort, page},
    policy, tasks,
};
use chrono::{DateTime, Utc};
use entity::{
    client_mutation, coordinator_assignment,
    ids::{CareTeamId, CoordinatorAssignmentId, OrganizationId, PatientId, StaffId, StatusChangeId},
    patient::{self, PatientStatus, RiskTier},
    patient_contact, patient_identifier, patient_status_change, task,
};
use fail::fail_point;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, Order, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, LikeExpr},
};
use std::collections::BTreeSet;

pub const NOTE_LIMIT: usize = 2_000;
const PHARMACY_LIMIT: usize = 200;
const PHONE_LIMIT: usize = 40;

#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub care_team: Option<CareTeamId>,
    pub coordinator: Option<StaffId>,
    /// In care, and nobody is responsible for them.
    pub without_coordinator: bool,
    pub status: Option<Vec<PatientStatus>>,
    pub risk_tier: Option<Vec<RiskTier>>,
    pub search: Option<String>,
}

pub async fn find(cx: &Cx, id: PatientId) -> Result<patient::Model> {
    let patient = policy::visible_patients(cx.scope()).filter(patient::Column::Id.eq(id)).one(&cx.db()).await?;
    fail_point!("patients.found", |_| panic!("{patient:?}"));
    patient.ok_or(Error::NotFound("patient"))
}

/// What the actor wrote, when they ask for it again: a patient whom they handed to a team that they do not see is shown
/// to them as they left them, while unchanged and while they still see the team that the patient came from.
pub async fn find_again(cx: &Cx, known: &client_mutation::Model) -> Result<patient::Model> {
    let id = PatientId(known.entity_id);
    match find(cx, id).await {
        Err(Error::NotFound(_)) if known.left_team_id.is_some_and(|team| policy::may_follow_team(cx.scope(), team)) => {
            let patient = policy::unwithheld_patients(cx.scope()).filter(patient::Column::Id.eq(id));
            let patient = patient.filter(patient::Column::Version.eq(known.entity_version)).one(&cx.db()).await?;
            patient.ok_or(Error::NotFound("patient"))
        }
        found => found,
    }
}

/// Whether it is for confidentiality that the actor does not see a patient, on whatever team.
pub async fn is_withheld(cx: &Cx, id: PatientId) -> Result<bool> {
    let patient = patient::Entity::find_by_id((cx.organization(), id)).one(&cx.db()).await?;
    Ok(patient.is_some_and(|patient| policy::is_withheld(cx.scope(), id, patient.labels)))
}

/// Those of `ids` that the actor may see.
pub async fn find_many(cx: &Cx, ids: Vec<PatientId>) -> Result<Vec<patient::Model>> {
    Ok(policy::visible_patients(cx.scope()).filter(patient::Column::Id.is_in(ids)).all(&cx.db()).await?)
}

/// Patients by name.
pub async fn list(cx: &Cx, filter: Filter, args: &PageArgs) -> Result<Page<patient::Model>> {
    let mut select = policy::visible_patients(cx.scope());
    if let Some(team) = filter.care_team {
        select = select.filter(patient::Column::CareTeamId.eq(team));
    }
    if let Some(coordinator) = filter.coordinator {
        select = select.filter(patient::Column::CoordinatorId.eq(coordinator));
    }
    if filter.without_coordinator {
        let in_care = patient::Column::Status.is_not_in([PatientStatus::Deceased, PatientStatus::Inactive]);
        select = select.filter(patient::Column::CoordinatorId.is_null()).filter(in_care);
    }
    if let Some(status) = filter.status {
        select = select.filter(patient::Column::Status.is_in(status));
    }
    if let Some(tier) = filter.risk_tier {
        select = select.filter(patient::Column::RiskTier.is_in(tier));
    }
    let patterns = rules::search_patterns(filter.search.as_deref().unwrap_or_default());
    cx.require(patterns.is_empty() || policy::may_know_names(cx.scope()), "search for patients")?;
    if !patterns.is_empty() {
        cx.reads.searched();
    }
    for pattern in patterns {
        select = select.filter(patient::Column::SearchText.like(LikeExpr::new(pattern).escape('\\')));
    }
    let columns = [patient::Column::FamilyName, patient::Column::GivenName, patient::Column::Id];
    let sort = match policy::may_know_names(cx.scope()) {
        true => Sort { name: "name", columns: columns.map(|column| (column, Order::Asc)).to_vec() },
        // Cursors hold what the list is sorted by, and an order tells names as well.
        false => Sort { name: "id", columns: vec![(patient::Column::Id, Order::Asc)] },
    };
    page(cx, select, sort, args).await
}

pub async fn identifiers(cx: &Cx, patient: PatientId) -> Result<Vec<patient_identifier::Model>> {
    let identifiers = patient_identifier::Entity::find()
        .filter(patient_identifier::Column::OrganizationId.eq(cx.organization()))
        .filter(patient_identifier::Column::PatientId.eq(patient))
        .order_by_asc(patient_identifier::Column::System)
        .order_by_asc(patient_identifier::Column::Value);
    Ok(identifiers.all(&cx.db()).await?)
}

pub async fn contacts(cx: &Cx, patient: PatientId) -> Result<Vec<patient_contact::Model>> {
    let contacts = patient_contact::Entity::find()
        .filter(patient_contact::Column::OrganizationId.eq(cx.organization()))
        .filter(patient_contact::Column::PatientId.eq(patient))
        .order_by_asc(patient_contact::Column::Position);
    Ok(contacts.all(&cx.db()).await?)
}

pub async fn coordinator_history(
    cx: &Cx,
    patient: PatientId,
    args: &PageArgs,
) -> Result<Page<coordinator_assignment::Model>> {
    let select = coordinator_assignment::Entity::find()
        .filter(coordinator_assignment::Column::OrganizationId.eq(cx.organization()))
        .filter(coordinator_assignment::Column::PatientId.eq(patient));
    let columns = [coordinator_assignment::Column::StartedAt, coordinator_assignment::Column::Id];
    let sort = Sort { name: "started", columns: columns.map(|column| (column, Order::Desc)).to_vec() };
    page(cx, select, sort, args).await
}

/// Care teams that see the patient: their own, and those with a task about them.
pub async fn audience(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    patient: PatientId,
    care_team: Option<CareTeamId>,
) -> Result<Vec<CareTeamId>> {
    let working: Vec<CareTeamId> = task::Entity::find()
        .select_only()
        .column(task::Column::CareTeamId)
        .distinct()
        .filter(task::Column::OrganizationId.eq(organization))
        .filter(task::Column::PatientId.eq(patient))
        .into_tuple()
        .all(db)
        .await?;
    let teams: BTreeSet<CareTeamId> = working.into_iter().chain(care_team).collect();
    Ok(teams.into_iter().collect())
}

/// A status, since when it is true in the world, and where we have it from.
#[derive(Clone, Debug)]
pub struct StatusChange {
    pub status: PatientStatus,
    pub since: DateTime<Utc>,
    /// `staff`, or the message or file that said so: `ADT A01`.
    pub source: String,
    pub note: Option<String>,
}

/// Sets a patient's status on behalf of a person. Nothing is written when the version is not the one expected.
pub async fn set_status(
    cx: &Cx,
    id: PatientId,
    status: PatientStatus,
    note: Option<String>,
    expected_version: Option<i32>,
) -> Result<patient::Model> {
    let patient = find(cx, id).await?;
    cx.require(policy::may_edit_patient(cx.scope(), &patient), "change this patient")?;
    check_version(expected_version, patient.version)?;
    let note = crate::text::optional("input.note", note, NOTE_LIMIT)?;
    if rules::needs_note_to_leave(patient.status) && status != patient.status && note.is_none() {
        return Err(Error::bad_input("input.note", "say why: the patient is recorded as deceased"));
    }

    let mut tx = cx.begin("patients.setStatus").await?;
    let change = StatusChange { status, since: tx.at, source: "staff".to_owned(), note };
    let patient = record_status(&mut tx, &patient, change).await?;
    tx.commit().await?;
    Ok(patient)
}

/// Writes a status with its history, and announces it. The version of `patient` must still be the one in store.
pub async fn record_status(tx: &mut Tx, patient: &patient::Model, change: StatusChange) -> Result<patient::Model> {
    let deceased_at = match change.status {
        PatientStatus::Deceased => patient.deceased_at.or(Some(change.since)),
        _ => None,
    };
    patient_status_change::ActiveModel {
        organization_id: Set(patient.organization_id),
        id: Set(StatusChangeId::generate()),
        patient_id: Set(patient.id),
        status: Set(change.status),
        since: Set(change.since),
        recorded_at: Set(tx.at),
        source: Set(change.source.clone()),
        note: Set(change.note.clone()),
        actor_id: Set(tx.actor().staff),
    }
    .insert(&**tx)
    .await?;
    let mut changed = patient.clone().into_active_model();
    changed.status = Set(change.status);
    changed.status_since = Set(change.since);
    changed.status_source = Set(change.source);
    changed.status_note = Set(change.note);
    changed.deceased_at = Set(deceased_at);
    update(tx, patient, changed).await
}

/// Writes a changed patient with the next version, and announces it to everybody who saw or sees them.
///
/// What was checked against `before` is what is written, or nothing is: another version in store is a conflict.
pub async fn update(tx: &mut Tx, before: &patient::Model, changed: patient::ActiveModel) -> Result<patient::Model> {
    let saw = audience(&**tx, before.organization_id, before.id, before.care_team_id).await?;
    update_seen_by(tx, before, changed, saw).await
}

/// The same where the tasks that made the patient visible have moved in this transaction already.
async fn update_seen_by(
    tx: &mut Tx,
    before: &patient::Model,
    mut changed: patient::ActiveModel,
    saw: Vec<CareTeamId>,
) -> Result<patient::Model> {
    changed.version = Set(before.version + 1);
    changed.updated_at = Set(tx.at);
    let rows = patient::Entity::update_many()
        .set(changed)
        .filter(patient::Column::OrganizationId.eq(before.organization_id))
        .filter(patient::Column::Id.eq(before.id))
        .filter(patient::Column::Version.eq(before.version))
        .exec_with_returning(&**tx)
        .await?;
    let after = rows.into_iter().next().ok_or_else(|| Error::Conflict("the patient was changed meanwhile".into()))?;
    let sees = audience(&**tx, after.organization_id, after.id, after.care_team_id).await?;
    if before.coordinator_id.is_some() && after.coordinator_id != before.coordinator_id {
        handoffs::service::patient_left(tx, after.id).await?;
    }
    // First who sees what, then what there is to see.
    protection::announce_coordinators(tx, before, &after);
    let change = Change::patient(after.id, after.version, saw, sees);
    if after.labels == before.labels {
        tx.emit(change);
    } else {
        change.anew().into_iter().for_each(|change| tx.emit(change));
        protection::retell_tasks(tx, after.id).await?;
    }
    Ok(after)
}

/// Says where the patient gets their medicines, or with no name that it is not known.
pub async fn set_pharmacy(
    cx: &Cx,
    id: PatientId,
    (name, phone): (Option<String>, Option<String>),
    expected_version: Option<i32>,
) -> Result<patient::Model> {
    let patient = find(cx, id).await?;
    cx.require(policy::may_edit_patient(cx.scope(), &patient), "change this patient")?;
    check_version(expected_version, patient.version)?;
    let name = crate::text::optional("input.name", name, PHARMACY_LIMIT)?;
    let phone = crate::text::optional("input.phone", phone, PHONE_LIMIT)?;
    if name.is_none() && phone.is_some() {
        return Err(Error::bad_input("input.name", "must be there with a phone number"));
    }

    let mut tx = cx.begin("patients.setPharmacy").await?;
    let mut changed = patient.clone().into_active_model();
    changed.pharmacy_name = Set(name);
    changed.pharmacy_phone = Set(phone);
    let patient = update(&mut tx, &patient, changed).await?;
    tx.commit().await?;
    Ok(patient)
}

/// Makes one person responsible for the patient from now on.
pub async fn assign_coordinator(
    cx: &Cx,
    id: PatientId,
    staff: StaffId,
    reason: Option<String>,
) -> Result<patient::Model> {
    let patient = find(cx, id).await?;
    cx.require(policy::may_edit_patient(cx.scope(), &patient), "change this patient")?;
    let reason = crate::text::optional("input.reason", reason, NOTE_LIMIT)?;
    let team = patient.care_team_id.ok_or_else(|| Error::bad_input("input.patientId", "is on no care team"))?;
    let team = care_teams::service::find(cx, team).await?;
    if !care_teams::service::is_member(&cx.db(), &team, staff).await? {
        return Err(Error::bad_input("input.staffId", "is not an active member of the patient's care team"));
    }
    if !protection::could_see(cx, staff, &patient, true).await? {
        return Err(Error::bad_input("input.staffId", "may not see this patient"));
    }
    if patient.coordinator_id == Some(staff) {
        return Ok(patient);
    }

    let mut tx = cx.begin("patients.assignCoordinator").await?;
    if !care_teams::service::stays_member(&tx, team.id, staff).await? {
        return Err(Error::Conflict("they have just left the patient's care team".into()));
    }
    let patient = give(&mut tx, &patient, staff, reason).await?;
    tx.commit().await?;
    Ok(patient)
}

/// The same within a transaction, for somebody who may, and who stays a member.
pub async fn give(
    tx: &mut Tx,
    patient: &patient::Model,
    staff: StaffId,
    reason: Option<String>,
) -> Result<patient::Model> {
    coordinate(tx, patient, Some(staff), reason).await
}

/// Makes somebody who was found fit for it, or nobody, responsible for the patient from now on.
pub async fn coordinate(
    tx: &mut Tx,
    patient: &patient::Model,
    staff: Option<StaffId>,
    reason: Option<String>,
) -> Result<patient::Model> {
    let mut changed = patient.clone().into_active_model();
    changed.coordinator_id = Set(staff);
    // First, because it decides who of two is faster: the other has a conflict before there is a second open assignment.
    let patient = update(tx, patient, changed).await?;
    end_coordination(tx, &patient).await?;
    let Some(staff) = staff else { return Ok(patient) };
    let assignment = coordinator_assignment::ActiveModel {
        organization_id: Set(patient.organization_id),
        id: Set(CoordinatorAssignmentId::generate()),
        patient_id: Set(patient.id),
        staff_id: Set(staff),
        started_at: Set(tx.at),
        ended_at: Set(None),
        reason: Set(reason),
        assigned_by: Set(tx.actor().staff),
    };
    assignment.insert(&**tx).await?;
    Ok(patient)
}

/// Gives a patient to another care team, with their open tasks. A coordinator who is not on it is no longer theirs.
pub async fn move_to_team(cx: &Cx, id: PatientId, team: CareTeamId, reason: Option<String>) -> Result<patient::Model> {
    let patient = find(cx, id).await?;
    cx.require(policy::may_edit_patient(cx.scope(), &patient), "change this patient")?;
    let reason = crate::text::optional("input.reason", reason, NOTE_LIMIT)?;
    // One may hand a patient to a team that one does not see, but not to another organisation's.
    let team = care_teams::service::find_in_organization(cx, team).await?;
    if patient.care_team_id == Some(team.id) {
        return Ok(patient);
    }

    let mut tx = cx.begin("patients.move").await?;
    let saw = audience(&*tx, patient.organization_id, patient.id, patient.care_team_id).await?;
    tasks::service::move_open_tasks(&mut tx, cx, &patient, &team, reason.as_deref()).await?;
    let mut changed = patient.clone().into_active_model();
    changed.care_team_id = Set(Some(team.id));
    if let Some(coordinator) = patient.coordinator_id
        && !care_teams::service::stays_member(&tx, team.id, coordinator).await?
    {
        end_coordination(&tx, &patient).await?;
        changed.coordinator_id = Set(None);
    }
    let moved = update_seen_by(&mut tx, &patient, changed, saw).await?;
    tx.commit().await?;
    Ok(moved)
}

/// Nobody is responsible any more for the patients of somebody who left a team, or all of them.
pub async fn leave_without(tx: &mut Tx, coordinator: StaffId, team: Option<CareTeamId>) -> Result<()> {
    let mut left = patient::Entity::find()
        .filter(patient::Column::OrganizationId.eq(tx.organization()))
        .filter(patient::Column::CoordinatorId.eq(coordinator));
    if let Some(team) = team {
        left = left.filter(patient::Column::CareTeamId.eq(team));
    }
    let left = left.order_by_asc(patient::Column::Id).lock_exclusive().all(&**tx as &DatabaseTransaction).await?;
    for patient in left {
        coordinate(tx, &patient, None, None).await?;
    }
    Ok(())
}

async fn end_coordination(tx: &Tx, patient: &patient::Model) -> Result<()> {
    coordinator_assignment::Entity::update_many()
        .col_expr(coordinator_assignment::Column::EndedAt, Expr::value(tx.at))
        .filter(coordinator_assignment::Column::OrganizationId.eq(patient.organization_id))
        .filter(coordinator_assignment::Column::PatientId.eq(patient.id))
        .filter(coordinator_assignment::Column::EndedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

pub fn check_version(expected: Option<i32>, stored: i32) -> Result<()> {
    match expected {
        Some(expected) if expected != stored => Err(Error::Conflict(format!(
            "it was changed meanwhile: version {stored} is stored, {expected} was expected"
        ))),
        _ => Ok(()),
    }
}
