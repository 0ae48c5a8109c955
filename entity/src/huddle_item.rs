//! Something to speak about at a huddle: a patient, or work that is about none.
use crate::ids::{HuddleId, HuddleItemId, OrganizationId, PatientId, StaffId, TaskId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum HuddleItemState {
    #[sea_orm(string_value = "open")]
    Open,
    #[sea_orm(string_value = "discussed")]
    Discussed,
    #[sea_orm(string_value = "deferred")]
    Deferred,
    #[sea_orm(string_value = "absent")]
    Absent,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "huddle_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HuddleItemId,
    pub huddle_id: HuddleId,
    /// Rises by one on every write.
    pub version: i32,
    /// Either a patient, or a task without one.
    pub patient_id: Option<PatientId>,
    pub task_id: Option<TaskId>,
    /// Codes, moments and ids, the most pressing first; no words of anybody.
    pub reasons: Json,
    /// Its place among the items of the huddle.
    pub rank: i32,
    pub state: HuddleItemState,
    pub settled_at: Option<DateTimeUtc>,
    pub settled_by: Option<StaffId>,
    /// How long it was the current one, without the time that runs now.
    pub seconds: i32,
    pub note: Option<String>,
    pub added_by: Option<StaffId>,
    /// The date of the first huddle that did not come to it.
    pub rolled_from: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
