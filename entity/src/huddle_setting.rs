//! How a team holds its huddles. A team without a row has what is usual.
use crate::ids::{CareTeamId, OrganizationId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "huddle_setting")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub care_team_id: CareTeamId,
    pub length_minutes: i32,
    /// After how many days without a touch a patient of the tier is due.
    pub highest_touch_days: i32,
    pub high_touch_days: i32,
    pub rising_touch_days: i32,
    pub low_touch_days: i32,
}

impl ActiveModelBehavior for ActiveModel {}
