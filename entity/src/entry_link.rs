//! A link by which somebody chooses a password: once, and not for long.
use crate::ids::{EntryLinkId, OrganizationId, StaffId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum LinkKind {
    /// The first password of somebody new.
    #[sea_orm(string_value = "invitation")]
    Invitation,
    /// Another one for who lost theirs.
    #[sea_orm(string_value = "recovery")]
    Recovery,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "entry_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EntryLinkId,
    pub staff_id: StaffId,
    /// SHA-256 of the token, which has 256 random bits of its own.
    pub token_hash: Vec<u8>,
    pub kind: LinkKind,
    /// None for the command line.
    pub created_by: Option<StaffId>,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    /// When it was used, or became void.
    pub used_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
