//! Emergency access of one person to one patient, for a while, to be reviewed.
use crate::ids::{BreakGlassId, OrganizationId, PatientId, StaffId};
use sea_orm::entity::prelude::*;

/// What a privacy officer found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum Outcome {
    #[sea_orm(string_value = "appropriate")]
    Appropriate,
    #[sea_orm(string_value = "inappropriate")]
    Inappropriate,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "break_glass")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BreakGlassId,
    pub patient_id: PatientId,
    pub staff_id: StaffId,
    pub reason: String,
    pub started_at: DateTimeUtc,
    /// When it ends by itself.
    pub until: DateTimeUtc,
    /// None while it is open.
    pub ended_at: Option<DateTimeUtc>,
    pub outcome: Option<Outcome>,
    pub review_note: Option<String>,
    pub reviewed_by: Option<StaffId>,
    pub reviewed_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
