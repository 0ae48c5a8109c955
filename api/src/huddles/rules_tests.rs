use super::rules::*;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use entity::{ids::PatientId, patient::RiskTier};
use std::collections::BTreeMap;
use uuid::Uuid;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn somebody() -> Subject {
    Subject::Patient(PatientId::generate())
}

fn fact(subject: Subject, code: Code, since: &str) -> Fact {
    Fact { subject, reason: Reason::of(code, at(since)) }
}

fn nobody() -> BTreeMap<Subject, DateTime<Utc>> {
    BTreeMap::new()
}

fn codes(entry: &Entry) -> Vec<Code> {
    entry.reasons.iter().map(|reason| reason.code).collect()
}

#[test]
fn sections_come_in_the_order_of_huddle_practice() {
    let all =
        [Code::Added, Code::NoTouch, Code::Overdue, Code::Visit, Code::Discharge, Code::EdVisit, Code::DecisionOpen];
    let facts = all.map(|code| fact(somebody(), code, "2026-11-20T08:00:00Z"));
    let built = agenda(facts.to_vec(), Vec::new(), &nobody());
    let order: Vec<Section> = built.entries.iter().map(|entry| section(&entry.reasons)).collect();
    use Section::{Added, Discharges, Hospital, Risk, Unfinished, Visits, Work};
    assert_eq!(order, [Unfinished, Hospital, Discharges, Visits, Work, Risk, Added]);
}

#[test]
fn one_patient_is_one_item_with_all_reasons_the_most_pressing_first() {
    let rosa = somebody();
    let facts = [Code::NoTouch, Code::Overdue, Code::Admission].map(|code| fact(rosa, code, "2026-11-20T08:00:00Z"));
    let built = agenda(facts.to_vec(), Vec::new(), &nobody());
    assert_eq!(built.entries.len(), 1);
    assert_eq!(codes(&built.entries[0]), [Code::Admission, Code::Overdue, Code::NoTouch]);
}

#[test]
fn the_same_facts_in_any_order_are_the_same_agenda() {
    let facts: Vec<Fact> =
        (0..9).map(|n| fact(somebody(), Code::Overdue, &format!("2026-11-{:02}T08:00:00Z", 10 + n))).collect();
    let (mut turned, mut shifted) = (facts.clone(), facts.clone());
    turned.reverse();
    shifted.rotate_left(4);
    let built = agenda(facts, Vec::new(), &nobody());
    assert_eq!(built, agenda(turned, Vec::new(), &nobody()));
    assert_eq!(built, agenda(shifted, Vec::new(), &nobody()));
}

#[test]
fn the_earliest_clock_is_first_and_among_equals_who_waits_longest() {
    let (late, soon, old) = (somebody(), somebody(), somebody());
    let due = |subject, due: &str| {
        let mut fact = fact(subject, Code::Discharge, "2026-11-20T08:00:00Z");
        fact.reason.due_at = Some(at(due));
        fact
    };
    let mut longest = due(old, "2026-11-24T05:00:00Z");
    longest.reason.since = Some(at("2026-11-18T08:00:00Z"));
    let facts = vec![due(late, "2026-11-24T05:00:00Z"), due(soon, "2026-11-23T05:00:00Z"), longest];
    let order: Vec<Subject> = agenda(facts, Vec::new(), &nobody()).entries.iter().map(|entry| entry.subject).collect();
    assert_eq!(order, [soon, old, late]);
}

#[test]
fn a_higher_tier_comes_before_a_longer_silence() {
    let (high, highest) = (somebody(), somebody());
    let silent = |subject, tier, since: &str| {
        let mut fact = fact(subject, Code::NoTouch, since);
        fact.reason.tier = Some(tier_number(tier));
        fact
    };
    let facts = vec![
        silent(high, RiskTier::High, "2026-01-01T08:00:00Z"),
        silent(highest, RiskTier::Highest, "2026-11-01T08:00:00Z"),
    ];
    let built = agenda(facts, Vec::new(), &nobody());
    assert_eq!(built.entries[0].subject, highest);
}

#[test]
fn a_task_is_one_reason_only() {
    let rosa = somebody();
    let task = Some(Uuid::now_v7());
    let about = |code| {
        let mut fact = fact(rosa, code, "2026-11-20T08:00:00Z");
        fact.reason.task = task;
        fact
    };
    let facts = vec![about(Code::Overdue), about(Code::DecisionOpen), fact(rosa, Code::Visit, "2026-11-20T08:00:00Z")];
    let built = agenda(facts, Vec::new(), &nobody());
    assert_eq!(codes(&built.entries[0]), [Code::DecisionOpen, Code::Visit]);
}

#[test]
fn nothing_is_prepared_for_who_does_not_come() {
    let (comes, stays) = (somebody(), somebody());
    let facts = vec![
        fact(comes, Code::Visit, "2026-11-20T08:00:00Z"),
        fact(comes, Code::Gap, "2026-11-20T08:00:00Z"),
        fact(stays, Code::Gap, "2026-11-20T08:00:00Z"),
    ];
    let built = agenda(facts, Vec::new(), &nobody());
    assert_eq!(built.entries.len(), 1);
    assert_eq!(codes(&built.entries[0]), [Code::Visit, Code::Gap]);
}

#[test]
fn what_was_spoken_about_in_the_morning_comes_back_only_with_news() {
    let rosa = somebody();
    let talked = BTreeMap::from([(rosa, at("2026-11-20T08:10:00Z"))]);
    let old = fact(rosa, Code::Overdue, "2026-11-20T07:00:00Z");
    let news = fact(rosa, Code::EdVisit, "2026-11-20T10:00:00Z");
    assert_eq!(agenda(vec![old.clone()], Vec::new(), &talked).entries, []);
    let built = agenda(vec![old, news], Vec::new(), &talked);
    assert_eq!(codes(&built.entries[0]), [Code::EdVisit]);
}

#[test]
fn what_is_carried_over_keeps_its_reason_and_its_first_day() {
    let rosa = somebody();
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let carried = Carried {
        subject: rosa,
        reasons: vec![Reason::of(Code::Admission, at("2026-11-18T03:00:00Z"))],
        from: day("2026-11-19"),
        first: day("2026-11-18"),
    };
    let built = agenda(Vec::new(), vec![carried], &nobody());
    assert_eq!(codes(&built.entries[0]), [Code::Admission, Code::RolledOver]);
    assert_eq!(built.entries[0].reasons[0].since, Some(at("2026-11-18T03:00:00Z")));
    assert_eq!(built.entries[0].reasons[1].from, Some(day("2026-11-19")));
    assert_eq!(built.entries[0].rolled_from, Some(day("2026-11-18")));
    assert_eq!(section(&built.entries[0].reasons), Section::Hospital);
}

#[test]
fn what_has_no_room_is_counted_and_what_was_carried_over_always_has_room() {
    let facts: Vec<Fact> = (0..40).map(|_| fact(somebody(), Code::Overdue, "2026-11-20T08:00:00Z")).collect();
    let day = "2026-11-19".parse().unwrap();
    let last = Carried {
        subject: somebody(),
        reasons: vec![Reason::of(Code::Overdue, at("2026-11-20T09:00:00Z"))],
        from: day,
        first: day,
    };
    let built = agenda(facts, vec![last.clone()], &nobody());
    assert_eq!((built.entries.len(), built.left_out), (MOST_WORK + 1, 10));
    assert!(built.entries.iter().any(|entry| entry.subject == last.subject));
}

#[test]
fn the_first_contact_is_due_at_the_end_of_the_second_business_day() {
    let zone = Tz::America__New_York;
    // On a Friday evening: Monday, Tuesday, and it is over when Wednesday begins.
    assert_eq!(contact_by(at("2026-11-20T23:00:00Z"), zone), at("2026-11-25T05:00:00Z"));
    assert_eq!(contact_by(at("2026-11-16T15:00:00Z"), zone), at("2026-11-19T05:00:00Z"));
}

#[test]
fn on_a_monday_the_weekend_is_news() {
    let monday = "2026-11-23".parse().unwrap();
    assert_eq!(last_business_day(monday, Tz::America__New_York), at("2026-11-20T05:00:00Z"));
}

#[test]
fn the_time_that_is_left_is_shared_within_reason() {
    assert_eq!(item_seconds(Duration::minutes(10), 6), 100);
    assert_eq!(item_seconds(Duration::minutes(10), 100), 30);
    assert_eq!(item_seconds(Duration::minutes(10), 0), 180);
    assert_eq!(item_seconds(-Duration::minutes(3), 4), 30);
}
