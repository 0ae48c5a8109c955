//! What the people who run Huddle can set, besides where things are. Every field has a flag of the command line.
use crate::events::RedisUrl;
use chrono::Duration;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How long a claim lasts without any work on the task.
    pub claim_lease: Duration,
    /// How long before its due time a task counts as due.
    pub due_lead: Duration,
    /// How long a person stays signed in.
    pub session_length: Duration,
    /// How long events are kept for feeds that come back.
    pub event_retention: Duration,
    /// How many years the audit record is kept: six at least.
    pub audit_retention_years: u32,
    /// Through what several nodes on one database tell each other the news; none: this is the only one.
    pub redis: Option<RedisUrl>,
    /// How long a server that was told to stop goes on, so that its screens move to others one by one.
    pub drain: Duration,
    /// The explorer, and documents of anybody who is signed in.
    pub explorer: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            claim_lease: Duration::hours(8),
            due_lead: Duration::minutes(60),
            session_length: Duration::hours(12),
            event_retention: Duration::hours(72),
            audit_retention_years: 6,
            redis: None,
            drain: Duration::zero(),
            explorer: false,
        }
    }
}
