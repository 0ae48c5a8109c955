//! People who work here and may sign in.
use crate::{
    ids::{OrganizationId, StaffId},
    sensitivity::Labels,
};
use sea_orm::entity::prelude::*;

/// What somebody is here for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum StaffRole {
    #[sea_orm(string_value = "care-coordinator")]
    CareCoordinator,
    #[sea_orm(string_value = "nurse")]
    Nurse,
    #[sea_orm(string_value = "medical-assistant")]
    MedicalAssistant,
    #[sea_orm(string_value = "clinician")]
    Clinician,
    #[sea_orm(string_value = "social-worker")]
    SocialWorker,
    #[sea_orm(string_value = "pharmacist")]
    Pharmacist,
    #[sea_orm(string_value = "front-desk")]
    FrontDesk,
    #[sea_orm(string_value = "manager")]
    Manager,
    #[sea_orm(string_value = "administrator")]
    Administrator,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StaffId,
    pub display_name: String,
    /// In lower case. It names one person in the whole system, because it is what people sign in with.
    pub email: Option<String>,
    pub role: StaffRole,
    /// Licence or certification: RN, LPN, CMA, …
    pub credential: Option<String>,
    /// Argon2id in PHC form; nobody signs in without one.
    pub password_hash: Option<String>,
    pub active: bool,
    /// Confidential patients that they see besides what their role does.
    pub clearances: Labels,
    /// Reviews emergency access, and gives clearances.
    pub privacy_officer: bool,
    /// Spoken ones, BCP-47 with spaces between.
    pub languages: String,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
