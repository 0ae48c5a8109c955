//! Who somebody is at the provider of sign-in.
use crate::ids::{OrganizationId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "oidc_identity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub issuer: String,
    /// The provider's own name for them, which never becomes another person's.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    pub staff_id: StaffId,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
