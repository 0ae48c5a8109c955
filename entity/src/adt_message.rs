//! Accepted HL7 v2 ADT messages: what the patient's status is computed from.
use crate::ids::{AdtMessageId, OrganizationId, PatientId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "adt_message")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AdtMessageId,
    /// MSH-3 and MSH-4. With `control_id` it names the message.
    pub sender: String,
    /// MSH-10.
    pub control_id: String,
    /// A01, A02, …
    pub trigger: String,
    pub patient_id: PatientId,
    /// PV1-19: the episode.
    pub visit_number: Option<String>,
    /// PV1-2.
    pub patient_class: Option<String>,
    /// PV1-3.
    pub location: Option<String>,
    /// PV1-36.
    pub disposition: Option<String>,
    /// EVN-6, else EVN-2, else MSH-7.
    pub occurred_at: DateTimeUtc,
    pub received_at: DateTimeUtc,
    /// The message as it came.
    pub content: String,
}

impl ActiveModelBehavior for ActiveModel {}
