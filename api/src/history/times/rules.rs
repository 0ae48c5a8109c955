//! The life of a task in durations, and what many of them have in common. Pure: time comes in as an argument.
use chrono::{DateTime, Duration, Utc};
use entity::{
    task::TaskStatus::{self, Accepted, Completed, Draft, InProgress, OnHold, Ready},
    task_history::TaskAction,
};

/// An entry of a task's history, as far as times go.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub at: DateTime<Utc>,
    pub action: TaskAction,
    /// After it.
    pub status: TaskStatus,
    pub by_person: bool,
    /// After it.
    pub is_held: bool,
}

/// How far something has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    Reached(Duration),
    /// Not yet, after this long.
    Waiting(Duration),
    /// The task ended without it, after this long.
    Ended(Duration),
}

/// One task, counted from when the team could first take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// To the first thing that a person did with it.
    pub first_touch: Span,
    /// To its first holder.
    pub claim: Span,
    pub completion: Span,
    pub in_status: Vec<(TaskStatus, Duration)>,
    pub is_open: bool,
}

/// The states in which work waits or goes on.
pub const STATES: [TaskStatus; 4] = [Ready, Accepted, InProgress, OnHold];

/// The life that a history tells, the oldest entry first. None where the team could never take it: a draft, work that was
/// under way when it came in from elsewhere, or what was entered in error.
pub fn life(history: &[Entry], now: DateTime<Utc>) -> Option<Life> {
    let (start, first) = history.iter().enumerate().find(|(_, entry)| entry.status != Draft)?;
    let in_error = history.iter().any(|entry| entry.status == TaskStatus::EnteredInError);
    if first.status != Ready || in_error {
        return None;
    }
    let began = first.at;
    let after = &history[start + 1..];
    let end = after.iter().find(|entry| !STATES.contains(&entry.status)).map(|entry| entry.at);
    let span = |reached: &dyn Fn(&Entry) -> bool| match (after.iter().find(|entry| reached(entry)), end) {
        (Some(entry), _) => Span::Reached(since(began, entry.at)),
        (None, Some(end)) => Span::Ended(since(began, end)),
        (None, None) => Span::Waiting(since(began, now)),
    };
    let mut in_status = Vec::new();
    for status in STATES {
        let mut spent = Duration::zero();
        for (index, entry) in history.iter().enumerate().skip(start).filter(|(_, entry)| entry.status == status) {
            let until = history.get(index + 1).map_or(now, |next| next.at);
            spent += since(entry.at, until);
        }
        in_status.push((status, spent));
    }
    Some(Life {
        first_touch: span(&|entry| entry.by_person),
        claim: span(&|entry| entry.is_held),
        completion: span(&|entry| entry.status == Completed),
        in_status,
        is_open: end.is_none(),
    })
}

/// Clocks of several machines may differ by a little.
fn since(from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
    (to - from).max(Duration::zero())
}

/// What many spans have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    pub reached: usize,
    pub waiting: usize,
    pub ended: usize,
    pub p25: Option<Duration>,
    pub median: Option<Duration>,
    pub p75: Option<Duration>,
    pub p90: Option<Duration>,
}

pub fn spread(spans: impl IntoIterator<Item = Span>) -> Spread {
    let mut spread = Spread::default();
    let mut known: Vec<(Duration, bool)> = Vec::new();
    for span in spans {
        known.push(match span {
            Span::Reached(after) => {
                spread.reached += 1;
                (after, true)
            }
            Span::Waiting(so_far) => {
                spread.waiting += 1;
                (so_far, false)
            }
            Span::Ended(after) => {
                spread.ended += 1;
                (after, false)
            }
        });
    }
    known.sort_unstable_by_key(|(after, _)| *after);
    [spread.p25, spread.median, spread.p75, spread.p90] = [0.25, 0.5, 0.75, 0.9].map(|share| percentile(&known, share));
    spread
}

/// The shortest time within which that share of tasks came so far, by the estimate of Kaplan and Meier: what waits or ended
/// otherwise counts for as long as it was there, and is neither dropped nor taken for quick. Where all came so far it is the
/// nearest rank. None where not so many have come so far. `spans` are sorted; true is for those that came so far.
fn percentile(spans: &[(Duration, bool)], share: f64) -> Option<Duration> {
    let mut at_risk = spans.len();
    let mut not_yet = 1.0;
    let mut rest = spans;
    while let Some((time, _)) = rest.first() {
        let together = rest.iter().take_while(|(other, _)| other == time).count();
        let (now, later) = rest.split_at(together);
        let came = now.iter().filter(|(_, reached)| *reached).count();
        not_yet *= 1.0 - came as f64 / at_risk as f64;
        // A product of rounded quotients: 0.5 may come out a little above.
        if came > 0 && not_yet <= 1.0 - share + 1e-9 {
            return Some(*time);
        }
        at_risk -= together;
        rest = later;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use TaskAction::{
        Assigned, BecameDue, Cancelled, Claimed, Created, Edited, EnteredInError, Held, Lapsed, Moved, Published,
        Released, Started,
    };
    use chrono::TimeZone;

    /// Entries by their minute. `+` a person did it, `*` somebody holds it after it.
    fn history(lines: &[(i64, TaskAction, TaskStatus, &str)]) -> Vec<Entry> {
        let entry = |(minute, action, status, marks): &(i64, TaskAction, TaskStatus, &str)| Entry {
            at: at(*minute),
            action: *action,
            status: *status,
            by_person: marks.contains('+'),
            is_held: marks.contains('*'),
        };
        lines.iter().map(entry).collect()
    }

    fn at(minute: i64) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 23, 8, 0, 0).unwrap() + Duration::minutes(minute)
    }

    fn min(minutes: i64) -> Duration {
        Duration::minutes(minutes)
    }

    fn in_status(life: &Life) -> [i64; 4] {
        STATES.map(|status| life.in_status.iter().find(|(of, _)| *of == status).unwrap().1.num_minutes())
    }

    #[test]
    fn a_hold_and_the_way_back_are_both_counted() {
        let life = life(
            &history(&[
                (0, Created, Ready, "+"),
                (10, Claimed, Accepted, "+*"),
                (12, Started, InProgress, "+*"),
                (20, Held, OnHold, "+*"),
                (50, Started, InProgress, "+*"),
                (55, Held, OnHold, "+*"),
                (60, Started, InProgress, "+*"),
                (65, TaskAction::Completed, Completed, "+*"),
            ]),
            at(500),
        )
        .unwrap();

        assert_eq!(life.first_touch, Span::Reached(min(10)));
        assert_eq!(life.claim, Span::Reached(min(10)));
        assert_eq!(life.completion, Span::Reached(min(65)));
        // Ready 0-10; accepted 10-12; at work 12-20, 50-55, 60-65; on hold 20-50, 55-60.
        assert_eq!(in_status(&life), [10, 2, 18, 35]);
        assert!(!life.is_open);
    }

    #[test]
    fn a_lapse_and_a_second_claim_leave_the_first_claim_first() {
        let life = life(
            &history(&[
                (0, Created, Ready, "+"),
                (5, Claimed, Accepted, "+*"),
                (30, BecameDue, Accepted, "*"),
                (45, Lapsed, Ready, ""),
                (60, Claimed, Accepted, "+*"),
                (62, Released, Ready, "+"),
                (70, Assigned, Accepted, "+*"),
                (90, TaskAction::Completed, Completed, "+*"),
            ]),
            at(500),
        )
        .unwrap();

        assert_eq!((life.claim, life.completion), (Span::Reached(min(5)), Span::Reached(min(90))));
        // Ready 0-5, 45-60, 62-70; accepted 5-45, 60-62, 70-90.
        assert_eq!(in_status(&life), [28, 62, 0, 0]);
    }

    #[test]
    fn a_move_that_takes_the_claim_away_goes_on_counting() {
        let life = life(
            &history(&[
                (0, Created, Ready, "+"),
                (5, Claimed, Accepted, "+*"),
                (20, Moved, Ready, "+"),
                (50, Claimed, Accepted, "+*"),
                (80, TaskAction::Completed, Completed, "+*"),
            ]),
            at(90),
        )
        .unwrap();

        assert_eq!((life.claim, life.completion), (Span::Reached(min(5)), Span::Reached(min(80))));
        assert_eq!(in_status(&life), [35, 45, 0, 0]);
    }

    #[test]
    fn an_edit_by_a_person_is_the_first_touch_and_time_touches_nothing() {
        let life = life(
            &history(&[
                (0, Created, Ready, ""),
                (7, BecameDue, Ready, ""),
                (9, Edited, Ready, "+"),
                (30, Claimed, Accepted, "+*"),
            ]),
            at(40),
        )
        .unwrap();

        assert_eq!((life.first_touch, life.claim), (Span::Reached(min(9)), Span::Reached(min(30))));
        assert_eq!(life.completion, Span::Waiting(min(40)));
        assert_eq!(in_status(&life), [30, 10, 0, 0]);
        assert!(life.is_open);
    }

    #[test]
    fn the_clock_starts_when_a_draft_is_published() {
        let life = life(
            &history(&[(0, Created, Draft, "+"), (60, Published, Ready, "+"), (61, Claimed, Accepted, "+*")]),
            at(70),
        );
        assert_eq!(life.unwrap().claim, Span::Reached(min(1)));
    }

    #[test]
    fn what_ended_without_being_done_says_so() {
        let life =
            life(&history(&[(0, Created, Ready, "+"), (15, Cancelled, TaskStatus::Cancelled, "+")]), at(99)).unwrap();
        assert_eq!((life.claim, life.completion), (Span::Ended(min(15)), Span::Ended(min(15))));
        assert_eq!(life.first_touch, Span::Reached(min(15)), "to cancel it is to have looked at it");
        assert_eq!(in_status(&life), [15, 0, 0, 0]);
    }

    #[test]
    fn what_the_team_could_never_take_has_no_times() {
        for lines in [
            vec![(0, Created, Draft, "+")],
            vec![(0, Created, Draft, "+"), (5, Cancelled, TaskStatus::Cancelled, "+")],
            vec![(0, Created, InProgress, "*")],
            vec![(0, Created, Ready, "+"), (3, EnteredInError, TaskStatus::EnteredInError, "+")],
            vec![],
        ] {
            assert_eq!(life(&history(&lines), at(10)), None, "{lines:?}");
        }
    }

    fn minutes(spread: Spread) -> [Option<i64>; 4] {
        [spread.p25, spread.median, spread.p75, spread.p90].map(|time| time.map(|time| time.num_minutes()))
    }

    #[test]
    fn where_all_came_so_far_a_percentile_is_the_nearest_rank() {
        let done = |all: &[i64]| spread(all.iter().map(|minute| Span::Reached(min(*minute))));
        // The textbook's: of 15, 20, 35, 40, 50 the ranks are 2, 3, 4, 5.
        assert_eq!(minutes(done(&[40, 15, 50, 20, 35])), [Some(20), Some(35), Some(40), Some(50)]);
        // Of ten: ranks 3, 5, 8, 9.
        assert_eq!(minutes(done(&[3, 6, 7, 8, 8, 10, 13, 15, 16, 20])), [Some(7), Some(8), Some(15), Some(16)]);
        assert_eq!(minutes(done(&[4])), [Some(4); 4]);
        assert_eq!(minutes(done(&[])), [None; 4]);
    }

    #[test]
    fn what_is_still_open_counts_for_as_long_as_it_is_there() {
        use Span::{Ended, Reached, Waiting};
        // By hand: at 10 five of five are left, one comes: 4/5. At 20 one waits and goes. At 30 three are left, one comes:
        // 4/5 · 2/3 = 8/15. At 40 two are left, one comes: 4/15. At 50 the last comes: 0.
        let spans = [Reached(min(10)), Waiting(min(20)), Reached(min(30)), Reached(min(40)), Reached(min(50))];
        assert_eq!(minutes(spread(spans)), [Some(30), Some(40), Some(50), Some(50)]);
        // Dropping the one that waits would say 30 for the median; taking it for done at 20 would say 30 as well.
        let many_wait = [Reached(min(5)), Waiting(min(60)), Waiting(min(60)), Ended(min(60))];
        let told = spread(many_wait);
        assert_eq!(minutes(told), [Some(5), None, None, None], "not half of them have come so far");
        assert_eq!((told.reached, told.waiting, told.ended), (1, 2, 1));
        // At the same moment what comes is counted before what leaves.
        assert_eq!(minutes(spread([Reached(min(5)), Waiting(min(5))])), [Some(5), Some(5), None, None]);
    }
}
