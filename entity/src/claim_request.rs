//! Somebody asks the holder of a task to let them have it.
use crate::ids::{CareTeamId, ClaimRequestId, OrganizationId, StaffId, TaskId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum ClaimRequestState {
    #[sea_orm(string_value = "open")]
    Open,
    #[sea_orm(string_value = "granted")]
    Granted,
    #[sea_orm(string_value = "declined")]
    Declined,
    #[sea_orm(string_value = "expired")]
    Expired,
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClaimRequestId,
    /// Rises by one on every write.
    pub version: i32,
    pub task_id: TaskId,
    /// The task's when it was asked.
    pub care_team_id: CareTeamId,
    pub from_id: StaffId,
    pub holder_id: StaffId,
    pub state: ClaimRequestState,
    pub message: Option<String>,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub answer: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
