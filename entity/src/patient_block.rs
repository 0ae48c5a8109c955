//! Who is kept out of a patient's record, whatever else they may see.
use crate::ids::{OrganizationId, PatientBlockId, PatientId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "patient_block")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PatientBlockId,
    pub patient_id: PatientId,
    pub staff_id: StaffId,
    pub at: DateTimeUtc,
    /// None while it holds.
    pub ended_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
