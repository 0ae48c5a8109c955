//! How often somebody tried a short code or a PIN in one place without being right since.
use crate::ids::{OrganizationId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "wrong_guess")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_id: StaffId,
    /// A display, or the person's own screens.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: Uuid,
    pub tries: i32,
    pub locked_until: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
