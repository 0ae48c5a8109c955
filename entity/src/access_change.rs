//! What changed of who may see what, before and after. Written once.
use crate::{
    ids::{AccessChangeId, OrganizationId, PatientId, StaffId},
    sensitivity::Labels,
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum AccessChangeKind {
    /// What a patient is marked with.
    #[sea_orm(string_value = "labels")]
    Labels,
    /// Somebody was kept out of a patient's record, or let in again: `before` and `after` are 0 or 1.
    #[sea_orm(string_value = "block")]
    Block,
    /// What a person is cleared for.
    #[sea_orm(string_value = "clearances")]
    Clearances,
    /// Whether a person is a privacy officer: 0 or 1.
    #[sea_orm(string_value = "privacy-officer")]
    PrivacyOfficer,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccessChangeId,
    pub at: DateTimeUtc,
    /// Nobody where an import said it.
    pub actor_id: Option<StaffId>,
    pub kind: AccessChangeKind,
    pub patient_id: Option<PatientId>,
    pub staff_id: Option<StaffId>,
    pub before: Labels,
    pub after: Labels,
    pub reason: String,
}

impl ActiveModelBehavior for ActiveModel {}
