//! When sessions end, and when it is time to write that one is used. Pure: time comes in as an argument.
use chrono::{DateTime, Duration, Utc};
use entity::session::{self, SessionKind};

/// Activity is written this often at most.
const GRAIN: Duration = Duration::minutes(1);

/// When the session ends unless it is used before. Screens and programs have no such limit: nobody sits at them.
pub fn idle_until(session: &session::Model, idle: Duration) -> Option<DateTime<Utc>> {
    match session.kind {
        SessionKind::Staff => Some(session.last_active_at.unwrap_or(session.created_at) + idle),
        SessionKind::Display | SessionKind::Integration => None,
    }
}

pub fn is_over(session: &session::Model, idle: Duration, now: DateTime<Utc>) -> bool {
    let past = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= now);
    session.ended_at.is_some() || past(session.expires_at) || past(idle_until(session, idle))
}

/// Whether being active now is worth a write. A clock that was set back must not make it wait.
pub fn is_worth_writing(idle_until: DateTime<Utc>, idle: Duration, now: DateTime<Utc>) -> bool {
    (now - (idle_until - idle)).abs() >= GRAIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::ids::{OrganizationId, SessionId};

    fn session(kind: SessionKind) -> session::Model {
        let start = DateTime::<Utc>::UNIX_EPOCH;
        session::Model {
            organization_id: OrganizationId::generate(),
            id: SessionId::generate(),
            token_hash: Vec::new(),
            kind,
            staff_id: None,
            display_id: None,
            name: None,
            created_at: start,
            expires_at: (kind == SessionKind::Staff).then_some(start + Duration::hours(12)),
            ended_at: None,
            last_active_at: Some(start + Duration::hours(11) + Duration::minutes(45)),
            authenticated_at: None,
            label: None,
            address: None,
        }
    }

    #[test]
    fn whichever_limit_comes_first_ends_a_persons_session() {
        let (mut person, idle, start) = (session(SessionKind::Staff), Duration::minutes(30), DateTime::UNIX_EPOCH);
        let over = |session: &session::Model, minutes| is_over(session, idle, start + Duration::minutes(minutes));

        assert!(!over(&person, 719) && over(&person, 720), "twelve hours in all");
        person.last_active_at = None;
        assert!(!over(&person, 29) && over(&person, 30), "half an hour without activity");
        person.ended_at = Some(start);
        assert!(over(&person, 1));
        assert!(!over(&session(SessionKind::Display), 1_000_000), "a screen on the wall stays");
    }

    #[test]
    fn activity_is_written_once_a_minute_even_after_the_clock_was_set_back() {
        let (idle, last) = (Duration::minutes(30), DateTime::<Utc>::UNIX_EPOCH + Duration::days(1));
        let worth = |seconds| is_worth_writing(last + idle, idle, last + Duration::seconds(seconds));

        assert!(!worth(0) && !worth(59) && worth(60));
        assert!(!worth(-59) && worth(-3_600));
    }
}
