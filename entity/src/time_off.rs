//! Days on which somebody is away.
use crate::ids::{OrganizationId, StaffId, TimeOffId};
use sea_orm::entity::prelude::*;

/// Why, as far as a team needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum TimeOffReason {
    #[sea_orm(string_value = "vacation")]
    Vacation,
    #[sea_orm(string_value = "sick")]
    Sick,
    #[sea_orm(string_value = "training")]
    Training,
    #[sea_orm(string_value = "family")]
    Family,
    #[sea_orm(string_value = "other")]
    Other,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "time_off")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TimeOffId,
    pub staff_id: StaffId,
    /// The first day off.
    pub from_date: Date,
    /// The last day off.
    pub to_date: Date,
    pub reason: TimeOffReason,
    pub created_at: DateTimeUtc,
    pub cancelled_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
