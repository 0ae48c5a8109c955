//! A shared screen: read-only, one care team, patients by initials.
use crate::ids::{CareTeamId, DisplayId, OrganizationId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "display")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DisplayId,
    pub care_team_id: CareTeamId,
    pub name: String,
    /// SHA-256 of the pairing code while it is unused.
    pub pairing_hash: Option<Vec<u8>>,
    pub pairing_expires_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
