//! The event log: what changed in an organisation, numbered in commit order. Ids and versions only, never patient data.
use crate::ids::{OrganizationId, StaffId};
use sea_orm::entity::prelude::*;

/// What kind of thing changed. `staff` and `session` say that somebody's access changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
pub enum EntityType {
    #[sea_orm(string_value = "task")]
    Task,
    #[sea_orm(string_value = "patient")]
    Patient,
    #[sea_orm(string_value = "care-team")]
    CareTeam,
    #[sea_orm(string_value = "handoff")]
    Handoff,
    #[sea_orm(string_value = "claim-request")]
    ClaimRequest,
    #[sea_orm(string_value = "huddle")]
    Huddle,
    #[sea_orm(string_value = "staff")]
    Staff,
    #[sea_orm(string_value = "session")]
    Session,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub at: DateTimeUtc,
    /// Nobody where time, an import or a message was the actor.
    pub actor_id: Option<StaffId>,
    pub entity_type: EntityType,
    pub entity_id: Uuid,
    /// Zero where the entity has no version.
    pub entity_version: i32,
    /// Care teams that could see it before the change, as a list of ids.
    pub teams_before: Json,
    /// Care teams that can see it after the change.
    pub teams_after: Json,
}

impl ActiveModelBehavior for ActiveModel {}
