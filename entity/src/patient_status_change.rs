//! Every status a patient ever had.
use crate::ids::{OrganizationId, PatientId, StaffId, StatusChangeId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "patient_status_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StatusChangeId,
    pub patient_id: PatientId,
    pub status: super::patient::PatientStatus,
    /// When it became true in the world.
    pub since: DateTimeUtc,
    /// When it was written here.
    pub recorded_at: DateTimeUtc,
    pub source: String,
    pub note: Option<String>,
    pub actor_id: Option<StaffId>,
}

impl ActiveModelBehavior for ActiveModel {}
