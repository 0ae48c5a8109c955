//! Who of a rebalance went from whom to whom.
use crate::ids::{OrganizationId, PatientId, RebalanceId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rebalance_move")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub rebalance_id: RebalanceId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub patient_id: PatientId,
    /// None: had no coordinator.
    pub from_id: Option<StaffId>,
    pub to_id: StaffId,
    /// Why undoing left it as it was.
    pub kept: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
