//! Somebody's absence, during which others have their patients and tasks. One row a person is open.
use crate::ids::{CoverId, OrganizationId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cover")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CoverId,
    pub staff_id: StaffId,
    pub started_at: DateTimeUtc,
    pub started_by: Option<StaffId>,
    /// The first day back.
    pub returns_on: Date,
    /// When that day begins where they work: time ends the cover then.
    pub returns_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
