//! Imported FHIR R4 resources, verbatim, linked to their patient, so that a later capability needs no new import.
use crate::ids::{FhirResourceId, OrganizationId, PatientId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "fhir_resource")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FhirResourceId,
    pub resource_type: String,
    /// What names the same resource in every import: its id in the file, else an identifier (`system|value`), else what
    /// it says (`sha256:…`). Identifiers stand in `fhir_key` too.
    pub source_key: String,
    /// SHA-256 of the resource as it came, without blanks: the same digest means nothing to do.
    pub digest: Vec<u8>,
    pub patient_id: Option<PatientId>,
    /// The resource as it came, without blanks. References into its bundle and by identifier have become
    /// `Type/source_key`; a reference by id is that already.
    pub content: String,
    pub imported_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
