//! What a patient looked like on the board after each event about them: a row an event.
use crate::{
    ids::{CareTeamId, OrganizationId, PatientId, StaffId},
    patient::{PatientStatus, RiskTier},
};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "patient_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub patient_id: PatientId,
    /// The event's number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// The number of the last event of the same transaction.
    pub tx_seq: i64,
    pub version: i32,
    pub family_name: String,
    pub given_name: String,
    pub preferred_language: Option<String>,
    pub interpreter_needed: bool,
    pub status: PatientStatus,
    pub status_since: DateTimeUtc,
    pub status_source: String,
    pub risk_tier: Option<RiskTier>,
    pub care_team_id: Option<CareTeamId>,
    pub coordinator_id: Option<StaffId>,
    pub merged_into_id: Option<PatientId>,
}

impl ActiveModelBehavior for ActiveModel {}
