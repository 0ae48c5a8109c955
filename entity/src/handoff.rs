//! What somebody tells somebody else about work, until that one says that they know.
use crate::ids::{CareTeamId, HandoffId, OrganizationId, StaffId};
use sea_orm::entity::prelude::*;

/// Three acts that are never mixed up: work that changes hands, work that needs a manager, a word to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum HandoffKind {
    #[sea_orm(string_value = "transfer")]
    Transfer,
    #[sea_orm(string_value = "escalation")]
    Escalation,
    #[sea_orm(string_value = "notice")]
    Notice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum HandoffState {
    #[sea_orm(string_value = "open")]
    Open,
    #[sea_orm(string_value = "escalated")]
    Escalated,
    #[sea_orm(string_value = "acknowledged")]
    Acknowledged,
    #[sea_orm(string_value = "declined")]
    Declined,
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "handoff")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HandoffId,
    /// Rises by one on every write.
    pub version: i32,
    pub care_team_id: CareTeamId,
    pub kind: HandoffKind,
    pub state: HandoffState,
    /// None where the program itself hands over.
    pub from_id: Option<StaffId>,
    /// None: whoever of the team is first; of an escalation, its managers.
    pub to_id: Option<StaffId>,
    pub situation: String,
    pub ready: Option<String>,
    pub evidence: Option<String>,
    pub next_step: Option<String>,
    pub due_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    /// When time takes it to the managers. None where it waits for nothing.
    pub acknowledge_by: Option<DateTimeUtc>,
    pub acknowledged_at: Option<DateTimeUtc>,
    pub acknowledged_by: Option<StaffId>,
    /// Why it was declined, taken back or came to nothing.
    pub answer: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
