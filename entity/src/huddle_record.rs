//! What was said at a huddle, as it was signed. Written once.
use crate::ids::{HuddleId, OrganizationId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "huddle_record")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub huddle_id: HuddleId,
    /// Canonical JSON, as text: not a letter of it may change.
    pub body: String,
    /// Of the body, in hexadecimal.
    pub sha256: String,
    pub signed_by: StaffId,
    pub signed_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
