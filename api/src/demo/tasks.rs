//! The boards of the demonstration practice: what is open, with whom, how late, and what was done.
use super::{
    Practice,
    dice::{Dice, on_day},
    life::{self, Clockwork, Deed, Life},
    people::{Member, Team},
    work::{
        About, CANCELLATIONS, COMMENTS, DISCHARGE_CALL, DISCHARGE_MEDICATION, DISCHARGE_VISIT, FAILURES, HOLDS, NOTES,
        RELEASES, WORK, Work,
    },
};
use crate::{
    Result,
    policy::{self, Capacity},
    tasks::rules::Step,
};
use chrono::{DateTime, Duration, Timelike, Utc};
use entity::{
    ids::StaffId,
    patient::{self, PatientStatus},
    staff::StaffRole,
    task::TaskPriority,
};
use std::collections::BTreeMap;

/// Open tasks of each team, besides those that a discharge brings.
const OPEN: [usize; 3] = [54, 53, 51];
const DONE_TODAY: i64 = 15;
const DONE_BEFORE: i64 = 42;
const DAY: i64 = 24 * 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Draft,
    Pool,
    Claimed,
    InProgress,
    OnHold,
    Completed(DateTime<Utc>),
    Cancelled(DateTime<Utc>),
    Failed(DateTime<Utc>),
}

#[derive(Clone, Copy, Debug)]
enum Due {
    Overdue,
    WithinTheHour,
    Today,
    ThisWeek,
    Never,
    At(DateTime<Utc>),
    /// After it was done, or just before for some.
    InTime,
}

/// A hundred open tasks, as they stand.
const STATES: [(State, u32); 5] =
    [(State::Pool, 40), (State::Claimed, 21), (State::InProgress, 23), (State::OnHold, 13), (State::Draft, 3)];

struct Plan<'a> {
    work: &'a Work,
    patient: Option<&'a patient::Model>,
    state: State,
    due: Due,
    /// None where somebody of the team wrote it down some time ago.
    created_at: Option<DateTime<Utc>>,
    /// When the claim is to lapse, where that is to be seen.
    lapses_at: Option<DateTime<Utc>>,
}

impl<'a> Plan<'a> {
    fn new(work: &'a Work, patient: Option<&'a patient::Model>, state: State, due: Due) -> Self {
        Self { work, patient, state, due, created_at: None, lapses_at: None }
    }
}

struct Board<'a> {
    practice: &'a mut Practice,
    dice: &'a mut Dice,
    team: &'a Team,
    clockwork: Clockwork,
    held: BTreeMap<StaffId, u32>,
    deck: Vec<&'static Work>,
}

pub fn add(practice: &mut Practice, dice: &mut Dice, teams: &[Team], clockwork: Clockwork) -> Result<()> {
    let patients = practice.patients.clone();
    for (index, team) in teams.iter().enumerate() {
        // Nobody is to hold work about somebody whom they do not see.
        let open = |one: &&patient::Model| one.care_team_id == Some(team.id) && one.labels.is_empty();
        let panel: Vec<&patient::Model> = patients.iter().filter(open).collect();
        let mut deck: Vec<&Work> = WORK.iter().collect();
        dice.shuffle(&mut deck);
        let mut board = Board { practice, dice, team, clockwork, held: BTreeMap::new(), deck };
        board.fill(&panel, OPEN[index], index == 0)?;
    }
    Ok(())
}

impl Board<'_> {
    fn fill(&mut self, panel: &[&patient::Model], open: usize, is_first: bool) -> Result<()> {
        let now = self.dice.now;
        for patient in panel.iter().filter(|one| one.status == PatientStatus::Transition) {
            self.discharge(patient)?;
        }
        if is_first {
            self.about_to_turn(panel)?;
        }
        let mut states: Vec<State> = Vec::new();
        for (state, share) in STATES {
            states.extend(std::iter::repeat_n(state, (open * share as usize).div_ceil(100)));
        }
        self.dice.shuffle(&mut states);
        for state in states.into_iter().take(open) {
            let work = self.next_work();
            let (state, due) = match work.priority {
                // Nobody sits on what cannot wait.
                TaskPriority::Stat => (State::Pool, Due::WithinTheHour),
                TaskPriority::Asap | TaskPriority::Urgent | TaskPriority::Routine => (state, self.due(work.priority)),
            };
            self.plan(panel, work, state, due)?;
        }
        let today = self.dice.start_of_today().max(now - Duration::hours(9));
        for _ in 0..DONE_TODAY {
            let at = self.dice.moment(today, now - Duration::seconds(20));
            self.past(panel, State::Completed(at))?;
        }
        for _ in 0..DONE_BEFORE {
            let at = self.dice.working_moment(now - Duration::days(14), self.dice.start_of_today());
            self.past(panel, State::Completed(at))?;
        }
        for count in 0..8 {
            let at = self.dice.minutes_ago(30, 4 * DAY);
            self.past(panel, if count < 5 { State::Cancelled(at) } else { State::Failed(at) })?;
        }
        Ok(())
    }

    /// Five tasks that change by themselves while somebody looks on for the first minutes.
    fn about_to_turn(&mut self, panel: &[&patient::Model]) -> Result<()> {
        let from_now = |seconds| self.dice.now + Duration::seconds(seconds);
        let lead = self.clockwork.lead;
        let soon = [
            (State::Pool, Due::At(from_now(40) + lead), None),
            (State::Pool, Due::At(from_now(100)), None),
            (State::Claimed, Due::Today, Some(from_now(150))),
            (State::InProgress, Due::At(from_now(210)), None),
            (State::Pool, Due::At(from_now(260) + lead), None),
        ];
        let works = WORK.iter().filter(|work| work.about == About::AtRisk && work.priority == TaskPriority::Urgent);
        for ((state, due, lapses_at), work) in soon.into_iter().zip(works) {
            let patient = self.patient(panel, work);
            self.add(Plan { lapses_at, ..Plan::new(work, patient, state, due) })?;
        }
        Ok(())
    }

    /// What a discharge brings: a call in two business days, a visit in seven days, and the medication by then.
    fn discharge(&mut self, patient: &patient::Model) -> Result<()> {
        let now = self.dice.now;
        let left = patient.status_since;
        let created_at = Some((left + self.dice.minutes(1, 4)).min(now - Duration::minutes(4)));
        let call_by = self.dice.business_day(left, 2, 17);
        // The same day of next week, or the Friday before it.
        let visit_by = self.dice.business_day(left, 5, 12);
        for (work, due, done_percent) in
            [(&DISCHARGE_CALL, call_by, 85), (&DISCHARGE_VISIT, visit_by, 75), (&DISCHARGE_MEDICATION, visit_by, 70)]
        {
            let is_past = due < now;
            let done = self.dice.chance(if is_past { done_percent } else { done_percent / 4 });
            let state = if done {
                // A patient who left this morning was reached this morning.
                State::Completed(self.dice.moment(left + Duration::minutes(90), due.min(now)))
            } else {
                *self.dice.one(&[State::Pool, State::Pool, State::Claimed, State::InProgress])
            };
            self.add(Plan { created_at, ..Plan::new(work, Some(patient), state, Due::At(due)) })?;
        }
        Ok(())
    }

    fn past(&mut self, panel: &[&patient::Model], state: State) -> Result<()> {
        let ordinary: Vec<&Work> = WORK.iter().filter(|work| work.priority != TaskPriority::Stat).collect();
        let work = *self.dice.one(&ordinary);
        self.plan(panel, work, state, Due::InTime)
    }

    fn plan(&mut self, panel: &[&patient::Model], work: &Work, state: State, due: Due) -> Result<()> {
        let patient = self.patient(panel, work);
        if patient.is_none() && work.about != About::Nobody {
            return Ok(());
        }
        self.add(Plan::new(work, patient, state, due))
    }

    fn patient<'p>(&mut self, panel: &[&'p patient::Model], work: &Work) -> Option<&'p patient::Model> {
        let today = self.dice.now.date_naive();
        let fitting: Vec<&patient::Model> = panel.iter().copied().filter(|one| work.about.fits(one, today)).collect();
        (!fitting.is_empty()).then(|| *self.dice.one(&fitting))
    }

    fn next_work(&mut self) -> &'static Work {
        if self.deck.is_empty() {
            // Once a board for what is critical, and for the team's own work.
            self.deck =
                WORK.iter().filter(|one| one.priority != TaskPriority::Stat && one.about != About::Nobody).collect();
            self.dice.shuffle(&mut self.deck);
        }
        self.deck.pop().unwrap_or(&WORK[0])
    }

    fn due(&mut self, priority: TaskPriority) -> Due {
        match self.dice.between(0, 99) {
            0..13 => Due::Overdue,
            13..23 => Due::WithinTheHour,
            23..50 => Due::Today,
            _ if priority >= TaskPriority::Asap => Due::Today,
            50..89 => Due::ThisWeek,
            _ if priority == TaskPriority::Urgent => Due::ThisWeek,
            _ => Due::Never,
        }
    }

    /// Whoever may take it and has the least to do; the people that one signs in as have more than others.
    fn holder(&mut self, work: &Work) -> StaffId {
        let mut fitting = fitting(self.team, work);
        self.dice.shuffle(&mut fitting);
        let load = |member: &&Member| {
            let known = matches!(member.email.split_once('@'), Some((_, "demo.example")))
                || member.email == "nurse@maple.demo.example";
            self.held.get(&member.id).copied().unwrap_or_default() * if known { 1 } else { 3 }
        };
        let holder = fitting.into_iter().min_by_key(load).map_or(self.team.members[0].id, |member| member.id);
        *self.held.entry(holder).or_default() += 1;
        holder
    }

    fn coordinator(&mut self) -> StaffId {
        let coordinators = self.team.coordinators();
        self.dice.one(&coordinators).id
    }

    fn author(&mut self) -> StaffId {
        let roles = [StaffRole::CareCoordinator, StaffRole::Clinician, StaffRole::Nurse];
        let authors: Vec<&Member> = self.team.members.iter().filter(|one| roles.contains(&one.role)).collect();
        self.dice.one(&authors).id
    }

    fn add(&mut self, plan: Plan<'_>) -> Result<()> {
        let now = self.dice.now;
        let ended_at = match plan.state {
            State::Completed(at) | State::Cancelled(at) | State::Failed(at) => Some(at),
            State::Draft | State::Pool | State::Claimed | State::InProgress | State::OnHold => None,
        };
        let until = ended_at.or(plan.lapses_at.map(|at| at - self.clockwork.lease)).unwrap_or(now);
        let created_at = plan.created_at.unwrap_or_else(|| self.created_at(&plan, until));
        let due_at = self.due_at(plan.due, created_at, until);
        let deeds = self.deeds(&plan, created_at, until);
        let steps = plan.work.steps.len();
        let checked = match plan.state {
            State::Completed(_) => steps,
            State::InProgress | State::OnHold => self.dice.between(0, steps as i64 - 1).max(0) as usize,
            State::Draft | State::Pool | State::Claimed | State::Cancelled(_) | State::Failed(_) => 0,
        };
        let comments = if plan.lapses_at.is_some() { Vec::new() } else { self.comments(&deeds, created_at, until) };
        let by_message = plan.work.about == About::Discharged;
        let life = Life {
            work: plan.work,
            priority: plan.work.priority,
            team: self.team.id,
            patient: plan.patient.map(|patient| patient.id),
            created_at,
            created_by: if by_message { None } else { Some(self.author()) },
            draft: plan.state == State::Draft,
            due_at,
            deeds,
            comments,
            checked,
        };
        life::add(self.practice, self.dice, self.clockwork, life)
    }

    /// Some days ago, and not before the patient came into the state that the work is about.
    fn created_at(&mut self, plan: &Plan<'_>, until: DateTime<Utc>) -> DateTime<Utc> {
        if plan.work.priority == TaskPriority::Stat {
            return until - self.dice.minutes(9, 40);
        }
        let latest = match plan.due {
            Due::Overdue => until - Duration::hours(3),
            _ => until - Duration::minutes(6),
        };
        let oldest = match plan.work.about {
            About::InHospital | About::Watched | About::Lost => plan.patient.map(|patient| patient.status_since),
            _ => None,
        };
        let earliest = (until - self.dice.minutes(8 * 60, 5 * DAY)).max(oldest.unwrap_or(DateTime::UNIX_EPOCH));
        if earliest < latest { self.dice.working_moment(earliest, latest) } else { until - self.dice.minutes(6, 25) }
    }

    fn due_at(&mut self, due: Due, created_at: DateTime<Utc>, until: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let now = self.dice.now;
        let closing = on_day(now, 0, 17, 30);
        let at = match due {
            Due::Never => return None,
            Due::At(at) => return Some(at),
            Due::Overdue => {
                let late = self.dice.moment(created_at, now - Duration::minutes(2));
                // People say "by a quarter past", unless that was before they said it.
                return Some(Some(quarter(late)).filter(|at| *at > created_at).unwrap_or(late));
            }
            Due::WithinTheHour => now + self.dice.minutes(14, 58),
            Due::Today if closing - now > Duration::hours(2) => self.dice.moment(now + Duration::minutes(70), closing),
            Due::Today => self.dice.business_day(now, 1, 9) + self.dice.minutes(0, 180),
            Due::ThisWeek => {
                let days = self.dice.between(1, 5);
                self.dice.business_day(now, days, 9) + self.dice.minutes(0, 8 * 60)
            }
            Due::InTime if self.dice.chance(12) => self.dice.moment(created_at, until),
            Due::InTime => until + self.dice.minutes(30, 2 * DAY),
        };
        Some(quarter(at)).filter(|at| *at > created_at)
    }

    fn deeds(&mut self, plan: &Plan<'_>, created_at: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Deed> {
        let now = self.dice.now;
        let lease = self.clockwork.lease;
        let mut deeds = Vec::new();
        // Whoever goes on working today took it today, or the claim would have lapsed.
        let mut from = created_at;
        match plan.state {
            State::Draft => return deeds,
            State::Claimed | State::InProgress => from = from.max(now - lease * 8 / 10),
            State::Pool => {
                let before = now - created_at;
                if before > Duration::hours(2) && self.dice.chance(18) {
                    self.tried(&mut deeds, plan.work, created_at);
                }
                return deeds;
            }
            State::OnHold | State::Completed(_) | State::Failed(_) => {}
            State::Cancelled(at) => {
                let by = Some(self.coordinator());
                let reason = Some(*self.dice.one(&CANCELLATIONS));
                deeds.push(Deed { at, step: Step::Cancel, by, holder: None, reason });
                return deeds;
            }
        }
        let holder = self.holder(plan.work);
        // Worked on in one go, shortly before the end; else some time since it is there.
        let claimed_at = match (plan.lapses_at, plan.state) {
            (Some(_), _) => until,
            (None, State::Completed(_) | State::Failed(_)) => {
                self.dice.moment(from.max(until - Duration::hours(4)), until)
            }
            (None, _) => self.dice.working_moment(from, until - Duration::minutes(1)),
        };
        if self.dice.chance(18) {
            let by = Some(self.coordinator());
            deeds.push(Deed { at: claimed_at, step: Step::Assign, by, holder: Some(holder), reason: None });
        } else {
            deeds.push(Deed {
                at: claimed_at,
                step: Step::Claim,
                by: Some(holder),
                holder: Some(holder),
                reason: None,
            });
        }
        let mut next = |at, step, reason| deeds.push(Deed { at, step, by: Some(holder), holder: None, reason });
        let started_at = self.dice.moment(claimed_at, until.min(claimed_at + Duration::hours(2)));
        match plan.state {
            State::InProgress => next(started_at, Step::Start, None),
            State::OnHold => {
                next(started_at, Step::Start, None);
                let held_at = self.dice.moment(started_at, until.min(started_at + Duration::hours(3)));
                next(held_at, Step::Hold, Some(*self.dice.one(&HOLDS)));
            }
            State::Completed(at) => {
                next(started_at, Step::Start, None);
                let note = self.dice.chance(60).then(|| *self.dice.one(&NOTES));
                next(at, Step::Complete, note);
            }
            State::Failed(at) => {
                next(started_at, Step::Start, None);
                next(at, Step::Fail, Some(*self.dice.one(&FAILURES)));
            }
            State::Claimed | State::Pool | State::Draft | State::Cancelled(_) => {}
        }
        deeds
    }

    /// Somebody had it before, and it came back.
    fn tried(&mut self, deeds: &mut Vec<Deed>, work: &Work, created_at: DateTime<Utc>) {
        let now = self.dice.now;
        let lease = self.clockwork.lease;
        let by = Some(self.dice.one(&fitting(self.team, work)).id);
        let claimed_at = self.dice.moment(created_at, now - Duration::minutes(30));
        deeds.push(Deed { at: claimed_at, step: Step::Claim, by, holder: by, reason: None });
        if claimed_at + lease < now {
            deeds.push(Deed { at: claimed_at + lease, step: Step::Lapse, by: None, holder: None, reason: None });
            return;
        }
        let at = self.dice.moment(claimed_at, now);
        let reason = Some(*self.dice.one(&RELEASES));
        deeds.push(Deed { at, step: Step::Release, by, holder: None, reason });
    }

    fn comments(
        &mut self,
        deeds: &[Deed],
        created_at: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Vec<(DateTime<Utc>, StaffId, &'static str)> {
        let holder = deeds.iter().rev().find_map(|deed| deed.holder);
        let from = deeds.first().map_or(created_at, |first| first.at);
        let many = match self.dice.between(0, 9) {
            0..5 => 0,
            5..8 => 1,
            _ => 2,
        };
        let mut comments = Vec::new();
        for _ in 0..many {
            let author = holder.filter(|_| self.dice.chance(70)).unwrap_or_else(|| self.author());
            comments.push((self.dice.moment(from, until), author, *self.dice.one(&COMMENTS)));
        }
        comments.sort_by_key(|comment| comment.0);
        comments
    }
}

/// Who usually takes such work, and may.
fn fitting<'a>(team: &'a Team, work: &Work) -> Vec<&'a Member> {
    let qualified = |member: &&Member| {
        let capacity = Capacity::Staff { role: member.role, credential: member.credential.clone() };
        policy::is_qualified_for(&capacity, work.kind)
    };
    team.members.iter().filter(|member| work.roles.contains(&member.role)).filter(qualified).collect()
}

/// The quarter of an hour before.
fn quarter(at: DateTime<Utc>) -> DateTime<Utc> {
    let past = i64::from(at.minute() % 15 * 60 + at.second());
    at - Duration::seconds(past) - Duration::nanoseconds(i64::from(at.nanosecond()))
}
