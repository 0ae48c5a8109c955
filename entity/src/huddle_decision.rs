//! A task that was decided on at a huddle.
use crate::ids::{HuddleId, HuddleItemId, OrganizationId, StaffId, TaskId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "huddle_decision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub task_id: TaskId,
    pub huddle_id: HuddleId,
    pub item_id: HuddleItemId,
    pub decided_by: Option<StaffId>,
    pub at: DateTimeUtc,
    /// To whom it was given, and until when: as it was decided.
    pub owner_id: StaffId,
    pub due_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
