//! Ways to reach a patient, and the people close to them.
use crate::ids::{OrganizationId, PatientContactId, PatientId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "patient_contact")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PatientContactId,
    pub patient_id: PatientId,
    /// The best first.
    pub position: i32,
    /// None for the patient's own.
    pub name: Option<String>,
    pub relationship: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
