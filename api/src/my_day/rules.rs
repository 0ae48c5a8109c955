//! What comes next, and why. Pure: the same facts give the same order.
//!
//! Two pieces of work are compared by one criterion after the other, in the order of [`CRITERIA`]; the first in which they
//! differ decides. So the reasons of an item are all that there is to its place.
use chrono::{DateTime, Utc};
use entity::{
    ids::StaffId,
    patient::RiskTier,
    task::{self, DueState, TaskPriority, TaskStatus},
};

/// By what one piece of work stands before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// What is STAT comes before everything, whoever holds it.
    Stat,
    /// One's own before what nobody holds yet.
    Held,
    /// What one has begun before what one has not.
    Begun,
    /// Overdue, due soon, due today, and the rest.
    Clock,
    Priority,
    /// What somebody was promised or counts on.
    Promise,
    /// Those at the highest risk first.
    Tier,
    DueTime,
    /// What is there longest.
    Age,
}

pub const CRITERIA: [Criterion; 9] = [
    Criterion::Stat,
    Criterion::Held,
    Criterion::Begun,
    Criterion::Clock,
    Criterion::Priority,
    Criterion::Promise,
    Criterion::Tier,
    Criterion::DueTime,
    Criterion::Age,
];

/// A piece of work, with all that its place depends on.
#[derive(Clone, Debug)]
pub struct Facts {
    pub task: task::Model,
    pub is_mine: bool,
    pub tier: Option<RiskTier>,
    /// Who gave it to the one whose day it is, and when.
    pub given: Option<(StaffId, DateTime<Utc>)>,
    pub due_today: bool,
}

impl Facts {
    /// A due time that a person said, rather than a rule or a file.
    pub fn promised_by(&self) -> Option<StaffId> {
        self.task.created_by.filter(|_| self.task.due_at.is_some() && self.task.source.is_none())
    }

    /// Smaller comes first.
    fn measure(&self, by: Criterion) -> i64 {
        let first = |yes: bool| i64::from(!yes);
        match by {
            Criterion::Stat => first(self.task.priority == TaskPriority::Stat),
            Criterion::Held => first(self.is_mine),
            Criterion::Begun => first(self.task.status == TaskStatus::InProgress),
            Criterion::Clock => match self.task.due_state {
                DueState::Overdue => 0,
                DueState::Due => 1,
                DueState::NotDue if self.due_today => 2,
                DueState::NotDue => 3,
            },
            Criterion::Priority => match self.task.priority {
                TaskPriority::Stat => 0,
                TaskPriority::Asap => 1,
                TaskPriority::Urgent => 2,
                TaskPriority::Routine => 3,
            },
            Criterion::Promise => first(self.given.is_some() || self.promised_by().is_some()),
            Criterion::Tier => match self.tier {
                Some(RiskTier::Highest) => 0,
                Some(RiskTier::High) => 1,
                Some(RiskTier::Rising) => 2,
                Some(RiskTier::Low) | None => 3,
            },
            Criterion::DueTime => self.task.urgency_at.timestamp_micros(),
            Criterion::Age => self.task.created_at.timestamp_micros(),
        }
    }
}

/// In the order in which they are to be done.
pub fn put_in_order(queue: &mut [Facts]) {
    // The id last, so that what is alike in all keeps its place.
    queue.sort_by_cached_key(|facts| (CRITERIA.map(|by| facts.measure(by)), facts.task.id));
}

/// By what the first of two stands before the second.
pub fn ahead_by(first: &Facts, second: &Facts) -> Criterion {
    CRITERIA.into_iter().find(|by| first.measure(*by) != second.measure(*by)).unwrap_or(Criterion::Age)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonKind {
    Stat,
    InProgress,
    Overdue,
    DueSoon,
    DueToday,
    Priority,
    Given,
    Promised,
    Tier,
    OnHold,
    Mine,
    Open,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub kind: ReasonKind,
    pub words: &'static str,
    pub at: Option<DateTime<Utc>>,
    pub by: Option<StaffId>,
}

/// Why it stands where it stands, in the order in which it counts; whose it is comes last.
pub fn why(facts: &Facts) -> Vec<Reason> {
    let Facts { task, is_mine, tier, given, due_today } = facts;
    let mut why = Vec::new();
    let mut say = |kind, words, at, by| why.push(Reason { kind, words, at, by });
    if task.priority == TaskPriority::Stat {
        say(ReasonKind::Stat, "STAT: before everything else", None, None);
    }
    if task.status == TaskStatus::InProgress {
        say(ReasonKind::InProgress, "You have begun it", Some(task.status_since), None);
    }
    match task.due_state {
        DueState::Overdue => say(ReasonKind::Overdue, "Overdue", task.due_at, None),
        DueState::Due => say(ReasonKind::DueSoon, "Due soon", task.due_at, None),
        DueState::NotDue if *due_today => say(ReasonKind::DueToday, "Due today", task.due_at, None),
        DueState::NotDue => {}
    }
    match task.priority {
        TaskPriority::Asap => say(ReasonKind::Priority, "As soon as possible", None, None),
        TaskPriority::Urgent => say(ReasonKind::Priority, "Urgent", None, None),
        TaskPriority::Stat | TaskPriority::Routine => {}
    }
    if let Some((by, at)) = given {
        say(ReasonKind::Given, "Given to you", Some(*at), Some(*by));
    }
    if let Some(by) = facts.promised_by() {
        say(ReasonKind::Promised, "Somebody said when", task.due_at, Some(by));
    }
    match tier {
        Some(RiskTier::Highest) => say(ReasonKind::Tier, "Highest risk", None, None),
        Some(RiskTier::High) => say(ReasonKind::Tier, "High risk", None, None),
        Some(RiskTier::Rising) => say(ReasonKind::Tier, "Rising risk", None, None),
        Some(RiskTier::Low) | None => {}
    }
    if task.status == TaskStatus::OnHold {
        say(ReasonKind::OnHold, "On hold, and its time has come", Some(task.status_since), None);
    }
    match is_mine {
        true => say(ReasonKind::Mine, "You hold it", task.claimed_at, None),
        false => say(ReasonKind::Open, "Nobody holds it", Some(task.status_since), None),
    }
    why
}

/// `total` minutes shared among so many, in whole minutes: the first get what is left over.
pub fn share(total: i32, among: usize) -> Vec<i32> {
    let among = i32::try_from(among).unwrap_or(i32::MAX);
    (0..among).map(|at| total / among + i32::from(at < total % among)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Duration, TimeZone};
    use entity::ids::{CareTeamId, OrganizationId, TaskId};

    fn noon() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 23, 17, 0, 0).unwrap()
    }

    fn facts() -> Facts {
        let task = task::Model {
            organization_id: OrganizationId::generate(),
            id: TaskId::generate(),
            version: 1,
            care_team_id: CareTeamId::generate(),
            patient_id: None,
            kind: "OUTREACH_CALL".to_owned(),
            title: "Call".to_owned(),
            instructions: None,
            status: TaskStatus::Accepted,
            status_since: noon(),
            status_reason: None,
            priority: TaskPriority::Routine,
            due_at: None,
            urgency_at: crate::tasks::rules::urgency_at(None),
            due_state: DueState::NotDue,
            claimed_by: None,
            claimed_at: None,
            lease_until: None,
            lease_warning_at: None,
            turns_at: None,
            completed_at: None,
            completed_by: None,
            source: None,
            created_by: None,
            created_at: noon(),
        };
        Facts { task, is_mine: true, tier: None, given: None, due_today: false }
    }

    fn with(change: impl FnOnce(&mut Facts)) -> Facts {
        let mut facts = facts();
        change(&mut facts);
        facts
    }

    fn due(facts: &mut Facts, state: DueState, minutes: i64) {
        facts.task.due_at = Some(noon() + Duration::minutes(minutes));
        facts.task.urgency_at = noon() + Duration::minutes(minutes);
        facts.task.due_state = state;
    }

    /// Each beats the next by the criterion at its side, although the next is better in all that counts less.
    fn ladder() -> Vec<(Criterion, Facts, Facts)> {
        let late = |facts: &mut Facts| due(facts, DueState::Overdue, -30);
        vec![
            (
                Criterion::Stat,
                with(|f| (f.task.priority, f.is_mine) = (TaskPriority::Stat, false)),
                with(|f| {
                    f.task.status = TaskStatus::InProgress;
                    late(f);
                }),
            ),
            (Criterion::Held, facts(), with(|f| (f.is_mine, f.tier) = (false, Some(RiskTier::Highest)))),
            (Criterion::Begun, with(|f| f.task.status = TaskStatus::InProgress), with(late)),
            (Criterion::Clock, with(late), with(|f| f.task.priority = TaskPriority::Asap)),
            (
                Criterion::Priority,
                with(|f| f.task.priority = TaskPriority::Urgent),
                with(|f| f.given = Some((StaffId::generate(), noon()))),
            ),
            (
                Criterion::Promise,
                with(|f| f.given = Some((StaffId::generate(), noon()))),
                with(|f| f.tier = Some(RiskTier::Highest)),
            ),
            (Criterion::Tier, with(|f| f.tier = Some(RiskTier::High)), with(|f| due(f, DueState::NotDue, 600))),
            (
                Criterion::DueTime,
                with(|f| due(f, DueState::NotDue, 600)),
                with(|f| f.task.created_at = noon() - Duration::days(3)),
            ),
            (Criterion::Age, with(|f| f.task.created_at = noon() - Duration::days(3)), facts()),
        ]
    }

    #[test]
    fn each_criterion_decides_before_all_that_come_after_it() {
        let ladder = ladder();
        assert_eq!(ladder.iter().map(|(by, ..)| *by).collect::<Vec<_>>(), CRITERIA);
        for (by, first, second) in ladder {
            let mut queue = [second.clone(), first.clone()];
            put_in_order(&mut queue);
            assert_eq!(queue[0].task.id, first.task.id, "{by:?}");
            assert_eq!(ahead_by(&first, &second), by);
        }
    }

    #[test]
    fn whatever_order_it_comes_in_the_queue_is_the_same() {
        let mut all: Vec<Facts> = ladder().into_iter().flat_map(|(_, first, second)| [first, second]).collect();
        put_in_order(&mut all);
        let ids = |queue: &[Facts]| queue.iter().map(|facts| facts.task.id).collect::<Vec<_>>();
        let expected = ids(&all);
        for turn in 0..all.len() {
            let mut turned = all.clone();
            turned.rotate_left(turn);
            put_in_order(&mut turned);
            assert_eq!(ids(&turned), expected);
        }
    }

    #[test]
    fn a_due_time_that_a_file_brought_is_no_promise() {
        let said = with(|f| {
            due(f, DueState::Due, 20);
            f.task.created_by = Some(StaffId::generate());
        });
        let kinds = |facts: &Facts| why(facts).iter().map(|reason| reason.kind).collect::<Vec<_>>();
        assert_eq!(kinds(&said), [ReasonKind::DueSoon, ReasonKind::Promised, ReasonKind::Mine]);
        let mut brought = said;
        brought.task.source = Some("FHIR".to_owned());
        assert_eq!(kinds(&brought), [ReasonKind::DueSoon, ReasonKind::Mine]);
    }

    #[test]
    fn minutes_are_shared_out_to_the_last() {
        assert_eq!(share(7, 2), [4, 3]);
        assert_eq!(share(1, 3), [1, 0, 0]);
        assert_eq!(share(9, 3), [3, 3, 3]);
        assert_eq!(share(9, 0), Vec::<i32>::new());
    }
}
