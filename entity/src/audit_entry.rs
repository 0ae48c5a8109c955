//! The record of every write and of every look at a patient. Append-only.
use crate::ids::{AuditEntryId, OrganizationId, SessionId, StaffId};
use sea_orm::entity::prelude::*;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum AuditKind {
    #[sea_orm(string_value = "write")]
    Write,
    #[sea_orm(string_value = "read")]
    Read,
    #[sea_orm(string_value = "sign-in")]
    SignIn,
    #[sea_orm(string_value = "sign-out")]
    SignOut,
    /// A sign-in that failed.
    #[sea_orm(string_value = "refused")]
    Refused,
    /// Something that the actor may not do, or may not know of.
    #[sea_orm(string_value = "denied")]
    Denied,
    /// Patients looked for by words.
    #[sea_orm(string_value = "search")]
    Search,
    /// Rows taken out as a file.
    #[sea_orm(string_value = "export")]
    Export,
    /// Patient data that a feed brought.
    #[sea_orm(string_value = "pushed")]
    Pushed,
    /// Somebody looked in an emergency at what they may not see otherwise.
    #[sea_orm(string_value = "break-glass")]
    BreakGlass,
}

/// What something was done for, in the words of HL7 v3 PurposeOfUse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(12))")]
pub enum AuditPurpose {
    /// Treatment.
    #[sea_orm(string_value = "TREAT")]
    Treatment,
    /// Emergency treatment.
    #[sea_orm(string_value = "ETREAT")]
    EmergencyTreatment,
    /// Healthcare operations: running the practice, reviewing access.
    #[sea_orm(string_value = "HOPERAT")]
    Operations,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditEntryId,
    pub at: DateTimeUtc,
    pub session_id: Option<SessionId>,
    pub actor_id: Option<StaffId>,
    /// `staff`, `display`, `integration`, or the part of the system that acted.
    pub actor_kind: String,
    pub kind: AuditKind,
    /// The operation's name: `tasks.claim`, or the name of the GraphQL document that read.
    pub operation: String,
    pub entity_type: Option<String>,
    pub entity_id: Option<Uuid>,
    /// Ids of the patients concerned.
    pub patients: Json,
    /// Its place in the organisation's chain; it grows by one a row, without holes. None before there was a chain.
    pub number: Option<i64>,
    /// SHA-256 over the hash of the row before and everything in this one.
    pub hash: Option<Vec<u8>>,
    pub purpose: Option<AuditPurpose>,
    /// Where from: an IP address.
    pub address: Option<String>,
    /// What changed, before and after: `{"role": ["nurse", "manager"]}`. Never patient data.
    pub detail: Option<Json>,
}

impl ActiveModelBehavior for ActiveModel {}
