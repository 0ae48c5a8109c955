//! One task or patient of a handoff.
use crate::ids::{HandoffId, HandoffItemId, OrganizationId, PatientId, TaskId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "handoff_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HandoffItemId,
    pub handoff_id: HandoffId,
    pub task_id: Option<TaskId>,
    /// Whose coordination is handed over. None for a task.
    pub patient_id: Option<PatientId>,
    /// Whether it came into the receiver's hands. None while that is open, and where nothing moves.
    pub moved: Option<bool>,
}

impl ActiveModelBehavior for ActiveModel {}
