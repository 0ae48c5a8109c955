//! The promises as pure functions of what was written down. Each answers the violations that it found.
mod claims;
mod delivery;
mod log;
mod writes;

use super::history::{Diary, Log, Write};
use std::fmt;

pub use claims::one_winner;
pub use delivery::{converged, delivered};
pub use log::contiguous;
pub use writes::kept;

/// A promise that was not kept, and how one can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub promise: &'static str,
    pub evidence: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.promise, self.evidence)
    }
}

pub(super) fn violation(promise: &'static str, evidence: String) -> Violation {
    Violation { promise, evidence }
}

/// All promises about everything that happened.
pub fn all(logs: &[Log], diaries: &[Diary], writes: &[Write]) -> Vec<Violation> {
    let mut found = Vec::new();
    for log in logs {
        found.extend(contiguous(log));
        found.extend(one_winner(log, writes));
        found.extend(kept(log, writes));
        for diary in diaries.iter().filter(|diary| diary.organization == log.organization) {
            found.extend(delivered(log, diary));
        }
    }
    found.extend(diaries.iter().flat_map(converged));
    found
}
