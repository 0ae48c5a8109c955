//! What somebody had to add to a signed record. Written once.
use crate::ids::{HuddleAddendumId, HuddleId, OrganizationId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "huddle_addendum")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HuddleAddendumId,
    pub huddle_id: HuddleId,
    pub author_id: StaffId,
    pub at: DateTimeUtc,
    pub text: String,
    /// Of itself and of the digest before it, the record's first, in hexadecimal.
    pub sha256: String,
}

impl ActiveModelBehavior for ActiveModel {}
