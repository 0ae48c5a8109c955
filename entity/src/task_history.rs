//! Every change of a task's status, holder, team or due state. Time in a state is computed from it.
use crate::ids::{OrganizationId, PatientId, StaffId, TaskHistoryId, TaskId};
use sea_orm::entity::prelude::*;

/// What was done to the task, or what time did to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum TaskAction {
    #[sea_orm(string_value = "created")]
    Created,
    #[sea_orm(string_value = "published")]
    Published,
    #[sea_orm(string_value = "claimed")]
    Claimed,
    #[sea_orm(string_value = "released")]
    Released,
    #[sea_orm(string_value = "assigned")]
    Assigned,
    #[sea_orm(string_value = "started")]
    Started,
    #[sea_orm(string_value = "held")]
    Held,
    #[sea_orm(string_value = "completed")]
    Completed,
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
    #[sea_orm(string_value = "failed")]
    Failed,
    #[sea_orm(string_value = "entered-in-error")]
    EnteredInError,
    #[sea_orm(string_value = "lapsed")]
    Lapsed,
    #[sea_orm(string_value = "became-due")]
    BecameDue,
    #[sea_orm(string_value = "became-overdue")]
    BecameOverdue,
    #[sea_orm(string_value = "moved")]
    Moved,
    #[sea_orm(string_value = "edited")]
    Edited,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "task_history")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaskHistoryId,
    pub task_id: TaskId,
    /// The task's patient, for the patient's timeline.
    pub patient_id: Option<PatientId>,
    pub at: DateTimeUtc,
    pub action: TaskAction,
    /// The status after it.
    pub status: super::task::TaskStatus,
    pub actor_id: Option<StaffId>,
    /// The holder after it.
    pub holder_id: Option<StaffId>,
    pub reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
