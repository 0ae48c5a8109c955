//! What a call was good for: each task with what became of it.
use crate::ids::{CallId, OrganizationId, TaskId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum CallCreditResult {
    #[sea_orm(string_value = "completed")]
    Completed,
    /// It got a comment.
    #[sea_orm(string_value = "noted")]
    Noted,
    /// Nothing was written to it.
    #[sea_orm(string_value = "refused")]
    Refused,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "call_credit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub call_id: CallId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub task_id: TaskId,
    /// In the order in which they were named.
    pub position: i32,
    pub result: CallCreditResult,
    pub reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
