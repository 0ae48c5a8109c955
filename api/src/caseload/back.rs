//! Whether what somebody had may go back to them: asked in the transaction that gives it back.
use crate::{Result, Tx, care_teams, patients::protection, people, policy};
use entity::{
    ids::{CareTeamId, StaffId},
    patient, task,
};

/// Somebody who still works in the team, and does until the transaction ends.
pub struct Former {
    id: StaffId,
    scope: policy::Scope,
}

/// None who is not on the team any more, does not work here, or looks after nobody now.
pub async fn find(tx: &Tx, team: CareTeamId, id: StaffId) -> Result<Option<Former>> {
    if !care_teams::service::stays_member(tx, team, id).await? {
        return Ok(None);
    }
    let scope = people::sessions::staff_scope(&**tx, tx.organization(), id, tx.at).await?;
    Ok(scope.filter(|scope| policy::may_follow_team(scope, team)).map(|scope| Former { id, scope }))
}

impl Former {
    /// Whether they would see the patient as their coordinator.
    pub fn may_have(&self, patient: &patient::Model) -> bool {
        protection::would_see(self.scope.clone(), patient, true)
    }

    /// Whether they have the licence for it, and see whom it is about.
    pub fn may_do(&self, task: &task::Model, about: Option<&patient::Model>) -> bool {
        let sees = |patient: &patient::Model| {
            protection::would_see(self.scope.clone(), patient, patient.coordinator_id == Some(self.id))
        };
        policy::is_qualified_for(&self.scope.capacity, &task.kind) && about.is_none_or(sees)
    }
}
