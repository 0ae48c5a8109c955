//! A patient or a task of somebody who is away, and what became of it.
use crate::ids::{CareTeamId, CoverId, CoverItemId, OrganizationId, PatientId, StaffId, TaskId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum CoverOutcome {
    /// With who covers.
    #[sea_orm(string_value = "away")]
    Away,
    /// Back with whose it was.
    #[sea_orm(string_value = "returned")]
    Returned,
    /// Ended meanwhile.
    #[sea_orm(string_value = "done")]
    Done,
    /// With somebody else, who goes on with it.
    #[sea_orm(string_value = "stays")]
    Stays,
    /// Nobody could take it: the team's to claim.
    #[sea_orm(string_value = "pool")]
    Pool,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cover_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CoverItemId,
    pub cover_id: CoverId,
    pub care_team_id: CareTeamId,
    /// One of patient and task.
    pub patient_id: Option<PatientId>,
    pub task_id: Option<TaskId>,
    /// Who covers. None: nobody could.
    pub to_id: Option<StaffId>,
    pub outcome: CoverOutcome,
}

impl ActiveModelBehavior for ActiveModel {}
