//! What a task looked like on the board after each event about it: a row an event.
use crate::{
    ids::{CareTeamId, OrganizationId, PatientId, StaffId, TaskId},
    task::{DueState, TaskPriority, TaskStatus},
};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "task_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub task_id: TaskId,
    /// The event's number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// The number of the last event of the same transaction: what it wrote is seen together.
    pub tx_seq: i64,
    pub version: i32,
    pub care_team_id: CareTeamId,
    pub patient_id: Option<PatientId>,
    pub kind: String,
    pub title: String,
    pub status: TaskStatus,
    pub status_since: DateTimeUtc,
    pub status_reason: Option<String>,
    pub priority: TaskPriority,
    pub due_at: Option<DateTimeUtc>,
    pub due_state: DueState,
    pub claimed_by: Option<StaffId>,
    pub claimed_at: Option<DateTimeUtc>,
    pub lease_until: Option<DateTimeUtc>,
    pub completed_at: Option<DateTimeUtc>,
    pub completed_by: Option<StaffId>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
