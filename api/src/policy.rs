//! Who may see and do what: the one place that every query, mutation and feed asks. Pure: no database, no clock.
//!
//! Staff see the patients and tasks of their care teams, and patients about whom a task stands with one of them. A
//! manager sees every team of the organisation. An administrator runs the system and sees no patient. A wall display
//! sees one team, read-only. What one may not see is not there; FORBIDDEN is for what one sees but may not do.
use entity::{
    care_team,
    ids::{CareTeamId, OrganizationId, StaffId},
    patient,
    staff::{self, StaffRole},
    task,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QuerySelect, QueryTrait, Select, sea_query::Expr,
};
use std::collections::BTreeSet;

/// Care teams that an actor sees.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Teams {
    All,
    Of(BTreeSet<CareTeamId>),
}

impl Teams {
    pub fn contains(&self, team: CareTeamId) -> bool {
        match self {
            Self::All => true,
            Self::Of(teams) => teams.contains(&team),
        }
    }
}

/// In which capacity somebody acts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Capacity {
    Staff {
        role: StaffRole,
        credential: Option<String>,
    },
    Display,
    Integration,
    /// The program itself: imports, messages, time.
    System,
}

/// All that an answer depends on besides the question: two actors of one scope get the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    pub organization: OrganizationId,
    pub capacity: Capacity,
    pub teams: Teams,
}

impl Scope {
    pub fn role(&self) -> Option<StaffRole> {
        match &self.capacity {
            Capacity::Staff { role, .. } => Some(*role),
            Capacity::Display | Capacity::Integration | Capacity::System => None,
        }
    }

    pub fn is_display(&self) -> bool {
        self.capacity == Capacity::Display
    }

    /// The same scope, looking at one team only.
    pub fn within(&self, team: CareTeamId) -> Self {
        let teams = if self.teams.contains(team) { BTreeSet::from([team]) } else { BTreeSet::new() };
        Self { teams: Teams::Of(teams), ..self.clone() }
    }

    /// On the team as one who works there, not only as one who looks on.
    fn works_in(&self, team: CareTeamId) -> bool {
        match &self.capacity {
            Capacity::System => true,
            Capacity::Display | Capacity::Integration => false,
            Capacity::Staff { .. } => match &self.teams {
                Teams::All => false,
                Teams::Of(teams) => teams.contains(&team),
            },
        }
    }

    fn manages(&self, team: CareTeamId) -> bool {
        match &self.capacity {
            Capacity::System => true,
            Capacity::Staff { role: StaffRole::Manager, .. } => self.teams.contains(team),
            Capacity::Staff { .. } | Capacity::Display | Capacity::Integration => false,
        }
    }
}

/// The care teams that somebody of this role sees, given those that they are a member of.
pub fn teams_of(role: StaffRole, member_of: BTreeSet<CareTeamId>) -> Teams {
    match role {
        StaffRole::Manager => Teams::All,
        StaffRole::Administrator => Teams::Of(BTreeSet::new()),
        StaffRole::CareCoordinator
        | StaffRole::Nurse
        | StaffRole::MedicalAssistant
        | StaffRole::Clinician
        | StaffRole::SocialWorker
        | StaffRole::Pharmacist
        | StaffRole::FrontDesk => Teams::Of(member_of),
    }
}

// ---------------------------------------------------------------- reads: every one starts here

pub fn visible_teams(scope: &Scope) -> Select<care_team::Entity> {
    let teams = care_team::Entity::find().filter(care_team::Column::OrganizationId.eq(scope.organization));
    match (&scope.capacity, &scope.teams) {
        // Who runs the system sees that teams exist, and nobody in their care.
        (Capacity::Staff { role: StaffRole::Administrator, .. }, _) | (_, Teams::All) => teams,
        (_, Teams::Of(ids)) => teams.filter(care_team::Column::Id.is_in(ids.iter().copied())),
    }
}

pub fn visible_tasks(scope: &Scope) -> Select<task::Entity> {
    let tasks = task::Entity::find().filter(task::Column::OrganizationId.eq(scope.organization));
    match &scope.teams {
        Teams::All => tasks,
        Teams::Of(ids) => tasks.filter(task::Column::CareTeamId.is_in(ids.iter().copied())),
    }
}

pub fn visible_patients(scope: &Scope) -> Select<patient::Entity> {
    let patients = patient::Entity::find()
        .filter(patient::Column::OrganizationId.eq(scope.organization))
        .filter(patient::Column::MergedIntoId.is_null());
    match &scope.teams {
        Teams::All => patients,
        Teams::Of(ids) => {
            let same_patient = Expr::col((task::Entity, task::Column::PatientId));
            let works_for = task::Entity::find()
                .select_only()
                .expr(Expr::value(1))
                .filter(task::Column::OrganizationId.eq(scope.organization))
                .filter(same_patient.equals((patient::Entity, patient::Column::Id)))
                .filter(task::Column::CareTeamId.is_in(ids.iter().copied()));
            patients.filter(
                Condition::any()
                    .add(patient::Column::CareTeamId.is_in(ids.iter().copied()))
                    .add(Expr::exists(works_for.into_query())),
            )
        }
    }
}

/// Whether the scope sees the team's board at all: its tasks, its patients, its feed.
pub fn may_follow_team(scope: &Scope, team: CareTeamId) -> bool {
    scope.teams.contains(team)
}

// ---------------------------------------------------------------- tasks

/// Whether somebody of this role and licence may take work of this kind.
///
/// Medication reconciliation is for licensed staff: HEDIS TRC counts a prescriber, a pharmacist or a registered nurse.
pub fn is_qualified_for(capacity: &Capacity, kind: &str) -> bool {
    let Capacity::Staff { role, credential } = capacity else { return false };
    match kind {
        "MEDICATION_RECONCILIATION" => {
            matches!(role, StaffRole::Clinician | StaffRole::Pharmacist)
                || (*role == StaffRole::Nurse && credential.as_deref() == Some("RN"))
        }
        "SYMPTOM_TRIAGE" | "TRANSITION_CONTACT" | "CARE_PLAN_REVIEW" => *role != StaffRole::FrontDesk,
        _ => true,
    }
}

pub fn may_create_task(scope: &Scope, team: CareTeamId) -> bool {
    scope.works_in(team) || scope.manages(team)
}

/// To take a task for oneself.
pub fn may_claim(scope: &Scope, task: &task::Model) -> bool {
    scope.works_in(task.care_team_id) && is_qualified_for(&scope.capacity, &task.kind)
}

/// To go on with a task that is held: its holder, or who manages the team.
pub fn may_work_on(scope: &Scope, staff: Option<StaffId>, task: &task::Model) -> bool {
    scope.manages(task.care_team_id)
        || (scope.works_in(task.care_team_id) && staff.is_some() && staff == task.claimed_by)
}

/// To end a task without doing it: its holder, who manages the team, or anybody who could have taken it.
pub fn may_cancel(scope: &Scope, staff: Option<StaffId>, task: &task::Model) -> bool {
    may_work_on(scope, staff, task) || (task.claimed_by.is_none() && may_claim(scope, task))
}

/// To give a task to somebody, take it from them, or move it to another team.
pub fn may_assign(scope: &Scope, task: &task::Model) -> bool {
    scope.manages(task.care_team_id)
        || (scope.works_in(task.care_team_id) && scope.role() == Some(StaffRole::CareCoordinator))
}

/// To comment, add and check steps, change title and due time.
pub fn may_edit_task(scope: &Scope, task: &task::Model) -> bool {
    scope.works_in(task.care_team_id) || scope.manages(task.care_team_id)
}

// ---------------------------------------------------------------- patients

/// To see or search names, numbers and dates of patients: everybody but a shared screen.
pub fn may_know_names(scope: &Scope) -> bool {
    !scope.is_display()
}

/// To change status, coordinator or team.
pub fn may_edit_patient(scope: &Scope, patient: &patient::Model) -> bool {
    scope.capacity == Capacity::System
        || patient.care_team_id.is_some_and(|team| scope.works_in(team) || scope.manages(team))
}

// ---------------------------------------------------------------- care teams

/// To change members and capacities: who manages the team, or who runs the system.
pub fn may_manage_team(scope: &Scope, team: CareTeamId) -> bool {
    scope.manages(team) || scope.role() == Some(StaffRole::Administrator)
}

/// To put a shared screen on the wall of the team's own room.
pub fn may_pair_display(scope: &Scope, team: CareTeamId) -> bool {
    scope.works_in(team) || may_manage_team(scope, team)
}

// ---------------------------------------------------------------- accounts

/// Who sees everybody, or may let everybody in.
pub fn needs_second_factor(person: &staff::Model) -> bool {
    matches!(person.role, StaffRole::Manager | StaffRole::Administrator)
}

/// To see who works here with their addresses, and how they get in.
pub fn may_see_accounts(scope: &Scope) -> bool {
    may_recover_accounts(scope) || scope.role() == Some(StaffRole::Manager)
}

/// To invite, to make recovery links, to take factors away and to end somebody's sessions.
pub fn may_recover_accounts(scope: &Scope) -> bool {
    scope.capacity == Capacity::System || scope.role() == Some(StaffRole::Administrator)
}

/// To change name, credential and role, or whether somebody works here. `role` is the new one, if it is to change.
///
/// Administrators change everybody, managers who has neither role. Nobody changes their own role.
pub fn may_edit_account(scope: &Scope, actor: Option<StaffId>, person: &staff::Model, role: Option<StaffRole>) -> bool {
    let own = actor == Some(person.id);
    let is_led = |role: StaffRole| !matches!(role, StaffRole::Manager | StaffRole::Administrator);
    match (&scope.capacity, scope.role()) {
        (Capacity::System, _) => true,
        (_, Some(StaffRole::Administrator)) => !own || role.is_none_or(|role| role == person.role),
        (_, Some(StaffRole::Manager)) => !own && is_led(person.role) && role.is_none_or(is_led),
        _ => false,
    }
}
