//! Who was responsible for a patient, and when. One row a patient is open.
use crate::ids::{CoordinatorAssignmentId, OrganizationId, PatientId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coordinator_assignment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CoordinatorAssignmentId,
    pub patient_id: PatientId,
    pub staff_id: StaffId,
    pub started_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub reason: Option<String>,
    pub assigned_by: Option<StaffId>,
}

impl ActiveModelBehavior for ActiveModel {}
