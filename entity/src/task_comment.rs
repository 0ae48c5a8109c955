//! What people wrote on a task.
use crate::ids::{OrganizationId, StaffId, TaskCommentId, TaskId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "task_comment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaskCommentId,
    pub task_id: TaskId,
    pub author_id: Option<StaffId>,
    pub at: DateTimeUtc,
    pub text: String,
}

impl ActiveModelBehavior for ActiveModel {}
