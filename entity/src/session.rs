//! A signed-in person, wall display or integration. Only a hash of its token is kept.
use crate::ids::{DisplayId, OrganizationId, SessionId, StaffId};
use sea_orm::entity::prelude::*;

/// Who stands behind a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum SessionKind {
    #[sea_orm(string_value = "staff")]
    Staff,
    #[sea_orm(string_value = "display")]
    Display,
    #[sea_orm(string_value = "integration")]
    Integration,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// SHA-256 of the token, which has 256 random bits of its own.
    pub token_hash: Vec<u8>,
    pub kind: SessionKind,
    pub staff_id: Option<StaffId>,
    pub display_id: Option<DisplayId>,
    /// What an integration calls itself.
    pub name: Option<String>,
    pub created_at: DateTimeUtc,
    pub expires_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    /// When its person last did something, to the minute; none before the first time.
    pub last_active_at: Option<DateTimeUtc>,
    /// When its person last proved who they are.
    pub authenticated_at: Option<DateTimeUtc>,
    /// Browser and system in a few words.
    pub label: Option<String>,
    /// From where it was opened.
    pub address: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
