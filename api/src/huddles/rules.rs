//! What stands on the agenda, and in which order. Pure: facts come in, time among them.
use chrono::{DateTime, Datelike, Duration, NaiveDate, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use entity::{
    huddle::HuddleSlot,
    ids::{PatientId, TaskId},
    patient::RiskTier,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// In the order in which a huddle goes through them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    Unfinished,
    Hospital,
    Discharges,
    Visits,
    Work,
    Risk,
    RolledOver,
    Added,
}

/// Why something stands on the agenda, the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// A decision of an earlier huddle that is due and not done.
    DecisionOpen,
    EdVisit,
    Admission,
    Discharge,
    /// In the clinic now.
    Visit,
    VisitUnconfirmed,
    /// What is to be prepared or closed for today's visit.
    Gap,
    Overdue,
    Unowned,
    NoTouch,
    RolledOver,
    Added,
}

impl Code {
    pub fn section(self) -> Section {
        match self {
            Self::DecisionOpen => Section::Unfinished,
            Self::EdVisit | Self::Admission => Section::Hospital,
            Self::Discharge => Section::Discharges,
            Self::Visit | Self::VisitUnconfirmed | Self::Gap => Section::Visits,
            Self::Overdue | Self::Unowned => Section::Work,
            Self::NoTouch => Section::Risk,
            Self::RolledOver => Section::RolledOver,
            Self::Added => Section::Added,
        }
    }
}

/// One reason, as it is kept with its item: codes, moments and ids, no words of anybody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason {
    pub code: Code,
    /// Since when it holds.
    pub since: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub task: Option<Uuid>,
    /// The kind of that task.
    pub kind: Option<String>,
    /// How much risk, rising, where that is the reason.
    pub tier: Option<u8>,
    /// The date of the huddle that did not come to it.
    pub from: Option<NaiveDate>,
}

impl Reason {
    pub fn of(code: Code, since: DateTime<Utc>) -> Self {
        let (due_at, task, kind, tier, from) = (None, None, None, None, None);
        Self { code, since: Some(since), due_at, task, kind, tier, from }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    Patient(PatientId),
    /// Work that is about no patient.
    Task(TaskId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub subject: Subject,
    pub reason: Reason,
}

/// What an earlier huddle did not come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    pub subject: Subject,
    /// Of which no work has ended meanwhile.
    pub reasons: Vec<Reason>,
    /// The date of that huddle, and of the first one that had it.
    pub from: NaiveDate,
    pub first: NaiveDate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub subject: Subject,
    pub reasons: Vec<Reason>,
    pub rolled_from: Option<NaiveDate>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agenda {
    /// In order.
    pub entries: Vec<Entry>,
    pub left_out: i32,
}

/// What computed work and risk may take of a huddle: more would be spoken about by nobody.
pub const MOST_WORK: usize = 30;
pub const MOST_RISK: usize = 10;

/// One entry for each subject, with all its reasons. `talked` says when somebody was spoken about earlier that day: what
/// was known then is no reason again.
pub fn agenda(facts: Vec<Fact>, carried: Vec<Carried>, talked: &BTreeMap<Subject, DateTime<Utc>>) -> Agenda {
    let mut found: BTreeMap<Subject, Entry> = BTreeMap::new();
    let entry = |subject: Subject| Entry { subject, reasons: Vec::new(), rolled_from: None };
    for Fact { subject, reason } in facts {
        let known = talked.get(&subject).is_some_and(|at| reason.since.is_none_or(|since| since <= *at));
        if !known || reason.code == Code::Added {
            found.entry(subject).or_insert_with(|| entry(subject)).reasons.push(reason);
        }
    }
    for Carried { subject, reasons, from, first } in carried {
        let entry = found.entry(subject).or_insert_with(|| entry(subject));
        // Of what is still so, the present fact says it better.
        let fresh = entry.reasons.clone();
        let is_new = |old: &Reason| !fresh.iter().any(|new| new.code == old.code && new.task == old.task);
        entry.reasons.extend(reasons.into_iter().filter(|old| old.code != Code::RolledOver && is_new(old)));
        let rolled = Reason { from: Some(from), since: None, ..Reason::of(Code::RolledOver, DateTime::UNIX_EPOCH) };
        entry.reasons.push(rolled);
        entry.rolled_from = Some(first);
    }
    let mut entries: Vec<Entry> = found.into_values().collect();
    entries.iter_mut().for_each(|entry| entry.reasons = in_order(std::mem::take(&mut entry.reasons)));
    entries.retain(|entry| !entry.reasons.is_empty());
    entries.sort_by_cached_key(|entry| key(entry.subject, &entry.reasons));
    let known = entries.len();
    let (mut work, mut risk) = (0, 0);
    entries.retain(|entry| {
        let (count, most) = match section(&entry.reasons) {
            Section::Work => (&mut work, MOST_WORK),
            Section::Risk => (&mut risk, MOST_RISK),
            _ => return true,
        };
        // What was carried over is not lost a second time.
        *count += usize::from(entry.rolled_from.is_none());
        entry.rolled_from.is_some() || *count <= most
    });
    let left_out = i32::try_from(known - entries.len()).unwrap_or(i32::MAX);
    Agenda { entries, left_out }
}

/// The most pressing first; a task is one reason, and work is to be prepared only for who comes today.
fn in_order(mut reasons: Vec<Reason>) -> Vec<Reason> {
    let comes = reasons.iter().any(|reason| matches!(reason.code, Code::Visit | Code::VisitUnconfirmed));
    reasons.retain(|reason| comes || reason.code != Code::Gap);
    reasons.sort();
    let mut kept: Vec<Reason> = Vec::new();
    for reason in reasons {
        let twice = |one: &Reason| match reason.task {
            Some(task) => one.task == Some(task),
            None => one.code == reason.code && reason.code != Code::EdVisit,
        };
        if !kept.iter().any(twice) {
            kept.push(reason);
        }
    }
    kept
}

/// Where an item with these reasons belongs: to its most pressing one.
pub fn section(reasons: &[Reason]) -> Section {
    reasons.iter().map(|reason| reason.code.section()).min().unwrap_or(Section::Added)
}

type Key = (Section, std::cmp::Reverse<u8>, DateTime<Utc>, DateTime<Utc>, Subject);

/// What items are sorted by: section, tier where risk is the reason, the earliest clock, then who waits longest.
pub fn key(subject: Subject, reasons: &[Reason]) -> Key {
    let section = section(reasons);
    let here = || reasons.iter().filter(|reason| reason.code.section() == section);
    let tier = here().filter_map(|reason| reason.tier).max().unwrap_or_default();
    let due = here().filter_map(|reason| reason.due_at).min().unwrap_or(DateTime::<Utc>::MAX_UTC);
    let since = here().filter_map(|reason| reason.since).min().unwrap_or(DateTime::<Utc>::MAX_UTC);
    (section, std::cmp::Reverse(tier), due, since, subject)
}

pub fn tier_number(tier: RiskTier) -> u8 {
    match tier {
        RiskTier::Low => 0,
        RiskTier::Rising => 1,
        RiskTier::High => 2,
        RiskTier::Highest => 3,
    }
}

/// When a discharged patient must have been reached: the end of the second business day after it. Holidays are not known.
pub fn contact_by(discharged: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let mut day = discharged.with_timezone(&zone).date_naive();
    let mut left = 2;
    while left > 0 {
        day += Duration::days(1);
        left -= i32::from(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
    }
    start_of(day + Duration::days(1), zone)
}

/// When the last business day before this one began: what happened since then is news to a team that had no huddle.
pub fn last_business_day(today: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let mut day = today - Duration::days(1);
    while matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        day -= Duration::days(1);
    }
    start_of(day, zone)
}

pub fn start_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    let first = (0..24)
        .find_map(|half_hours| zone.from_local_datetime(&(midnight + Duration::minutes(30 * half_hours))).earliest());
    first.map_or_else(|| midnight.and_utc(), |start| start.to_utc())
}

/// Which day and which part of it is now, where the practice is.
pub fn now_is(now: DateTime<Utc>, zone: Tz) -> (NaiveDate, HuddleSlot) {
    use chrono::Timelike;
    let local = now.with_timezone(&zone);
    (local.date_naive(), if local.hour() < 12 { HuddleSlot::Am } else { HuddleSlot::Pm })
}

/// How long an item should take, in seconds: what is left, shared among what is open.
pub fn item_seconds(left: Duration, open: usize) -> i32 {
    let open = i64::try_from(open.max(1)).unwrap_or(i64::MAX);
    i32::try_from((left.num_seconds() / open).clamp(30, 180)).unwrap_or(180)
}
