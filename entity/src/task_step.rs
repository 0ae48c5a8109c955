//! Check-off steps of a task.
use crate::ids::{OrganizationId, StaffId, TaskId, TaskStepId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "task_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaskStepId,
    pub task_id: TaskId,
    pub position: i32,
    pub text: String,
    pub done_at: Option<DateTimeUtc>,
    pub done_by: Option<StaffId>,
}

impl ActiveModelBehavior for ActiveModel {}
