//! A step of signing in that waits for its answer. Of no organization: a passkey tells only then whose it is.
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_challenge")]
pub struct Model {
    /// SHA-256 of the challenge, which has 256 random bits of its own.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    /// Who it is about, by ids, and what the answer is checked against. Nothing by which somebody could be let in.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// Wrong answers so far.
    pub tries: i32,
    pub expires_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
