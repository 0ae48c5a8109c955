//! The real-time core: what happened in an organisation, numbered in commit order, and how every screen hears of it.
//!
//! The database is the only log. The doorbell merely says when to look again, the hub looks once for all local
//! subscribers, and a feed is one subscriber's walk through the log. There is no GraphQL in here.
mod access;
pub mod cursor;
pub mod doorbell;
pub mod feed;
pub mod hub;
pub mod log;
mod reset;

pub use access::{Access, Mark, Watch};
pub use cursor::Cursor;
pub use doorbell::{Doorbell, RedisUrl};
pub use feed::{Feed, Resumption, Step, Subject};
pub use hub::Hub;
pub use reset::reset;

use entity::{
    care_team, claim_request,
    event::EntityType,
    handoff, huddle,
    ids::{CareTeamId, PatientId, SessionId, StaffId},
    task,
};
use uuid::Uuid;

/// A change that a transaction announces: ids and versions only. Whoever hears of it loads the rest under their own
/// rights, so that no patient data stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub entity_type: EntityType,
    pub entity_id: Uuid,
    /// Zero where the entity has no version.
    pub version: i32,
    /// Care teams that could see it before.
    pub before: Vec<CareTeamId>,
    /// Care teams that can see it now.
    pub after: Vec<CareTeamId>,
    /// Whom it concerns: for the audit record, never for the log.
    pub patient: Option<PatientId>,
    /// False where nothing of it was written, and only who sees it has changed.
    pub is_write: bool,
}

impl Change {
    pub fn task(row: &task::Model, team_before: CareTeamId) -> Self {
        Self {
            entity_type: EntityType::Task,
            entity_id: row.id.0,
            version: row.version,
            before: vec![team_before],
            after: vec![row.care_team_id],
            patient: row.patient_id,
            is_write: true,
        }
    }

    /// `before` and `after` come from `patients::service::audience`.
    pub fn patient(id: PatientId, version: i32, before: Vec<CareTeamId>, after: Vec<CareTeamId>) -> Self {
        Self {
            entity_type: EntityType::Patient,
            entity_id: id.0,
            version,
            before,
            after,
            patient: Some(id),
            is_write: true,
        }
    }

    pub fn care_team(row: &care_team::Model) -> Self {
        Self {
            entity_type: EntityType::CareTeam,
            entity_id: row.id.0,
            version: row.version,
            before: vec![row.id],
            after: vec![row.id],
            patient: None,
            is_write: true,
        }
    }

    /// The audit record gets a row of its own for the patients of it (`Tx::note`).
    pub fn handoff(row: &handoff::Model) -> Self {
        Self {
            entity_type: EntityType::Handoff,
            entity_id: row.id.0,
            version: row.version,
            before: vec![row.care_team_id],
            after: vec![row.care_team_id],
            patient: None,
            is_write: false,
        }
    }

    pub fn claim_request(row: &claim_request::Model, patient: Option<PatientId>) -> Self {
        Self {
            entity_type: EntityType::ClaimRequest,
            entity_id: row.id.0,
            version: row.version,
            before: vec![row.care_team_id],
            after: vec![row.care_team_id],
            patient,
            is_write: true,
        }
    }

    pub fn huddle(row: &huddle::Model) -> Self {
        Self {
            entity_type: EntityType::Huddle,
            entity_id: row.id.0,
            version: row.version,
            before: vec![row.care_team_id],
            after: vec![row.care_team_id],
            patient: None,
            is_write: true,
        }
    }

    /// Somebody's role, teams or right to be here changed: their own feeds ask again what they may see.
    pub fn staff(id: StaffId) -> Self {
        Self::about_access(EntityType::Staff, id.0)
    }

    /// A session ended.
    pub fn session(id: SessionId) -> Self {
        Self::about_access(EntityType::Session, id.0)
    }

    fn about_access(entity_type: EntityType, entity_id: Uuid) -> Self {
        Self {
            entity_type,
            entity_id,
            version: 0,
            before: Vec::new(),
            after: Vec::new(),
            patient: None,
            is_write: true,
        }
    }

    /// The same where nothing was written.
    pub fn told(self) -> Self {
        Self { is_write: false, ..self }
    }

    /// The same as two: it leaves everybody who saw it, and comes back to who sees it now. A feed shows the first to who
    /// does not see it any more, and to nobody the second.
    pub fn anew(self) -> [Self; 2] {
        let comes = Self { before: Vec::new(), ..self.clone() }.told();
        [Self { after: Vec::new(), ..self }, comes]
    }

    pub fn entity_name(&self) -> &'static str {
        match self.entity_type {
            EntityType::Task => "task",
            EntityType::Patient => "patient",
            EntityType::CareTeam => "care-team",
            EntityType::Handoff => "handoff",
            EntityType::ClaimRequest => "claim-request",
            EntityType::Huddle => "huddle",
            EntityType::Staff => "staff",
            EntityType::Session => "session",
        }
    }
}

/// An event as it is kept in memory.
#[derive(Clone, Debug)]
pub struct Event {
    pub seq: i64,
    pub at: chrono::DateTime<chrono::Utc>,
    pub actor: Option<StaffId>,
    pub entity_type: EntityType,
    pub entity_id: Uuid,
    pub before: Vec<CareTeamId>,
    pub after: Vec<CareTeamId>,
}

impl Event {
    pub fn concerns(&self, team: CareTeamId) -> bool {
        self.before.contains(&team) || self.after.contains(&team)
    }
}
