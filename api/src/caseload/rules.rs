//! The weighted load, and what somebody can carry in a week. Pure.
//!
//! The weights are a practice's own, so that it can compare its members with one another; they are not a clinical score.
//! A patient weighs by risk tier, because the highest tiers are contacted weekly and the low ones quarterly; a piece of
//! open work weighs half a low-risk patient, twice that once it is overdue or while it is due this week.
use super::plan::UNIT;
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use entity::{patient::RiskTier, staff::StaffRole, time_off, work_pattern};
use std::collections::BTreeMap;

/// What a practice may change.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    pub not_assessed: f64,
    pub low: f64,
    pub rising: f64,
    pub high: f64,
    pub highest: f64,
    pub open_task: f64,
    /// On top of an open task.
    pub overdue: f64,
    /// On top of an open task that falls due before the week is over.
    pub due_this_week: f64,
    /// Of members without a capacity of their own.
    pub capacity_by_role: BTreeMap<StaffRole, f64>,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            not_assessed: 1.0,
            low: 1.0,
            rising: 2.0,
            high: 4.0,
            highest: 6.0,
            open_task: 0.5,
            overdue: 0.5,
            due_this_week: 0.5,
            capacity_by_role: BTreeMap::new(),
        }
    }
}

impl Weights {
    pub fn patient(&self, tier: Option<RiskTier>) -> f64 {
        match tier {
            None => self.not_assessed,
            Some(RiskTier::Low) => self.low,
            Some(RiskTier::Rising) => self.rising,
            Some(RiskTier::High) => self.high,
            Some(RiskTier::Highest) => self.highest,
        }
    }

    pub fn of(&self, kind: PartKind) -> f64 {
        match kind {
            PartKind::Patients(tier) => self.patient(tier),
            PartKind::OpenTasks => self.open_task,
            PartKind::OverdueTasks => self.overdue,
            PartKind::ClocksThisWeek => self.due_this_week,
        }
    }
}

/// Hundredths, in which loads are added up: sums of them are exact.
pub fn hundredths(amount: f64) -> i64 {
    (amount * UNIT).round() as i64
}

pub fn amount(hundredths: i64) -> f64 {
    hundredths as f64 / UNIT
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartKind {
    Patients(Option<RiskTier>),
    OpenTasks,
    OverdueTasks,
    ClocksThisWeek,
}

/// So many of a kind, times what one weighs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    pub kind: PartKind,
    pub count: i64,
    pub weight: f64,
}

impl Part {
    pub fn hundredths(&self) -> i64 {
        self.count * hundredths(self.weight)
    }
}

/// What stands with one member, or with a team as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Caseload {
    counts: BTreeMap<PartKind, i64>,
    /// As it is set, for a full week.
    pub capacity: Option<f64>,
    /// This week's.
    pub effective: Option<f64>,
}

impl Caseload {
    /// Before anything stands with them.
    pub fn with_room(capacity: Option<f64>, effective: Option<f64>) -> Self {
        Self { counts: BTreeMap::new(), capacity, effective }
    }

    pub fn add(&mut self, kind: PartKind, count: i64) {
        if count != 0 {
            *self.counts.entry(kind).or_default() += count;
        }
    }

    pub fn add_tasks(&mut self, overdue: bool, count: i64) {
        self.add(PartKind::OpenTasks, count);
        if overdue {
            self.add(PartKind::OverdueTasks, count);
        }
    }

    pub fn patients(&self) -> i64 {
        let is_patients = |kind: &PartKind| matches!(kind, PartKind::Patients(_));
        self.counts.iter().filter(|(kind, _)| is_patients(kind)).map(|(_, count)| count).sum()
    }

    pub fn count(&self, kind: PartKind) -> i64 {
        self.counts.get(&kind).copied().unwrap_or_default()
    }

    pub fn high_risk_patients(&self) -> i64 {
        [RiskTier::High, RiskTier::Highest].map(|tier| self.count(PartKind::Patients(Some(tier)))).iter().sum()
    }

    /// What the load is made of: it is their sum.
    pub fn parts(&self, weights: &Weights) -> Vec<Part> {
        self.counts.iter().map(|(kind, count)| Part { kind: *kind, count: *count, weight: weights.of(*kind) }).collect()
    }

    pub fn hundredths(&self, weights: &Weights) -> i64 {
        self.parts(weights).iter().map(Part::hundredths).sum()
    }

    pub fn weighted_load(&self, weights: &Weights) -> f64 {
        amount(self.hundredths(weights))
    }
}

/// The middle one of what members carry as a share of their week; of two in the middle, what lies between.
pub fn median(mut shares: Vec<f64>) -> Option<f64> {
    shares.sort_by(f64::total_cmp);
    let half = shares.len() / 2;
    let upper = *shares.get(half)?;
    Some(if shares.len() % 2 == 1 { upper } else { f64::midpoint(upper, shares[half - 1]) })
}

/// The week that a moment is in, in a time zone, from Monday to Sunday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week {
    pub today: NaiveDate,
    pub monday: NaiveDate,
    pub ends_at: DateTime<Utc>,
}

impl Week {
    pub fn of(time_zone: &str, now: DateTime<Utc>) -> Self {
        let today = today(time_zone, now);
        let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
        Self { today, monday, ends_at: starts_at(time_zone, monday + Days::new(7)) }
    }
}

pub fn today(time_zone: &str, now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&time_zone.parse::<Tz>().unwrap_or(Tz::UTC)).date_naive()
}

/// When a local day begins.
pub fn starts_at(time_zone: &str, day: NaiveDate) -> DateTime<Utc> {
    // Noon of a day lies in it wherever its midnight is.
    let noon = day.and_time(chrono::NaiveTime::MIN) + chrono::Duration::hours(12);
    let zone: Tz = time_zone.parse().unwrap_or(Tz::UTC);
    let inside = noon.and_local_timezone(zone).earliest().map_or(noon.and_utc(), |at| at.to_utc());
    crate::care_teams::today::started_at(time_zone, inside)
}

/// On which days somebody works, and how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pattern {
    /// A bit a day, Monday is the lowest.
    pub days: i32,
    pub hours_share: f64,
    pub version: i32,
}

impl Default for Pattern {
    fn default() -> Self {
        Self { days: 0b001_1111, hours_share: 1.0, version: 0 }
    }
}

impl From<&work_pattern::Model> for Pattern {
    fn from(row: &work_pattern::Model) -> Self {
        Self { days: row.days, hours_share: row.hours_share, version: row.version }
    }
}

impl Pattern {
    fn works_on(&self, day: NaiveDate) -> bool {
        self.days >> day.weekday().num_days_from_monday() & 1 == 1
    }
}

pub fn is_off(absences: &[time_off::Model], day: NaiveDate) -> bool {
    absences.iter().any(|off| (off.from_date..=off.to_date).contains(&day))
}

/// What somebody can carry in a week: their capacity, times their share of full-time hours, times the share of their
/// working days on which they are here.
pub fn effective_capacity(capacity: f64, pattern: &Pattern, absences: &[time_off::Model], monday: NaiveDate) -> f64 {
    let working: Vec<NaiveDate> =
        (0..7).map(|day| monday + Days::new(day)).filter(|day| pattern.works_on(*day)).collect();
    let here = working.iter().filter(|day| !is_off(absences, **day)).count();
    if working.is_empty() {
        return 0.0;
    }
    // In hundredths, as loads are.
    amount(hundredths(capacity * pattern.hours_share * here as f64 / working.len() as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::{
        ids::{OrganizationId, StaffId, TimeOffId},
        time_off::TimeOffReason,
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn off(from: &str, to: &str) -> time_off::Model {
        time_off::Model {
            organization_id: OrganizationId::generate(),
            id: TimeOffId::generate(),
            staff_id: StaffId::generate(),
            from_date: day(from),
            to_date: day(to),
            reason: TimeOffReason::Vacation,
            created_at: DateTime::default(),
            cancelled_at: None,
        }
    }

    #[test]
    fn the_load_is_the_sum_of_its_parts() {
        let (mut load, weights) = (Caseload::default(), Weights::default());
        load.add(PartKind::Patients(Some(RiskTier::Highest)), 2);
        load.add(PartKind::Patients(None), 3);
        load.add_tasks(false, 4);
        load.add_tasks(true, 1);
        load.add(PartKind::ClocksThisWeek, 2);
        assert_eq!((load.patients(), load.high_risk_patients()), (5, 2));
        assert_eq!((load.count(PartKind::OpenTasks), load.count(PartKind::OverdueTasks)), (5, 1));
        let parts: Vec<f64> = load.parts(&weights).iter().map(|part| part.count as f64 * part.weight).collect();
        assert_eq!(load.weighted_load(&weights), parts.iter().sum::<f64>());
        assert_eq!(load.weighted_load(&weights), 12.0 + 3.0 + 2.5 + 0.5 + 1.0);
    }

    #[test]
    fn a_week_of_three_days_with_one_off_at_half_time_is_a_third_of_the_capacity() {
        let pattern = Pattern { days: 0b000_0111, hours_share: 0.5, version: 1 };
        let week = day("2026-11-16");
        assert_eq!(effective_capacity(90.0, &pattern, &[off("2026-11-18", "2026-11-29")], week), 30.0);
        assert_eq!(effective_capacity(90.0, &pattern, &[off("2026-11-10", "2026-11-30")], week), 0.0);
        assert_eq!(effective_capacity(90.0, &pattern, &[off("2026-11-19", "2026-11-22")], week), 45.0);
        assert_eq!(effective_capacity(90.0, &Pattern { days: 0, ..pattern }, &[], week), 0.0);
        assert_eq!(effective_capacity(90.0, &Pattern::default(), &[], week), 90.0);
    }

    #[test]
    fn a_week_ends_at_local_midnight_after_sunday() {
        let now = "2026-11-01T03:00:00Z".parse().unwrap();
        let week = Week::of("America/New_York", now);
        assert_eq!((week.today, week.monday), (day("2026-10-31"), day("2026-10-26")));
        // Summer time ended on Sunday morning.
        assert_eq!(week.ends_at, "2026-11-02T05:00:00Z".parse::<DateTime<Utc>>().unwrap());
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![0.9, 0.1, 0.5]), Some(0.5));
        assert_eq!(median(vec![0.25, 0.75]), Some(0.5));
    }
}
