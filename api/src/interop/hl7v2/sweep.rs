//! What time changes of a status that messages told.
use super::{log, place::CLINIC_VISIT, status, zone};
use crate::{Cx, Result};
use entity::{
    ids::PatientId,
    patient::{self, PatientStatus},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

/// Patients who came to a clinic by a message, and of whom no message says that they left. Says how many there were.
pub async fn end_clinic_visits(cx: &Cx) -> Result<u64> {
    let zone = zone(cx).await?;
    let stayed: Vec<PatientId> = patient::Entity::find()
        .select_only()
        .column(patient::Column::Id)
        .filter(patient::Column::OrganizationId.eq(cx.organization()))
        .filter(patient::Column::Status.eq(PatientStatus::InClinic))
        .filter(patient::Column::StatusSource.starts_with("ADT "))
        .filter(patient::Column::StatusSince.lt(cx.now() - CLINIC_VISIT))
        .filter(patient::Column::MergedIntoId.is_null())
        .into_tuple()
        .all(&cx.db())
        .await?;
    let mut ended = 0;
    for id in stayed {
        let mut tx = cx.begin("adt.endClinicVisit").await?;
        let key = (cx.organization(), id);
        let Some(patient) = patient::Entity::find_by_id(key).lock_exclusive().one(&*tx).await? else { continue };
        let source = patient.status_source.clone();
        let stored = log::about(&tx, id, zone).await?;
        status::refresh(&mut tx, patient, &stored, &source).await?;
        if !tx.is_empty() {
            tx.commit().await?;
            ended += 1;
        }
    }
    Ok(ended)
}
