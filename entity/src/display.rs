//! A shared screen: read-only, one care team, patients by initials.
use crate::ids::{CareTeamId, DisplayId, OrganizationId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "display")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DisplayId,
    pub care_team_id: CareTeamId,
    pub name: String,
    /// SHA-256 of the code with which the screen signs in, while it is unused.
    pub pairing_hash: Option<Vec<u8>>,
    pub pairing_expires_at: Option<DateTimeUtc>,
    /// When somebody confirmed its code.
    pub created_at: DateTimeUtc,
    /// None where the program itself did.
    pub confirmed_by: Option<StaffId>,
    pub paired_at: Option<DateTimeUtc>,
    /// To the minute.
    pub last_seen_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
    /// Who acts through it until `acting_until`.
    pub acting_staff_id: Option<StaffId>,
    pub acting_until: Option<DateTimeUtc>,
    /// SHA-256 of the code that it shows for somebody's own phone.
    pub act_code_hash: Option<Vec<u8>>,
    pub act_code_expires_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
