//! What a person sees of confidential patients, asked anew with every request.
use crate::{Result, policy::Sight};
use chrono::{DateTime, Utc};
use entity::{
    break_glass,
    ids::{BreakGlassId, PatientId},
    patient, patient_block,
    sensitivity::Labels,
    staff,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, UnionType},
};

const COORDINATES: i32 = 1;
const BLOCKED: i32 = 2;
const EMERGENCY: i32 = 3;

/// One question to the store, since it is asked so often. Few people have any such row.
pub async fn of(moment: &impl ConnectionTrait, person: &staff::Model, now: DateTime<Utc>) -> Result<Sight> {
    let coordinates = patient::Entity::find()
        .select_only()
        .expr(Expr::val(COORDINATES))
        .column(patient::Column::Id)
        .column(patient::Column::Id)
        .filter(patient::Column::OrganizationId.eq(person.organization_id))
        .filter(patient::Column::CoordinatorId.eq(person.id))
        .filter(patient::Column::Labels.ne(Labels::NONE));
    let blocked = patient_block::Entity::find()
        .select_only()
        .expr(Expr::val(BLOCKED))
        .column(patient_block::Column::PatientId)
        .column(patient_block::Column::PatientId)
        .filter(patient_block::Column::OrganizationId.eq(person.organization_id))
        .filter(patient_block::Column::StaffId.eq(person.id))
        .filter(patient_block::Column::EndedAt.is_null());
    let emergency = break_glass::Entity::find()
        .select_only()
        .expr(Expr::val(EMERGENCY))
        .column(break_glass::Column::PatientId)
        .column(break_glass::Column::Id)
        .filter(break_glass::Column::OrganizationId.eq(person.organization_id))
        .filter(break_glass::Column::StaffId.eq(person.id))
        .filter(break_glass::Column::EndedAt.is_null())
        .filter(break_glass::Column::Until.gt(now));
    let mut all = coordinates.into_query();
    all.union(UnionType::All, blocked.into_query()).union(UnionType::All, emergency.into_query());

    let mut sight =
        Sight { clearances: person.clearances, privacy_officer: person.privacy_officer, ..Sight::default() };
    for row in moment.query_all(&all).await? {
        let patient: PatientId = row.try_get_by_index(1)?;
        match row.try_get_by_index::<i32>(0)? {
            COORDINATES => drop(sight.coordinates.insert(patient)),
            BLOCKED => drop(sight.blocked.insert(patient)),
            _ => drop(sight.emergency.insert(patient, row.try_get_by_index::<BreakGlassId>(2)?)),
        }
    }
    Ok(sight)
}
