//! What is known of a team when its patients are shared anew: who may take whom, what each patient weighs and what it costs
//! that they go. Numbers for [`plan`], and the names behind them.
use super::{
    plan::{Item, Member, Problem},
    rules::{self, Caseload, Part, PartKind, hundredths, is_off},
    service::{self, TeamCaseload},
};
use crate::{Cx, Result, care_teams, patients::protection, people, policy, tasks::service::is_open};
use chrono::{DateTime, Utc};
use entity::{
    coordinator_assignment,
    ids::{CareTeamId, PatientId, StaffId},
    patient::{self, PatientStatus, RiskTier},
    patient_block,
    staff::{self, StaffRole},
    task,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Whose patients are given away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Of everybody who takes part; with `true` also nobody's.
    Everybody(bool),
    /// Everybody's who is away: all of them, whatever they need.
    Absent(StaffId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    NoCapacity,
    Off,
    NotACoordinator,
}

/// A member who takes part.
#[derive(Clone, Debug)]
pub struct Taker {
    pub person: staff::Model,
    pub load: Caseload,
    /// This week's, or the same for everybody where nobody has one.
    pub capacity: f64,
    kept_out_of: HashSet<PatientId>,
    scope: Option<policy::Scope>,
}

impl Taker {
    fn speaks(&self, language: &str) -> bool {
        speaks(&self.person, language)
    }

    pub fn is_qualified_for(&self, kind: &str) -> bool {
        let (role, credential) = (self.person.role, self.person.credential.clone());
        policy::is_qualified_for(&policy::Capacity::Staff { role, credential }, kind)
    }

    /// Whether they would see a patient whose coordinator they were.
    pub fn may_see(&self, patient: &patient::Model) -> bool {
        if self.kept_out_of.contains(&patient.id) {
            return false;
        }
        let Some(scope) = self.scope.as_ref().filter(|_| !patient.labels.is_empty()) else {
            return patient.labels.is_empty();
        };
        protection::would_see(scope.clone(), patient, true)
    }
}

/// A patient who may go to somebody else.
#[derive(Clone, Debug)]
pub struct Movable {
    pub patient: patient::Model,
    pub holder: Option<usize>,
    pub parts: Vec<Part>,
    pub since: Option<DateTime<Utc>>,
    /// Kinds of their open tasks that ask for a licence.
    pub gated: BTreeSet<String>,
    pub group: usize,
}

impl Movable {
    pub fn hundredths(&self) -> i64 {
        self.parts.iter().map(Part::hundredths).sum()
    }
}

pub struct Facts {
    pub load: TeamCaseload,
    pub takers: Vec<Taker>,
    pub left_out: Vec<(staff::Model, LeftOut)>,
    pub movable: Vec<Movable>,
    /// Patients of takers who stay whatever happens.
    pub pinned: i64,
    groups: Vec<Vec<bool>>,
    at: DateTime<Utc>,
}

/// What everybody can carry where nobody said so.
const SAME: f64 = 100.0;

pub async fn of_team(cx: &Cx, team: CareTeamId, whose: Whose) -> Result<Facts> {
    let load = service::of_team(cx, team).await?;
    let people = care_teams::service::members(cx, team).await?;
    let patients = service::in_care(cx, team).all(&cx.db()).await?;
    let coordinators: HashSet<StaffId> = patients.iter().filter_map(|patient| patient.coordinator_id).collect();
    let nobody_has_room = load.members.values().all(|member| member.capacity.is_none());

    let (mut takers, mut left_out) = (Vec::new(), Vec::new());
    for (_, person) in people {
        let of = load.members.get(&person.id).cloned().unwrap_or_default();
        let coordinates = person.role == StaffRole::CareCoordinator || coordinators.contains(&person.id);
        let share = rules::effective_capacity(
            SAME,
            &load.hours.pattern(person.id),
            load.hours.absences(person.id),
            load.week.monday,
        );
        let capacity = if nobody_has_room { Some(share) } else { of.effective };
        let is_away = is_off(load.hours.absences(person.id), load.week.today) || whose == Whose::Absent(person.id);
        match capacity {
            _ if !coordinates => left_out.push((person, LeftOut::NotACoordinator)),
            _ if is_away => left_out.push((person, LeftOut::Off)),
            Some(capacity) if capacity > 0.0 => {
                takers.push(Taker { person, load: of, capacity, kept_out_of: HashSet::new(), scope: None });
            }
            Some(_) => left_out.push((person, LeftOut::Off)),
            None => left_out.push((person, LeftOut::NoCapacity)),
        }
    }
    let mut facts = Facts { load, takers, left_out, movable: Vec::new(), pinned: 0, groups: Vec::new(), at: cx.now() };
    facts.add_patients(cx, patients, whose).await?;
    facts.know_sight(cx).await?;
    Ok(facts)
}

impl Facts {
    async fn add_patients(&mut self, cx: &Cx, patients: Vec<patient::Model>, whose: Whose) -> Result<()> {
        let place: HashMap<StaffId, usize> =
            self.takers.iter().enumerate().map(|(at, taker)| (taker.person.id, at)).collect();
        let mut groups: HashMap<(String, bool), usize> = HashMap::new();
        self.groups.push(vec![true; self.takers.len()]);
        for patient in patients {
            let holder = patient.coordinator_id.and_then(|id| place.get(&id).copied());
            let is_asked = match whose {
                Whose::Everybody(unassigned) => holder.is_some() || (unassigned && patient.coordinator_id.is_none()),
                Whose::Absent(staff) => patient.coordinator_id == Some(staff),
            };
            if !is_asked {
                continue;
            }
            if matches!(whose, Whose::Everybody(_)) && is_pinned(&patient) {
                self.pinned += 1;
                continue;
            }
            let weighs = |kind: PartKind, count| Part { kind, count, weight: self.load.weights.of(kind) };
            let mut parts = vec![weighs(PartKind::Patients(patient.risk_tier), 1)];
            let clocks = self.load.free_clocks.get(&patient.id);
            parts.extend(clocks.map(|count| weighs(PartKind::ClocksThisWeek, *count)));
            let needed = needed_language(&patient).map(str::to_owned);
            let group = needed.map_or(0, |language| {
                *groups.entry((language, holder.is_some())).or_insert_with_key(|(language, may_stay)| {
                    let speakers: Vec<bool> = self.takers.iter().map(|taker| taker.speaks(language)).collect();
                    // Somebody has to answer for who is left behind, with an interpreter.
                    let anybody = !may_stay && !speakers.contains(&true);
                    self.groups.push(if anybody { vec![true; speakers.len()] } else { speakers });
                    self.groups.len() - 1
                })
            });
            let (since, gated) = (None, BTreeSet::new());
            self.movable.push(Movable { patient, holder, parts, since, gated, group });
        }
        self.know_history(cx).await
    }

    /// Since when each has their coordinator, and which of their open work asks for a licence.
    async fn know_history(&mut self, cx: &Cx) -> Result<()> {
        let place: HashMap<PatientId, usize> =
            self.movable.iter().enumerate().map(|(at, one)| (one.patient.id, at)).collect();
        let staff: BTreeSet<StaffId> = self.movable.iter().filter_map(|one| one.patient.coordinator_id).collect();
        let open = coordinator_assignment::Entity::find()
            .select_only()
            .column(coordinator_assignment::Column::PatientId)
            .column(coordinator_assignment::Column::StartedAt)
            .filter(coordinator_assignment::Column::OrganizationId.eq(cx.organization()))
            .filter(coordinator_assignment::Column::StaffId.is_in(staff))
            .filter(coordinator_assignment::Column::EndedAt.is_null());
        let open: Vec<(PatientId, DateTime<Utc>)> = open.into_tuple().all(&cx.db()).await?;
        for (patient, since) in open {
            if let Some(at) = place.get(&patient) {
                self.movable[*at].since = Some(since);
            }
        }
        let gates = policy::licence::GATES.iter().map(|gate| gate.kind);
        let gated = policy::unwithheld_tasks(cx.scope())
            .select_only()
            .column(task::Column::PatientId)
            .column(task::Column::Kind)
            .filter(task::Column::PatientId.is_not_null())
            .filter(task::Column::Kind.is_in(gates))
            .filter(is_open());
        let gated: Vec<(PatientId, String)> = gated.into_tuple().all(&cx.db()).await?;
        for (patient, kind) in gated {
            if let Some(at) = place.get(&patient) {
                self.movable[*at].gated.insert(kind);
            }
        }
        Ok(())
    }

    /// Out of whose records each is kept, and what they are cleared for where that matters.
    async fn know_sight(&mut self, cx: &Cx) -> Result<()> {
        let blocks = patient_block::Entity::find()
            .filter(patient_block::Column::OrganizationId.eq(cx.organization()))
            .filter(patient_block::Column::StaffId.is_in(self.takers.iter().map(|taker| taker.person.id)))
            .filter(patient_block::Column::EndedAt.is_null());
        for block in blocks.all(&cx.db()).await? {
            if let Some(taker) = self.takers.iter_mut().find(|taker| taker.person.id == block.staff_id) {
                taker.kept_out_of.insert(block.patient_id);
            }
        }
        if self.movable.iter().any(|one| !one.patient.labels.is_empty()) {
            for taker in &mut self.takers {
                let id = taker.person.id;
                taker.scope = people::sessions::staff_scope(&cx.db(), cx.organization(), id, cx.now()).await?;
            }
        }
        Ok(())
    }

    /// What it costs that this patient goes to this member; none where they may not.
    pub fn cost(&self, item: usize, to: usize) -> Option<i64> {
        let (one, taker) = (self.movable.get(item)?, self.takers.get(to)?);
        if !self.groups[one.group][to] || !taker.may_see(&one.patient) {
            return None;
        }
        let tier = match one.patient.risk_tier {
            None | Some(RiskTier::Low) => 0,
            Some(RiskTier::Rising) => 10,
            Some(RiskTier::High) => 20,
            Some(RiskTier::Highest) => 30,
        };
        let together = one.since.map_or(0, |since| (self.at - since).num_days() / 36).clamp(0, 50);
        let language = one.patient.preferred_language.as_deref().is_some_and(|language| !taker.speaks(language));
        let unlicensed = one.gated.iter().filter(|kind| !taker.is_qualified_for(kind)).count() as i64;
        Some(tier + together + 40 * i64::from(language) + 30 * unlicensed)
    }

    /// Whether the patient will be spoken to in their language, and was not.
    pub fn gains_language(&self, one: &Movable, to: usize) -> bool {
        let Some(language) = one.patient.preferred_language.as_deref() else { return false };
        let before = one.holder.is_some_and(|from| self.takers[from].speaks(language));
        !before && self.takers[to].speaks(language) && !language.to_ascii_lowercase().starts_with("en")
    }

    /// Whether open work about the patient can be done by who takes them, and could not be by who had them.
    pub fn gains_licence(&self, one: &Movable, to: usize) -> bool {
        let could = |at: usize| one.gated.iter().all(|kind| self.takers[at].is_qualified_for(kind));
        !one.gated.is_empty() && could(to) && !one.holder.is_some_and(could)
    }

    pub fn is_new_together(&self, one: &Movable) -> bool {
        one.since.is_some_and(|since| self.at - since < chrono::Duration::days(365))
    }

    pub fn problem<'a>(&self, tolerance: f64, cost: &'a (dyn Fn(usize, usize) -> Option<i64> + Sync)) -> Problem<'a> {
        let weights = &self.load.weights;
        let member = |taker: &Taker| Member { load: taker.load.hundredths(weights), capacity: taker.capacity };
        let item = |one: &Movable| Item { holder: one.holder, weight: one.hundredths(), group: one.group };
        Problem {
            members: self.takers.iter().map(member).collect(),
            items: self.movable.iter().map(item).collect(),
            groups: self.groups.clone(),
            cost,
            tolerance,
        }
    }

    pub fn relative(&self, taker: usize, load: i64) -> f64 {
        rules::amount(load) / self.takers[taker].capacity
    }

    pub fn loads(&self) -> Vec<i64> {
        self.takers.iter().map(|taker| taker.load.hundredths(&self.load.weights)).collect()
    }

    pub fn open_task(&self) -> i64 {
        hundredths(self.load.weights.open_task)
    }
}

/// The practice's own language is everybody's.
pub fn speaks(person: &staff::Model, language: &str) -> bool {
    let plain = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    plain(language) == "en" || person.languages.split(' ').any(|own| plain(own) == plain(language))
}

/// The language in which somebody has to speak to the patient, as an interpreter is needed otherwise.
pub fn needed_language(patient: &patient::Model) -> Option<&str> {
    patient.preferred_language.as_deref().filter(|_| patient.interpreter_needed)
}

/// Who is known to few, or is in an emergency, stays with whom they have.
fn is_pinned(patient: &patient::Model) -> bool {
    !patient.labels.is_empty() || matches!(patient.status, PatientStatus::InEd | PatientStatus::Inpatient)
}
