//! What an integration's token may do. The token itself is the session of the same id.
use crate::ids::{IntegrationTokenId, OrganizationId, StaffId};
use sea_orm::entity::prelude::*;

/// One thing that an integration may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter)]
pub enum TokenScope {
    Read,
    TasksWrite,
    PatientsWrite,
    AuditRead,
    ConfidentialRead,
}

impl TokenScope {
    /// As it is stored and as the command line takes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::TasksWrite => "tasks:write",
            Self::PatientsWrite => "patients:write",
            Self::AuditRead => "audit:read",
            Self::ConfidentialRead => "confidential:read",
        }
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "integration_token")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// Also its session's.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IntegrationTokenId,
    /// Words of [`TokenScope`], separated by blanks.
    pub scopes: String,
    /// None where the command line made it.
    pub created_by: Option<StaffId>,
    /// To the minute.
    pub last_used_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
