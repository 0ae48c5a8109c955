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
    /// What names the same resource in every import: an identifier (`system|value`), else the id in the file.
    pub source_key: String,
    /// SHA-256 of the content: the same digest means nothing to do.
    pub digest: Vec<u8>,
    pub patient_id: Option<PatientId>,
    /// The resource as it came, references resolved to `Type/id` of this table where they could be.
    pub content: String,
    pub imported_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
