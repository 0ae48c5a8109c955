//! Who may see and do what: the one place that every query, mutation and feed asks. Pure: no database, no clock.
//!
//! Staff see the patients and tasks of their care teams, and patients about whom a task stands with one of them. A
//! manager sees every team of the organisation. An administrator runs the system and sees no patient. A wall display
//! sees one team, read-only. What one may not see is not there; FORBIDDEN is for what one sees but may not do.
//!
//! Some patients are confidential: [`sight`] says who sees those, and makes the queries that every read starts from.
//! [`licence`] says which work asks for which licence. docs/access.md shows all of it as tables.
mod courtesy;
pub mod licence;
pub mod sight;

pub use courtesy::{
    may_acknowledge, may_answer, may_find_stranded, may_redirect, may_see_handoffs, visible_claim_requests,
    visible_handoffs,
};
pub use licence::is_qualified_for;
pub use sight::{
    Facts, Sight, is_withheld, sees, unwithheld_patients, unwithheld_tasks, visible_patients, visible_tasks,
};

use entity::{
    care_team, display,
    ids::{CareTeamId, OrganizationId, PatientId, StaffId},
    integration_token::TokenScope,
    minute_entry, patient,
    sensitivity::Labels,
    staff::{self, StaffRole},
    task,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};
use std::collections::{BTreeMap, BTreeSet};

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
    Integration {
        scopes: BTreeSet<TokenScope>,
    },
    /// The program itself: imports, messages, time.
    System,
}

/// All that an answer depends on besides the question: two actors of one scope get the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    pub organization: OrganizationId,
    pub capacity: Capacity,
    pub teams: Teams,
    pub sight: Sight,
}

impl Scope {
    pub fn role(&self) -> Option<StaffRole> {
        match &self.capacity {
            Capacity::Staff { role, .. } => Some(*role),
            Capacity::Display | Capacity::Integration { .. } | Capacity::System => None,
        }
    }

    pub fn is_display(&self) -> bool {
        self.capacity == Capacity::Display
    }

    /// The same scope, looking at what one team has: an emergency puts nobody on a board.
    pub fn within(&self, team: CareTeamId) -> Self {
        let teams = if self.teams.contains(team) { BTreeSet::from([team]) } else { BTreeSet::new() };
        let sight = Sight { emergency: BTreeMap::new(), ..self.sight.clone() };
        Self { teams: Teams::Of(teams), sight, ..self.clone() }
    }

    /// Sees this patient in an emergency: to read, and to do nothing.
    fn only_reads(&self, patient: Option<PatientId>) -> bool {
        patient.is_some_and(|patient| self.sight.emergency.contains_key(&patient))
    }

    /// On the team as one who works there, not only as one who looks on.
    fn works_in(&self, team: CareTeamId) -> bool {
        match &self.capacity {
            Capacity::System => true,
            Capacity::Display | Capacity::Integration { .. } => false,
            Capacity::Staff { .. } => match &self.teams {
                Teams::All => false,
                Teams::Of(teams) => teams.contains(&team),
            },
        }
    }

    /// As an integration that was given this scope.
    pub fn has(&self, scope: TokenScope) -> bool {
        matches!(&self.capacity, Capacity::Integration { scopes } if scopes.contains(&scope))
    }

    /// An integration that was given this scope, at work on a team that it sees.
    fn writes(&self, scope: TokenScope, team: CareTeamId) -> bool {
        self.has(scope) && self.teams.contains(team)
    }

    fn manages(&self, team: CareTeamId) -> bool {
        match &self.capacity {
            Capacity::System => true,
            Capacity::Staff { role: StaffRole::Manager, .. } => self.teams.contains(team),
            Capacity::Staff { .. } | Capacity::Display | Capacity::Integration { .. } => false,
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

/// An integration sees all teams or, where it may not read, none.
pub fn teams_of_integration(scopes: &BTreeSet<TokenScope>) -> Teams {
    if scopes.contains(&TokenScope::Read) { Teams::All } else { Teams::Of(BTreeSet::new()) }
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

/// Whether the scope sees the team's board at all: its tasks, its patients, its feed.
pub fn may_follow_team(scope: &Scope, team: CareTeamId) -> bool {
    scope.teams.contains(team)
}

/// To look at the team's past: people who follow its board. A shared screen shows the present.
pub fn may_replay(scope: &Scope, team: CareTeamId) -> bool {
    let is_person = matches!(scope.capacity, Capacity::Staff { .. } | Capacity::System);
    is_person && !scope.sight.on_wall && may_follow_team(scope, team)
}

/// To see how long work took, of the teams whose boards they follow.
pub fn may_see_times(scope: &Scope) -> bool {
    !scope.is_display() && !scope.sight.on_wall
}

/// To see times of so few tasks that they could be told apart.
pub fn may_see_few_times(scope: &Scope) -> bool {
    matches!(scope.capacity, Capacity::System) || scope.role() == Some(StaffRole::Manager)
}

// ---------------------------------------------------------------- tasks

pub fn may_create_task(scope: &Scope, team: CareTeamId) -> bool {
    scope.works_in(team) || scope.manages(team) || scope.writes(TokenScope::TasksWrite, team)
}

/// To write down something about a patient whom they see.
pub fn may_act_for(scope: &Scope, patient: PatientId) -> bool {
    !scope.only_reads(Some(patient))
}

/// To take a task for oneself.
pub fn may_claim(scope: &Scope, task: &task::Model) -> bool {
    scope.works_in(task.care_team_id)
        && is_qualified_for(&scope.capacity, &task.kind)
        && !scope.only_reads(task.patient_id)
}

/// To go on with a task that is held: its holder, or who manages the team.
pub fn may_work_on(scope: &Scope, staff: Option<StaffId>, task: &task::Model) -> bool {
    let holds = scope.works_in(task.care_team_id) && staff.is_some() && staff == task.claimed_by;
    (scope.manages(task.care_team_id) || holds) && !scope.only_reads(task.patient_id)
}

/// To end a task without doing it: its holder, who manages the team, or anybody who could have taken it. An integration
/// may take back what nobody works on.
pub fn may_cancel(scope: &Scope, staff: Option<StaffId>, task: &task::Model) -> bool {
    let could_take = may_claim(scope, task) || scope.writes(TokenScope::TasksWrite, task.care_team_id);
    may_work_on(scope, staff, task) || (task.claimed_by.is_none() && could_take)
}

/// To give a task to somebody, take it from them, or move it to another team.
pub fn may_assign(scope: &Scope, task: &task::Model) -> bool {
    let coordinates = scope.works_in(task.care_team_id) && scope.role() == Some(StaffRole::CareCoordinator);
    (scope.manages(task.care_team_id) || coordinates) && !scope.only_reads(task.patient_id)
}

/// To comment, add and check steps, change title and due time.
pub fn may_edit_task(scope: &Scope, task: &task::Model) -> bool {
    let team = task.care_team_id;
    let on_team = scope.works_in(team) || scope.manages(team) || scope.writes(TokenScope::TasksWrite, team);
    on_team && !scope.only_reads(task.patient_id)
}

// ---------------------------------------------------------------- patients

/// To see or search names, numbers and dates of patients: everybody but a shared screen.
pub fn may_know_names(scope: &Scope) -> bool {
    !scope.is_display()
}

/// To change status, coordinator or team.
pub fn may_edit_patient(scope: &Scope, patient: &patient::Model) -> bool {
    let on_team = patient.care_team_id.is_some_and(|team| {
        scope.works_in(team) || scope.manages(team) || scope.writes(TokenScope::PatientsWrite, team)
    });
    scope.capacity == Capacity::System || (on_team && may_act_for(scope, patient.id))
}

/// To say what a patient is marked with, and who is kept out of their record.
pub fn may_protect(scope: &Scope, patient: &patient::Model) -> bool {
    may_edit_patient(scope, patient) && may_ever_protect(scope)
}

/// The same of some patient or other.
pub fn may_ever_protect(scope: &Scope) -> bool {
    let by_role = match scope.role() {
        Some(StaffRole::CareCoordinator | StaffRole::Clinician | StaffRole::SocialWorker | StaffRole::Manager) => true,
        Some(
            StaffRole::Nurse
            | StaffRole::MedicalAssistant
            | StaffRole::Pharmacist
            | StaffRole::FrontDesk
            | StaffRole::Administrator,
        ) => false,
        None => scope.capacity == Capacity::System,
    };
    by_role || scope.sight.privacy_officer
}

/// To take these labels away, so that more people see the patient: who was cleared for them, or a privacy officer.
pub fn may_open(scope: &Scope, labels: Labels) -> bool {
    scope.capacity == Capacity::System || scope.sight.privacy_officer || (labels & !scope.sight.clearances).is_empty()
}

// ---------------------------------------------------------------- one's own day

/// To have a queue of one's own: people do.
pub fn may_have_a_day(scope: &Scope) -> bool {
    matches!(scope.capacity, Capacity::Staff { .. })
}

/// To write down minutes or a call for a patient whom they see: a person for whom it was work.
pub fn may_log_work(scope: &Scope, patient: PatientId) -> bool {
    may_have_a_day(scope) && may_act_for(scope, patient)
}

/// To take back minutes: whoever logged them, or a manager.
pub fn may_correct_minutes(scope: &Scope, staff: Option<StaffId>, entry: &minute_entry::Model) -> bool {
    let own = staff == Some(entry.staff_id);
    (own || scope.role() == Some(StaffRole::Manager)) && may_log_work(scope, entry.patient_id)
}

// ---------------------------------------------------------------- emergencies and their review

/// To look in an emergency at a patient whom they do not see otherwise: who treats patients or plans their care.
pub fn may_break_glass(scope: &Scope) -> bool {
    match scope.role() {
        Some(
            StaffRole::CareCoordinator
            | StaffRole::Nurse
            | StaffRole::MedicalAssistant
            | StaffRole::Clinician
            | StaffRole::SocialWorker
            | StaffRole::Pharmacist,
        ) => true,
        Some(StaffRole::FrontDesk | StaffRole::Manager | StaffRole::Administrator) | None => false,
    }
}

/// To see who looked at whom, and to judge emergencies: a privacy officer, of whatever role.
pub fn may_review_access(scope: &Scope) -> bool {
    scope.sight.privacy_officer
}

/// To read who did and saw what: a privacy officer, or a program whose token says so.
pub fn may_read_record(scope: &Scope) -> bool {
    may_review_access(scope) || scope.has(TokenScope::AuditRead)
}

/// To say what somebody else is cleared for.
pub fn may_give_clearances(scope: &Scope) -> bool {
    scope.sight.privacy_officer || may_appoint_privacy_officers(scope)
}

pub fn may_appoint_privacy_officers(scope: &Scope) -> bool {
    scope.role() == Some(StaffRole::Administrator)
}

// ---------------------------------------------------------------- care teams

/// To change members and capacities: who manages the team, or who runs the system.
pub fn may_manage_team(scope: &Scope, team: CareTeamId) -> bool {
    scope.manages(team) || scope.role() == Some(StaffRole::Administrator)
}

/// To share the patients of a team anew among its members: who manages it, or coordinates care there.
pub fn may_rebalance(scope: &Scope, team: CareTeamId) -> bool {
    let coordinates = scope.works_in(team) && scope.role() == Some(StaffRole::CareCoordinator);
    scope.manages(team) || coordinates
}

/// To say what weighs how much, and who works how long.
pub fn may_set_caseload(scope: &Scope) -> bool {
    scope.capacity == Capacity::System || scope.role() == Some(StaffRole::Manager)
}

/// To put a shared screen on the wall of the team's own room.
pub fn may_pair_display(scope: &Scope, team: CareTeamId) -> bool {
    scope.works_in(team) || may_manage_team(scope, team)
}

// ---------------------------------------------------------------- huddles

/// To open, start, lead and end a team's huddle, and to settle what it speaks about: everybody who works there, and who
/// manages it. Who looks on (a wall, a program) follows it.
pub fn may_lead_huddle(scope: &Scope, team: CareTeamId) -> bool {
    scope.works_in(team) || scope.manages(team)
}

/// To read what people wrote down at a huddle, and its signed record: not a shared screen.
pub fn may_read_huddle_notes(scope: &Scope, team: CareTeamId) -> bool {
    may_follow_team(scope, team) && !scope.is_display()
}

/// To take the signed records of a team's huddles away as a file: who manages the team.
pub fn may_export_huddles(scope: &Scope, team: CareTeamId) -> bool {
    scope.manages(team)
}

// ---------------------------------------------------------------- displays and integrations

/// The wall displays of the teams that somebody sees. What was revoked is no display any more.
pub fn visible_displays(scope: &Scope) -> Select<display::Entity> {
    let displays = display::Entity::find()
        .filter(display::Column::OrganizationId.eq(scope.organization))
        .filter(display::Column::RevokedAt.is_null());
    match (&scope.capacity, &scope.teams) {
        (Capacity::Staff { role: StaffRole::Administrator, .. }, _) | (_, Teams::All) => displays,
        (_, Teams::Of(ids)) => displays.filter(display::Column::CareTeamId.is_in(ids.iter().copied())),
    }
}

/// To know which displays there are: people do.
pub fn may_list_displays(scope: &Scope) -> bool {
    matches!(scope.capacity, Capacity::Staff { .. } | Capacity::System)
}

/// To work through a display of this team for a minute: who follows its board anyway.
pub fn may_act_at(scope: &Scope, team: CareTeamId) -> bool {
    matches!(scope.capacity, Capacity::Staff { .. }) && may_follow_team(scope, team)
}

/// With which rights somebody works through a wall display: their own, for its team only, and about nobody whom the wall
/// may not show.
pub fn at_wall_of(scope: &Scope, team: CareTeamId) -> Scope {
    let sight = Sight { on_wall: true, blocked: scope.sight.blocked.clone(), ..Sight::default() };
    Scope { sight, ..scope.within(team) }
}

/// To make, see and revoke integrations' tokens: who runs the system.
pub fn may_manage_tokens(scope: &Scope) -> bool {
    scope.capacity == Capacity::System || scope.role() == Some(StaffRole::Administrator)
}

// ---------------------------------------------------------------- accounts

/// Who sees everybody, may let everybody in, or reads who looked at whom.
pub fn needs_second_factor(person: &staff::Model) -> bool {
    person.privacy_officer || matches!(person.role, StaffRole::Manager | StaffRole::Administrator)
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
