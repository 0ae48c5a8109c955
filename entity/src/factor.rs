//! What proves who somebody is, besides a password: an authenticator app or a passkey.
use crate::ids::{FactorId, OrganizationId, StaffId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum FactorKind {
    /// An app that shows six digits, new each half minute.
    #[sea_orm(string_value = "totp")]
    Totp,
    #[sea_orm(string_value = "passkey")]
    Passkey,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "factor")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FactorId,
    pub staff_id: StaffId,
    pub kind: FactorKind,
    pub label: String,
    /// Of an app its secret, sealed; of a passkey its public key and counter.
    pub secret: Vec<u8>,
    /// What a passkey is called by the browser.
    pub credential_id: Option<Vec<u8>>,
    /// The half minute of the last code that was taken, so that none is taken twice.
    pub last_step: Option<i64>,
    pub created_at: DateTimeUtc,
    pub last_used_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
