//! Patients who changed their coordinator at once, so that the load of a team is even.
use crate::ids::{CareTeamId, OrganizationId, RebalanceId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rebalance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RebalanceId,
    pub care_team_id: CareTeamId,
    pub at: DateTimeUtc,
    pub by_id: Option<StaffId>,
    /// In the team's time zone.
    pub day: Date,
    pub undone_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
