//! A unit of work that one member of a care team can claim.
use crate::ids::{CareTeamId, OrganizationId, PatientId, StaffId, TaskId};
use sea_orm::entity::prelude::*;

/// The FHIR R4 Task life cycle, as far as a team works with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum TaskStatus {
    #[sea_orm(string_value = "draft")]
    Draft,
    #[sea_orm(string_value = "ready")]
    Ready,
    #[sea_orm(string_value = "accepted")]
    Accepted,
    #[sea_orm(string_value = "in-progress")]
    InProgress,
    #[sea_orm(string_value = "on-hold")]
    OnHold,
    #[sea_orm(string_value = "completed")]
    Completed,
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
    #[sea_orm(string_value = "failed")]
    Failed,
    #[sea_orm(string_value = "entered-in-error")]
    EnteredInError,
}

/// Where a task stands against its due time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum DueState {
    #[sea_orm(string_value = "not-due")]
    NotDue,
    #[sea_orm(string_value = "due")]
    Due,
    #[sea_orm(string_value = "overdue")]
    Overdue,
}

/// How urgent a task is, rising. FHIR request priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i32", db_type = "Integer")]
pub enum TaskPriority {
    Routine = 0,
    Urgent = 1,
    Asap = 2,
    Stat = 3,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "task")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaskId,
    /// Rises by one on every write, so that clients can drop stale answers.
    pub version: i32,
    pub care_team_id: CareTeamId,
    pub patient_id: Option<PatientId>,
    pub kind: String,
    pub title: String,
    pub instructions: Option<String>,
    pub status: TaskStatus,
    pub status_since: DateTimeUtc,
    pub status_reason: Option<String>,
    pub priority: TaskPriority,
    pub due_at: Option<DateTimeUtc>,
    /// `due_at`, or the end of time: what the board sorts by after priority.
    pub urgency_at: DateTimeUtc,
    pub due_state: DueState,
    /// The one holder. An ended task keeps its last one.
    pub claimed_by: Option<StaffId>,
    pub claimed_at: Option<DateTimeUtc>,
    pub lease_until: Option<DateTimeUtc>,
    /// When the holder is told that the lease ends soon. None once they were told, and where there is no lease.
    pub lease_warning_at: Option<DateTimeUtc>,
    /// The next moment at which time alone changes this task.
    pub turns_at: Option<DateTimeUtc>,
    pub completed_at: Option<DateTimeUtc>,
    pub completed_by: Option<StaffId>,
    /// Where an imported task came from.
    pub source: Option<String>,
    pub created_by: Option<StaffId>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
