//! What a member of a team carried when a day began, confidential patients left out.
use crate::ids::{CareTeamId, OrganizationId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "load_snapshot")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub care_team_id: CareTeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub date: Date,
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_id: StaffId,
    pub load: f64,
    /// That week's.
    pub capacity: Option<f64>,
    pub patients: i32,
    pub open_tasks: i32,
}

impl ActiveModelBehavior for ActiveModel {}
