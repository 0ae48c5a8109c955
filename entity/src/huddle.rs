//! A team's meeting about its day: one for each part of the day.
use crate::ids::{CareTeamId, HuddleId, HuddleItemId, OrganizationId, StaffId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum HuddleSlot {
    #[sea_orm(string_value = "am")]
    Am,
    #[sea_orm(string_value = "pm")]
    Pm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum HuddleState {
    #[sea_orm(string_value = "planned")]
    Planned,
    #[sea_orm(string_value = "running")]
    Running,
    #[sea_orm(string_value = "ended")]
    Ended,
    #[sea_orm(string_value = "missed")]
    Missed,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "huddle")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HuddleId,
    /// Rises by one on every write, of its items as well.
    pub version: i32,
    pub care_team_id: CareTeamId,
    /// In the practice's time zone.
    pub date: Date,
    pub slot: HuddleSlot,
    pub state: HuddleState,
    pub facilitator_id: Option<StaffId>,
    pub started_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub length_minutes: i32,
    /// What is spoken about, and since when.
    pub current_item_id: Option<HuddleItemId>,
    pub current_since: Option<DateTimeUtc>,
    /// How many less pressing things had no room on the agenda.
    pub left_out: i32,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
