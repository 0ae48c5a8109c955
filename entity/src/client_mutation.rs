//! What a client named when it asked for it, so that asking again does nothing again. Ids only, never patient data.
use crate::ids::{CareTeamId, OrganizationId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client_mutation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    /// The person, whichever session they use; else the session of a display or an integration.
    #[sea_orm(primary_key, auto_increment = false)]
    pub actor_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_mutation_id: String,
    pub operation: String,
    /// SHA-256 over operation and input: tells a retry from another thing under the same name.
    pub digest: Vec<u8>,
    /// What the answer shows, of the kind that the operation is about.
    pub entity_id: Uuid,
    /// Its version as written; zero where it has none.
    pub entity_version: i32,
    /// The team that no longer sees it since then.
    pub left_team_id: Option<CareTeamId>,
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
