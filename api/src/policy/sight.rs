//! Which patients and tasks somebody sees. Asked of rows in memory by [`sees`], and of the store by `visible_…`: one rule
//! in two languages. `tests/it/access/twins.rs` holds them against each other.
use super::{Capacity, Scope, Teams};
use entity::{
    ids::{BreakGlassId, CareTeamId, OrganizationId, PatientId},
    integration_token::TokenScope,
    patient,
    sensitivity::{Labels, Sensitivity},
    staff::StaffRole,
    task,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, SimpleExpr},
};
use std::collections::{BTreeMap, BTreeSet};

/// Who sees a confidential patient of their teams without being cleared for it.
pub struct Rule {
    pub label: Sensitivity,
    pub roles: &'static [StaffRole],
    /// Also whoever coordinates this very patient.
    pub coordinator: bool,
    pub source: &'static str,
}

pub const RULES: [Rule; 3] = [
    Rule {
        label: Sensitivity::BehavioralHealth,
        roles: &[StaffRole::Clinician, StaffRole::SocialWorker],
        coordinator: true,
        source: "HL7 v3 ActCode PSY; minimum necessary by role, 45 CFR 164.514(d)(2)",
    },
    Rule {
        label: Sensitivity::SubstanceUse,
        roles: &[],
        coordinator: false,
        source: "HL7 v3 ActCode ETHUD and SUD; 42 CFR 2.13: nobody without the patient's written consent (2.31), which the \
                 clearance records",
    },
    Rule {
        label: Sensitivity::Restricted,
        roles: &[],
        coordinator: true,
        source: "HL7 v3 Confidentiality R and V; access by name, 45 CFR 164.308(a)(4)",
    },
];

/// What somebody sees of confidential patients besides what their role and teams say. Empty for most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sight {
    /// What the person was cleared for.
    pub clearances: Labels,
    pub privacy_officer: bool,
    /// Confidential patients whom they coordinate. Of other patients it would change nothing.
    pub coordinates: BTreeSet<PatientId>,
    /// Patients out of whose records they are kept: it wins over everything else.
    pub blocked: BTreeSet<PatientId>,
    /// They look at a wall display, which others look at too.
    pub on_wall: bool,
    /// Patients whom they see in an emergency, to read.
    pub emergency: BTreeMap<PatientId, BreakGlassId>,
}

/// What of a patient decides who sees them.
#[derive(Clone, Debug)]
pub struct Facts {
    pub organization: OrganizationId,
    pub id: PatientId,
    pub care_team: Option<CareTeamId>,
    /// Care teams with a task about them.
    pub working: BTreeSet<CareTeamId>,
    pub labels: Labels,
    /// Became part of another record.
    pub merged: bool,
}

pub fn sees(scope: &Scope, patient: &Facts) -> bool {
    let theirs = |team: &CareTeamId| scope.teams.contains(*team);
    let of_their_teams = scope.teams == Teams::All || patient.care_team.iter().chain(&patient.working).any(theirs);
    let in_emergency = scope.sight.emergency.contains_key(&patient.id);
    patient.organization == scope.organization
        && !patient.merged
        && !is_withheld(scope, patient.id, patient.labels)
        && (of_their_teams || in_emergency)
}

/// Hidden from them on whatever team the patient is.
pub fn is_withheld(scope: &Scope, patient: PatientId, labels: Labels) -> bool {
    let open = opened(scope, scope.sight.coordinates.contains(&patient));
    let in_emergency = scope.sight.emergency.contains_key(&patient);
    scope.sight.blocked.contains(&patient) || !(in_emergency || (labels & !open).is_empty())
}

/// The labels that hide nobody from them.
fn opened(scope: &Scope, is_coordinator: bool) -> Labels {
    match &scope.capacity {
        Capacity::System => Labels::EVERY,
        Capacity::Integration { scopes } if scopes.contains(&TokenScope::ConfidentialRead) => Labels::EVERY,
        Capacity::Display | Capacity::Integration { .. } => Labels::NONE,
        Capacity::Staff { .. } if scope.sight.on_wall => Labels::NONE,
        Capacity::Staff { role, .. } => {
            let by_rule = |rule: &&Rule| rule.roles.contains(role) || (rule.coordinator && is_coordinator);
            scope.sight.clearances | RULES.iter().filter(by_rule).map(|rule| rule.label).collect()
        }
    }
}

// ---------------------------------------------------------------- reads: every one starts here

pub fn visible_patients(scope: &Scope) -> Select<patient::Entity> {
    let patients = unwithheld_patients(scope).filter(patient::Column::MergedIntoId.is_null());
    let Teams::Of(teams) = &scope.teams else { return patients };
    let same_patient = Expr::col((task::Entity, task::Column::PatientId));
    let works_for = task::Entity::find()
        .select_only()
        .expr(Expr::value(1))
        .filter(task::Column::OrganizationId.eq(scope.organization))
        .filter(same_patient.equals((patient::Entity, patient::Column::Id)))
        .filter(task::Column::CareTeamId.is_in(teams.iter().copied()));
    let mut theirs = Condition::any()
        .add(patient::Column::CareTeamId.is_in(teams.iter().copied()))
        .add(Expr::exists(works_for.into_query()));
    if !scope.sight.emergency.is_empty() {
        theirs = theirs.add(patient::Column::Id.is_in(scope.sight.emergency.keys().copied()));
    }
    patients.filter(theirs)
}

pub fn visible_tasks(scope: &Scope) -> Select<task::Entity> {
    let tasks = unwithheld_tasks(scope);
    let Teams::Of(teams) = &scope.teams else { return tasks };
    let mut theirs = Condition::any().add(task::Column::CareTeamId.is_in(teams.iter().copied()));
    if !scope.sight.emergency.is_empty() {
        theirs = theirs.add(task::Column::PatientId.is_in(scope.sight.emergency.keys().copied()));
    }
    tasks.filter(theirs)
}

/// Patients of any team, without those that are hidden from them: only for what they see for another reason.
pub fn unwithheld_patients(scope: &Scope) -> Select<patient::Entity> {
    let patients = patient::Entity::find().filter(patient::Column::OrganizationId.eq(scope.organization));
    match withheld(scope) {
        Some(withheld) => patients.filter(withheld.not()),
        None => patients,
    }
}

/// The same of tasks: those about a hidden patient are hidden.
pub fn unwithheld_tasks(scope: &Scope) -> Select<task::Entity> {
    let tasks = task::Entity::find().filter(task::Column::OrganizationId.eq(scope.organization));
    let Some(withheld) = withheld(scope) else { return tasks };
    let of_the_task = Expr::col((patient::Entity, patient::Column::Id));
    // Asked of each task by itself, instead of joined: a board reads its first page of tasks, and only their patients.
    let is_hidden = patient::Entity::find()
        .select_only()
        .expr(Expr::from(withheld))
        .filter(patient::Column::OrganizationId.eq(scope.organization))
        .filter(of_the_task.equals((task::Entity, task::Column::PatientId)));
    let is_hidden = Expr::from(is_hidden.into_query());
    tasks.filter(Condition::any().add(task::Column::PatientId.is_null()).add(is_hidden.not()))
}

/// [`is_withheld`] of a row of `patient`. None where nothing is hidden from them.
fn withheld(scope: &Scope) -> Option<Condition> {
    let Sight { coordinates, blocked, emergency, .. } = &scope.sight;
    let closed = !opened(scope, false);
    if closed.is_empty() && blocked.is_empty() {
        return None;
    }
    let mut cleared = Condition::any().add(has_none_of(closed));
    if !coordinates.is_empty() {
        let theirs = patient::Column::Id.is_in(coordinates.iter().copied());
        cleared = cleared.add(theirs.and(has_none_of(!opened(scope, true))));
    }
    if !emergency.is_empty() {
        cleared = cleared.add(patient::Column::Id.is_in(emergency.keys().copied()));
    }
    let mut withheld = Condition::any().add(cleared.not());
    if !blocked.is_empty() {
        withheld = withheld.add(patient::Column::Id.is_in(blocked.iter().copied()));
    }
    Some(withheld)
}

fn has_none_of(closed: Labels) -> SimpleExpr {
    Expr::col((patient::Entity, patient::Column::Labels)).bit_and(closed.0).eq(0)
}
