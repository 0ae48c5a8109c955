//! What a run comes to: violations with their evidence, and a table.
use super::{
    history::{Diary, Heard, Log, Outcome, Write},
    nemesis::{Fault, Trouble},
    proof::Violation,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::{collections::BTreeMap, fmt, time::Duration};

/// How long after a fault things may still be catching up, for the delays.
const SETTLED: TimeDelta = TimeDelta::seconds(3);

pub struct Verdict {
    pub violations: Vec<Violation>,
    seed: u64,
    rows: Vec<(String, String)>,
}

impl Verdict {
    pub fn is_good(&self) -> bool {
        self.violations.is_empty()
    }

    pub fn of(
        seed: u64,
        nodes: usize,
        lasted: Duration,
        violations: Vec<Violation>,
        (logs, diaries, writes): (&[Log], &[Diary], &[Write]),
        trouble: &Trouble,
        steady: &dyn Fn(&Diary) -> bool,
    ) -> Self {
        let heard = || diaries.iter().flat_map(|diary| &diary.heard);
        let count = |wanted: &dyn Fn(&Heard) -> bool| heard().filter(|heard| wanted(heard)).count();
        let opened = |how: &str| count(&|heard| matches!(heard, Heard::Opened { resumption, .. } if resumption == how));
        let outcome = |wanted: &dyn Fn(&Outcome) -> bool| writes.iter().filter(|write| wanted(&write.outcome)).count();
        let retried = writes.iter().filter(|write| write.tries > 1);
        let retried = retried.filter(|write| matches!(write.outcome, Outcome::Done { .. })).count();
        let events: usize = logs.iter().map(|log| log.events.len()).sum();
        let mut rows = vec![
            ("seed".to_owned(), seed.to_string()),
            ("lasted".to_owned(), format!("{:.0} s, {} nodes", lasted.as_secs_f64(), nodes)),
            ("events in the logs".to_owned(), events.to_string()),
            ("writes acknowledged".to_owned(), outcome(&|o| matches!(o, Outcome::Done { .. })).to_string()),
            ("… after a retry".to_owned(), retried.to_string()),
            ("writes refused".to_owned(), outcome(&|o| matches!(o, Outcome::Refused(_))).to_string()),
            ("writes never answered".to_owned(), outcome(&|o| matches!(o, Outcome::Unknown(_))).to_string()),
            ("items delivered".to_owned(), count(&|heard| matches!(heard, Heard::Item { .. })).to_string()),
            ("screens".to_owned(), diaries.len().to_string()),
            ("lines cut".to_owned(), count(&|heard| matches!(heard, Heard::Cut(_))).to_string()),
            ("feeds opened live".to_owned(), opened("LIVE").to_string()),
            ("feeds resumed with a replay".to_owned(), opened("REPLAYED").to_string()),
            ("feeds reset".to_owned(), opened("RESET").to_string()),
            ("feeds ended by the server".to_owned(), count(&|heard| matches!(heard, Heard::Ended(_))).to_string()),
        ];
        let mut faults: BTreeMap<Fault, usize> = BTreeMap::new();
        for one in &trouble.happened {
            *faults.entry(one.fault).or_default() += 1;
        }
        let listed: Vec<String> = faults.iter().map(|(fault, times)| format!("{fault} {times}")).collect();
        rows.push(("faults".to_owned(), format!("{}: {}", trouble.happened.len(), listed.join(", "))));
        let [with, without] = delays(logs, diaries, trouble, steady);
        rows.push(("delay, nothing wrong".to_owned(), spread(with)));
        rows.push(("delay, Redis away".to_owned(), spread(without)));
        rows.push(("violations".to_owned(), violations.len().to_string()));
        Self { violations, seed, rows }
    }
}

/// From the beginning of the transaction to the screen, on lines that were open: while nothing was wrong, and while
/// only Redis was.
fn delays(logs: &[Log], diaries: &[Diary], trouble: &Trouble, steady: &dyn Fn(&Diary) -> bool) -> [Vec<TimeDelta>; 2] {
    let is_calm = |at: DateTime<Utc>, until: DateTime<Utc>| {
        !trouble.happened.iter().any(|fault| at < fault.until + SETTLED && until > fault.from)
    };
    let without_redis = |at: DateTime<Utc>, until: DateTime<Utc>| {
        let gone = |fault: Fault| matches!(fault, Fault::RedisStop | Fault::RedisFreeze);
        let only = trouble.happened.iter().all(|one| gone(one.fault) || at > one.until + SETTLED || until < one.from);
        only && trouble.happened.iter().any(|one| gone(one.fault) && (one.from..one.until).contains(&at))
    };
    let mut found = [Vec::new(), Vec::new()];
    for diary in diaries.iter().filter(|diary| steady(diary)) {
        let Some(log) = logs.iter().find(|log| log.organization == diary.organization) else { continue };
        for heard in &diary.heard {
            let Heard::Item { cursor, received, opened, .. } = heard else { continue };
            let Ok(n) = log.events.binary_search_by_key(&cursor.seq, |event| event.seq) else { continue };
            let at = log.events[n].at;
            let delay = *received - at;
            if at < *opened {
                continue;
            }
            if without_redis(at, *received) {
                found[1].push(delay);
            } else if is_calm(at, *received) {
                found[0].push(delay);
            }
        }
    }
    found
}

fn spread(mut delays: Vec<TimeDelta>) -> String {
    delays.sort_unstable();
    let Some(worst) = delays.last() else { return "nothing to measure".to_owned() };
    let at = |part: f64| delays[((delays.len() - 1) as f64 * part) as usize].num_milliseconds();
    let (half, most) = (at(0.5), at(0.99));
    format!("p50 {half} ms, p99 {most} ms, worst {} ms of {}", worst.num_milliseconds(), delays.len())
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Enough of each kind to see what it is.
        const MOST: usize = 5;
        let mut kinds: BTreeMap<&str, Vec<&Violation>> = BTreeMap::new();
        for violation in &self.violations {
            kinds.entry(violation.promise).or_default().push(violation);
        }
        for (promise, violations) in kinds {
            for violation in violations.iter().take(MOST) {
                writeln!(f, "VIOLATION (seed {}) {violation}", self.seed)?;
            }
            if violations.len() > MOST {
                writeln!(f, "… and {} more: {promise}", violations.len() - MOST)?;
            }
        }
        writeln!(f, "\n| what | how much |\n|---|---|")?;
        for (what, how_much) in &self.rows {
            writeln!(f, "| {what} | {how_much} |")?;
        }
        Ok(())
    }
}
