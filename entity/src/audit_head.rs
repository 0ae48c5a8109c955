//! Where an organisation's chain of audit rows stands.
use crate::ids::OrganizationId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_head")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The number of the newest row.
    pub number: i64,
    /// Its hash.
    pub hash: Vec<u8>,
    /// Rows up to this number are gone, as their time was over.
    pub floor_number: i64,
    /// The hash of the last of them. At floor zero, where the chain begins: a digest of the rows from before there was
    /// one.
    pub floor_hash: Vec<u8>,
    /// How many rows there are from before there was a chain. None once some of them are gone.
    pub earlier: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
