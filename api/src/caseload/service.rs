//! Reads caseloads: two grouped counts a team, whatever the number of its members. Patients whom the viewer does not see
//! are in no count.
use super::rules::Caseload;
use crate::{Cx, Result, care_teams, policy, tasks::service::is_open};
use entity::{
    ids::{CareTeamId, StaffId},
    patient::{self, PatientStatus, RiskTier},
    task::{self, DueState, TaskStatus},
};
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};
use std::collections::BTreeMap;

/// The caseloads of one team.
#[derive(Clone, Debug, Default)]
pub struct TeamCaseload {
    pub members: BTreeMap<StaffId, Caseload>,
    /// The team as a whole: everybody's, and what is nobody's yet.
    pub team: Caseload,
    pub unclaimed_tasks: i64,
}

pub async fn of_team(cx: &Cx, team: CareTeamId) -> Result<TeamCaseload> {
    let mut load = TeamCaseload::default();
    for (member, person) in care_teams::service::members(cx, team).await? {
        load.members.insert(person.id, Caseload { capacity: member.capacity, ..Caseload::default() });
    }
    let capacities: Vec<f64> = load.members.values().filter_map(|member| member.capacity).collect();
    load.team.capacity = (!capacities.is_empty()).then(|| capacities.iter().sum());

    for (coordinator, tier, count) in patients(cx, team).await? {
        load.team.add_patients(tier, count);
        if let Some(member) = coordinator.and_then(|id| load.members.get_mut(&id)) {
            member.add_patients(tier, count);
        }
    }
    for (holder, status, due, count) in tasks(cx, team).await? {
        load.team.add_tasks(due == DueState::Overdue, count);
        if let Some(member) = holder.and_then(|id| load.members.get_mut(&id)) {
            member.add_tasks(due == DueState::Overdue, count);
        }
        // A draft is nobody's either, but nobody may take it yet.
        if status == TaskStatus::Ready {
            load.unclaimed_tasks += count;
        }
    }
    Ok(load)
}

/// Patients in the team's care, by coordinator and tier. Who died or left is in nobody's.
async fn patients(cx: &Cx, team: CareTeamId) -> Result<Vec<(Option<StaffId>, Option<RiskTier>, i64)>> {
    let counted = policy::unwithheld_patients(cx.scope())
        .select_only()
        .column(patient::Column::CoordinatorId)
        .column(patient::Column::RiskTier)
        .column_as(patient::Column::Id.count(), "patients")
        .filter(patient::Column::CareTeamId.eq(team))
        .filter(patient::Column::MergedIntoId.is_null())
        .filter(patient::Column::Status.is_not_in([PatientStatus::Deceased, PatientStatus::Inactive]))
        .group_by(patient::Column::CoordinatorId)
        .group_by(patient::Column::RiskTier);
    Ok(counted.into_tuple().all(&cx.db()).await?)
}

/// Open tasks of the team, by holder, status and due state.
async fn tasks(cx: &Cx, team: CareTeamId) -> Result<Vec<(Option<StaffId>, TaskStatus, DueState, i64)>> {
    let counted = policy::unwithheld_tasks(cx.scope())
        .select_only()
        .column(task::Column::ClaimedBy)
        .column(task::Column::Status)
        .column(task::Column::DueState)
        .column_as(task::Column::Id.count(), "tasks")
        .filter(task::Column::CareTeamId.eq(team))
        .filter(is_open())
        .group_by(task::Column::ClaimedBy)
        .group_by(task::Column::Status)
        .group_by(task::Column::DueState);
    Ok(counted.into_tuple().all(&cx.db()).await?)
}
