//! Who is on which care team.
use crate::ids::{CareTeamId, OrganizationId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "care_team_member")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub care_team_id: CareTeamId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_id: StaffId,
    /// In the unit of the weighted load; none without a set limit.
    pub capacity: Option<f64>,
    pub joined_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
