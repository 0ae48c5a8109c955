//! The numbers by which others know a patient.
use crate::ids::{OrganizationId, PatientId, PatientIdentifierId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "patient_identifier")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PatientIdentifierId,
    pub patient_id: PatientId,
    /// The namespace as an absolute URI, or an assigning authority; empty where none was given.
    pub system: String,
    pub value: String,
    /// HL7 table 0203: MR, SS, DL, …
    pub type_code: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
