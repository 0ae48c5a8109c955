//! A screen that shows a code and waits for somebody to confirm it. It belongs to no organisation yet.
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pairing_request")]
pub struct Model {
    /// SHA-256 of the screen's own secret.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_hash: Vec<u8>,
    /// SHA-256 of what it shows.
    pub user_code_hash: Vec<u8>,
    pub expires_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
