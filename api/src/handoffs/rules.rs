//! The life of a handoff. Pure: time comes in as an argument.
use chrono::{DateTime, Duration, Utc};
use entity::handoff::{HandoffKind, HandoffState};

/// Somebody may still acknowledge it.
pub const OPEN: [HandoffState; 2] = [HandoffState::Open, HandoffState::Escalated];
/// It still needs somebody. A transfer that was declined is the giver's to see to.
pub const WAITING: [HandoffState; 3] = [HandoffState::Open, HandoffState::Escalated, HandoffState::Declined];

/// How one begins, and when time takes it to the managers.
pub fn begin(kind: HandoffKind, now: DateTime<Utc>, within: Duration) -> (HandoffState, Option<DateTime<Utc>>) {
    match kind {
        HandoffKind::Transfer => (HandoffState::Open, Some(now + within)),
        HandoffKind::Escalation => (HandoffState::Escalated, None),
        // Nobody's work waits for it.
        HandoffKind::Notice => (HandoffState::Open, None),
    }
}

pub fn is_open(state: HandoffState) -> bool {
    OPEN.contains(&state)
}

pub fn is_waiting(state: HandoffState) -> bool {
    WAITING.contains(&state)
}

pub fn state_words(state: HandoffState) -> &'static str {
    match state {
        HandoffState::Open => "open",
        HandoffState::Escalated => "escalated",
        HandoffState::Acknowledged => "acknowledged",
        HandoffState::Declined => "declined",
        HandoffState::Withdrawn => "withdrawn",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_transfer_runs_against_the_clock() {
        let now = DateTime::<Utc>::UNIX_EPOCH;
        let half = Duration::minutes(30);
        assert_eq!(begin(HandoffKind::Transfer, now, half), (HandoffState::Open, Some(now + half)));
        assert_eq!(begin(HandoffKind::Escalation, now, half), (HandoffState::Escalated, None));
        assert_eq!(begin(HandoffKind::Notice, now, half), (HandoffState::Open, None));
    }

    #[test]
    fn what_can_be_acknowledged_waits() {
        assert!(OPEN.iter().all(|state| is_waiting(*state)));
        assert!(is_waiting(HandoffState::Declined) && !is_open(HandoffState::Declined));
        assert!(!is_waiting(HandoffState::Acknowledged) && !is_waiting(HandoffState::Withdrawn));
    }
}
