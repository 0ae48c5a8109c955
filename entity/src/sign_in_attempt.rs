//! How often somebody failed to prove who they are, known or not. Of no organization: who fails may be nobody.
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_attempt")]
pub struct Model {
    /// SHA-256 of what was tried: an address as it was typed, or somebody's codes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: Vec<u8>,
    /// In a row, the one that is under way included.
    pub failures: i32,
    pub last_at: DateTimeUtc,
    pub locked_until: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
