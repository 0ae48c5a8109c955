//! Reads caseloads: a few grouped counts a team, whatever the number of its members. Patients whom the viewer does not see
//! are in no count.
use super::{
    hours::{self, Hours},
    rules::{self, Caseload, PartKind, Week, Weights},
    settings,
};
use crate::{Cx, Result, care_teams, policy, tasks::service::is_open};
use entity::{
    care_team_member,
    ids::{CareTeamId, PatientId, StaffId},
    patient::{self, PatientStatus, RiskTier},
    staff,
    task::{self, DueState, TaskStatus},
};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect, QueryTrait, Select, sea_query::Expr};
use std::collections::{BTreeMap, HashMap};

/// The caseloads of one team.
#[derive(Clone, Debug)]
pub struct TeamCaseload {
    pub members: BTreeMap<StaffId, Caseload>,
    /// The team as a whole: everybody's, and what is nobody's yet.
    pub team: Caseload,
    pub unclaimed_tasks: i64,
    pub weights: Weights,
    pub week: Week,
    pub hours: Hours,
    /// Clocks of the week that nobody holds, by the patient whom they are about: they go where the patient goes.
    pub free_clocks: HashMap<PatientId, i64>,
}

impl TeamCaseload {
    /// Of this week's loads as shares of what each can carry.
    pub fn median(&self) -> Option<f64> {
        let shares = self.members.values().filter_map(|member| {
            let effective = member.effective.filter(|effective| *effective > 0.0)?;
            Some(member.weighted_load(&self.weights) / effective)
        });
        rules::median(shares.collect())
    }
}

pub async fn of_team(cx: &Cx, team: CareTeamId) -> Result<TeamCaseload> {
    let team = care_teams::service::find_in_organization(cx, team).await?;
    let people = care_teams::service::members(cx, team.id).await?;
    let (weights, _) = settings::current(cx).await?;
    let week = Week::of(&team.time_zone, cx.now());
    let ids: Vec<StaffId> = people.iter().map(|(_, person)| person.id).collect();
    let hours = hours::of(cx, &ids, &week).await?;
    let mut load = TeamCaseload {
        members: people.iter().map(|one| (one.1.id, room(one, &weights, &week, &hours))).collect(),
        team: Caseload::default(),
        unclaimed_tasks: 0,
        weights,
        week,
        hours,
        free_clocks: HashMap::new(),
    };
    let sum = |of: fn(&Caseload) -> Option<f64>| {
        let all: Vec<f64> = load.members.values().filter_map(of).collect();
        (!all.is_empty()).then(|| all.iter().sum())
    };
    let (capacity, effective) = (sum(|member| member.capacity), sum(|member| member.effective));
    (load.team.capacity, load.team.effective) = (capacity, effective);

    for (coordinator, tier, count) in patients(cx, team.id).await? {
        load.team.add(PartKind::Patients(tier), count);
        if let Some(member) = coordinator.and_then(|id| load.members.get_mut(&id)) {
            member.add(PartKind::Patients(tier), count);
        }
    }
    for (holder, status, due, count) in tasks(cx, team.id).await? {
        load.team.add_tasks(due == DueState::Overdue, count);
        if let Some(member) = holder.and_then(|id| load.members.get_mut(&id)) {
            member.add_tasks(due == DueState::Overdue, count);
        }
        // A draft is nobody's either, but nobody may take it yet.
        if status == TaskStatus::Ready {
            load.unclaimed_tasks += count;
        }
    }
    for (holder, patient, coordinator) in clocks(cx, team.id, &week).await? {
        load.team.add(PartKind::ClocksThisWeek, 1);
        if let Some(member) = holder.or(coordinator).and_then(|id| load.members.get_mut(&id)) {
            member.add(PartKind::ClocksThisWeek, 1);
        }
        if let (None, Some(patient)) = (holder, patient) {
            *load.free_clocks.entry(patient).or_default() += 1;
        }
    }
    Ok(load)
}

/// A member before anything stands with them: what they can carry.
fn room(
    (member, person): &(care_team_member::Model, staff::Model),
    weights: &Weights,
    week: &Week,
    hours: &Hours,
) -> Caseload {
    let capacity = member.capacity.or_else(|| weights.capacity_by_role.get(&person.role).copied());
    let effective = capacity.map(|capacity| {
        rules::effective_capacity(capacity, &hours.pattern(person.id), hours.absences(person.id), week.monday)
    });
    Caseload::with_room(capacity, effective)
}

/// Patients in the team's care whom the viewer sees. Who died or left is in nobody's.
pub fn in_care(cx: &Cx, team: CareTeamId) -> Select<patient::Entity> {
    policy::unwithheld_patients(cx.scope())
        .filter(patient::Column::CareTeamId.eq(team))
        .filter(patient::Column::MergedIntoId.is_null())
        .filter(patient::Column::Status.is_not_in([PatientStatus::Deceased, PatientStatus::Inactive]))
}

/// Patients in the team's care, by coordinator and tier.
async fn patients(cx: &Cx, team: CareTeamId) -> Result<Vec<(Option<StaffId>, Option<RiskTier>, i64)>> {
    let counted = in_care(cx, team)
        .select_only()
        .column(patient::Column::CoordinatorId)
        .column(patient::Column::RiskTier)
        .column_as(patient::Column::Id.count(), "patients")
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

/// Open tasks that fall due before the week is over: who holds them, whom they are about, and who coordinates that patient.
async fn clocks(
    cx: &Cx,
    team: CareTeamId,
    week: &Week,
) -> Result<Vec<(Option<StaffId>, Option<PatientId>, Option<StaffId>)>> {
    let of_the_task = Expr::col((patient::Entity, patient::Column::Id));
    let coordinator = patient::Entity::find()
        .select_only()
        .column(patient::Column::CoordinatorId)
        .filter(patient::Column::OrganizationId.eq(cx.organization()))
        .filter(of_the_task.equals((task::Entity, task::Column::PatientId)));
    let running = policy::unwithheld_tasks(cx.scope())
        .select_only()
        .column(task::Column::ClaimedBy)
        .column(task::Column::PatientId)
        .expr_as(Expr::from(coordinator.into_query()), "coordinator")
        .filter(task::Column::CareTeamId.eq(team))
        .filter(task::Column::DueAt.gt(cx.now()))
        .filter(task::Column::DueAt.lt(week.ends_at))
        .filter(is_open());
    Ok(running.into_tuple().all(&cx.db()).await?)
}
