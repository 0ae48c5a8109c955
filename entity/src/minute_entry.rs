//! Time that somebody spent on a patient. Never deleted: what was wrong is entered in error.
use crate::{
    ids::{MinuteEntryId, OrganizationId, PatientId, StaffId, TaskId},
    staff::StaffRole,
};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "minute_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MinuteEntryId,
    pub patient_id: PatientId,
    pub task_id: Option<TaskId>,
    pub staff_id: StaffId,
    /// As which they worked then: not everybody's time counts for everything.
    pub role: StaffRole,
    pub minutes: i32,
    pub note: Option<String>,
    /// When the time was spent.
    pub at: DateTimeUtc,
    /// The day of `at` in the practice's time zone.
    pub local_date: Date,
    pub entered_at: DateTimeUtc,
    pub in_error_at: Option<DateTimeUtc>,
    pub in_error_by: Option<StaffId>,
    pub in_error_reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
