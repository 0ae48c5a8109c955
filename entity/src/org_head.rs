//! Where an organisation's event log stands.
use crate::ids::OrganizationId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "org_head")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The number of the newest event; it grows by one an event, without holes.
    pub seq: i64,
    /// Events up to this number are gone.
    pub floor_seq: i64,
    /// Of before this number it is not kept what things looked like.
    pub kept_seq: i64,
    /// Another life of the log: renewed by a restore, so that older cursors are told to read again.
    pub epoch: Uuid,
    /// What the nodes prove each other their rings with: a secret that is nowhere but here. None where a server of an
    /// older version made the organisation; then rings only say that there is news.
    pub ring_key: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
