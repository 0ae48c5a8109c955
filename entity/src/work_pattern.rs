//! On which days of the week somebody works, and how much. No row: Monday to Friday, full time.
use crate::ids::{OrganizationId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "work_pattern")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_id: StaffId,
    /// A bit a day, Monday is the lowest.
    pub days: i32,
    /// Share of full-time hours, above 0 and at most 1.
    pub hours_share: f64,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
