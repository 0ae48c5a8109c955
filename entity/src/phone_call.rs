//! A call to a patient, or to who answers for them.
use crate::ids::{CallId, OrganizationId, PatientId, StaffId, TaskId};
use sea_orm::entity::prelude::*;

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum CallOutcome {
    #[sea_orm(string_value = "reached")]
    Reached,
    #[sea_orm(string_value = "left-message")]
    LeftMessage,
    #[sea_orm(string_value = "no-answer")]
    NoAnswer,
    #[sea_orm(string_value = "wrong-number")]
    WrongNumber,
    #[sea_orm(string_value = "declined")]
    Declined,
    /// Broken off, to be called back.
    #[sea_orm(string_value = "parked")]
    Parked,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "phone_call")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CallId,
    pub patient_id: PatientId,
    pub staff_id: StaffId,
    pub at: DateTimeUtc,
    pub outcome: CallOutcome,
    pub minutes: Option<i32>,
    pub note: Option<String>,
    /// The task to call back.
    pub call_back_id: Option<TaskId>,
}

impl ActiveModelBehavior for ActiveModel {}
