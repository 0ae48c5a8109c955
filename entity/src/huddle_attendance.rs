//! Who was at a huddle.
use crate::ids::{HuddleId, OrganizationId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "huddle_attendance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub huddle_id: HuddleId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_id: StaffId,
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
