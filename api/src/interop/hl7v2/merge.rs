//! Two records are one person: everything of the one becomes the other's, and claims on tasks stay as they are.
use super::{identity::Identifier, record};
use crate::{
    Result, Tx,
    events::Change,
    patients::{
        protection,
        service::{StatusChange, audience, record_status},
    },
};
use entity::{
    adt_message, coordinator_assignment, fhir_resource,
    ids::{CoordinatorAssignmentId, PatientId},
    minute_entry, patient, patient_contact, patient_identifier, phone_call, task, task_history,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::Expr,
};

/// A number by which nobody is known yet is the survivor's from now on.
pub async fn adopt_numbers(tx: &mut Tx, stays: patient::Model, numbers: &[Identifier]) -> Result<patient::Model> {
    let mut touched = false;
    for number in numbers {
        touched |= record::add_identifier(tx, stays.id, number).await?;
    }
    let same = stays.clone();
    record::write(tx, &stays, same, touched).await
}

/// Makes `goes` a part of `stays`. `goes` is then seen nowhere, and its numbers name `stays`.
pub async fn merge(tx: &mut Tx, stays: patient::Model, goes: patient::Model) -> Result<patient::Model> {
    let (organization, from, to) = (tx.organization(), goes.id, stays.id);
    let saw = audience(&**tx, organization, from, goes.care_team_id).await?;
    move_tasks(tx, &stays, &goes).await?;
    move_numbers(tx, &stays, &goes).await?;
    move_contacts(tx, &stays, &goes).await?;
    adt_message::Entity::update_many()
        .col_expr(adt_message::Column::PatientId, Expr::value(to))
        .filter(adt_message::Column::OrganizationId.eq(organization))
        .filter(adt_message::Column::PatientId.eq(from))
        .exec(&**tx)
        .await?;
    fhir_resource::Entity::update_many()
        .col_expr(fhir_resource::Column::PatientId, Expr::value(to))
        .filter(fhir_resource::Column::OrganizationId.eq(organization))
        .filter(fhir_resource::Column::PatientId.eq(from))
        .exec(&**tx)
        .await?;
    move_time(tx, from, to).await?;
    // No chains: what had become `goes` becomes `stays`.
    patient::Entity::update_many()
        .col_expr(patient::Column::MergedIntoId, Expr::value(to))
        .filter(patient::Column::OrganizationId.eq(organization))
        .filter(patient::Column::MergedIntoId.eq(from))
        .exec(&**tx)
        .await?;
    let coordinator = move_coordination(tx, &stays, &goes).await?;

    let mut gone = goes.clone().into_active_model();
    gone.merged_into_id = Set(Some(to));
    gone.coordinator_id = Set(None);
    gone.version = Set(goes.version + 1);
    gone.updated_at = Set(tx.at);
    gone.update(&**tx).await?;
    tx.emit(Change::patient(from, goes.version + 1, saw, Vec::new()));

    let pharmacy = if stays.pharmacy_name.is_some() { &stays } else { &goes };
    let filled = patient::Model {
        mrn: stays.mrn.clone().or(goes.mrn.clone()),
        birth_date: stays.birth_date.or(goes.birth_date),
        gender: stays.gender.or(goes.gender),
        preferred_language: stays.preferred_language.clone().or(goes.preferred_language.clone()),
        interpreter_needed: stays.interpreter_needed || goes.interpreter_needed,
        risk_tier: Ord::max(stays.risk_tier, goes.risk_tier),
        labels: stays.labels | goes.labels,
        // Name and number of one pharmacy, never of two.
        pharmacy_name: pharmacy.pharmacy_name.clone(),
        pharmacy_phone: pharmacy.pharmacy_phone.clone(),
        care_team_id: stays.care_team_id.or(goes.care_team_id),
        coordinator_id: coordinator,
        ..stays.clone()
    };
    let merged = record::write(tx, &stays, filled, true).await?;
    protection::merge(tx, &merged, stays.labels, &goes).await?;
    if goes.status_source != "staff" || goes.status_since <= merged.status_since {
        return Ok(merged);
    }
    // What a person knew of the record that goes, they knew of this patient.
    let (status, since, source) = (goes.status, goes.status_since, goes.status_source);
    record_status(tx, &merged, StatusChange { status, since, source, note: goes.status_note }).await
}

/// Minutes and calls were spent on the one person that both are.
async fn move_time(tx: &Tx, from: PatientId, to: PatientId) -> Result<()> {
    minute_entry::Entity::update_many()
        .col_expr(minute_entry::Column::PatientId, Expr::value(to))
        .filter(minute_entry::Column::OrganizationId.eq(tx.organization()))
        .filter(minute_entry::Column::PatientId.eq(from))
        .exec(&**tx)
        .await?;
    phone_call::Entity::update_many()
        .col_expr(phone_call::Column::PatientId, Expr::value(to))
        .filter(phone_call::Column::OrganizationId.eq(tx.organization()))
        .filter(phone_call::Column::PatientId.eq(from))
        .exec(&**tx)
        .await?;
    Ok(())
}

async fn move_tasks(tx: &mut Tx, stays: &patient::Model, goes: &patient::Model) -> Result<()> {
    let moved = task::Entity::update_many()
        .col_expr(task::Column::PatientId, Expr::value(stays.id))
        .col_expr(task::Column::Version, Expr::col(task::Column::Version).add(1))
        .filter(task::Column::OrganizationId.eq(goes.organization_id))
        .filter(task::Column::PatientId.eq(goes.id))
        .exec_with_returning(&**tx)
        .await?;
    for task in &moved {
        tx.emit(Change::task(task, task.care_team_id));
    }
    task_history::Entity::update_many()
        .col_expr(task_history::Column::PatientId, Expr::value(stays.id))
        .filter(task_history::Column::OrganizationId.eq(goes.organization_id))
        .filter(task_history::Column::PatientId.eq(goes.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

async fn move_numbers(tx: &Tx, stays: &patient::Model, goes: &patient::Model) -> Result<()> {
    let known = record::identifiers_of(tx, stays.id).await?;
    for row in record::identifiers_of(tx, goes.id).await? {
        if known.iter().any(|own| own.system == row.system && own.value == row.value) {
            patient_identifier::Entity::delete_by_id((row.organization_id, row.id)).exec(&**tx).await?;
            continue;
        }
        let mut row = row.into_active_model();
        row.patient_id = Set(stays.id);
        row.update(&**tx).await?;
    }
    Ok(())
}

/// Behind the survivor's own.
async fn move_contacts(tx: &Tx, stays: &patient::Model, goes: &patient::Model) -> Result<()> {
    let both = patient_contact::Entity::find()
        .filter(patient_contact::Column::OrganizationId.eq(goes.organization_id))
        .filter(patient_contact::Column::PatientId.is_in([stays.id, goes.id]))
        .order_by_asc(patient_contact::Column::Position)
        .all(&**tx)
        .await?;
    let (own, others): (Vec<_>, Vec<_>) = both.into_iter().partition(|contact| contact.patient_id == stays.id);
    let last = own.last().map_or(0, |contact| contact.position);
    for (contact, position) in others.into_iter().zip(last + 1..) {
        let mut row = contact.into_active_model();
        row.patient_id = Set(stays.id);
        row.position = Set(position);
        row.update(&**tx).await?;
    }
    Ok(())
}

/// The survivor's coordinator stays responsible; without one, the other's is, on the same team.
async fn move_coordination(
    tx: &Tx,
    stays: &patient::Model,
    goes: &patient::Model,
) -> Result<Option<entity::ids::StaffId>> {
    coordinator_assignment::Entity::update_many()
        .col_expr(coordinator_assignment::Column::EndedAt, Expr::value(tx.at))
        .filter(coordinator_assignment::Column::OrganizationId.eq(goes.organization_id))
        .filter(coordinator_assignment::Column::PatientId.eq(goes.id))
        .filter(coordinator_assignment::Column::EndedAt.is_null())
        .exec(&**tx)
        .await?;
    let same_team = stays.care_team_id.is_none() || stays.care_team_id == goes.care_team_id;
    let Some(taken) = goes.coordinator_id.filter(|_| stays.coordinator_id.is_none() && same_team) else {
        return Ok(stays.coordinator_id);
    };
    let row = coordinator_assignment::ActiveModel {
        organization_id: Set(stays.organization_id),
        id: Set(CoordinatorAssignmentId::generate()),
        patient_id: Set(stays.id),
        staff_id: Set(taken),
        started_at: Set(tx.at),
        ended_at: Set(None),
        reason: Set(Some("two records became one".to_owned())),
        assigned_by: Set(None),
    };
    row.insert(&**tx).await?;
    Ok(Some(taken))
}
