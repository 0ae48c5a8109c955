//! Which audit rows concern a patient. The database itself keeps it with every row that is put on record.
use crate::ids::{AuditEntryId, OrganizationId, PatientId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_patient")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub patient_id: PatientId,
    /// The row's own moment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub at: DateTimeUtc,
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: AuditEntryId,
}

impl ActiveModelBehavior for ActiveModel {}
