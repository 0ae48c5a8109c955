//! A person whom the practice looks after.
use crate::{
    ids::{CareTeamId, OrganizationId, PatientId, StaffId},
    sensitivity::Labels,
};
use sea_orm::entity::prelude::*;

/// Where the patient is in their care right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum PatientStatus {
    #[sea_orm(string_value = "stable")]
    Stable,
    #[sea_orm(string_value = "watch")]
    Watch,
    #[sea_orm(string_value = "in-clinic")]
    InClinic,
    #[sea_orm(string_value = "in-ed")]
    InEd,
    #[sea_orm(string_value = "inpatient")]
    Inpatient,
    #[sea_orm(string_value = "transition")]
    Transition,
    #[sea_orm(string_value = "lost-to-contact")]
    LostToContact,
    #[sea_orm(string_value = "inactive")]
    Inactive,
    #[sea_orm(string_value = "deceased")]
    Deceased,
}

/// How much coordination the patient needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum RiskTier {
    #[sea_orm(string_value = "low")]
    Low,
    #[sea_orm(string_value = "rising")]
    Rising,
    #[sea_orm(string_value = "high")]
    High,
    #[sea_orm(string_value = "highest")]
    Highest,
}

/// FHIR administrative gender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum AdministrativeGender {
    #[sea_orm(string_value = "male")]
    Male,
    #[sea_orm(string_value = "female")]
    Female,
    #[sea_orm(string_value = "other")]
    Other,
    #[sea_orm(string_value = "unknown")]
    Unknown,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "patient")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PatientId,
    /// Rises by one with every change that a board shows.
    pub version: i32,
    pub mrn: Option<String>,
    pub family_name: String,
    /// All given names, with a space between.
    pub given_name: String,
    /// Name words, birth date and identifiers in lower case without accents, each after a space.
    pub search_text: String,
    pub birth_date: Option<Date>,
    pub gender: Option<AdministrativeGender>,
    /// BCP-47.
    pub preferred_language: Option<String>,
    pub interpreter_needed: bool,
    pub status: PatientStatus,
    pub status_since: DateTimeUtc,
    /// A person (`staff`), or the message or file that said so.
    pub status_source: String,
    pub status_note: Option<String>,
    pub risk_tier: Option<RiskTier>,
    pub care_team_id: Option<CareTeamId>,
    /// The open row of `coordinator_assignment`, kept here for reading.
    pub coordinator_id: Option<StaffId>,
    pub deceased_at: Option<DateTimeUtc>,
    /// The record that took this one over; this one is then seen nowhere.
    pub merged_into_id: Option<PatientId>,
    /// Who is not cleared for all of these does not see the patient.
    pub labels: Labels,
    /// Where they get their medicines. A phone only with a name.
    pub pharmacy_name: Option<String>,
    pub pharmacy_phone: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
