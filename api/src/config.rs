//! What the people who run Huddle can set, besides where things are. Every field has a flag of the command line.
use crate::{
    events::RedisUrl,
    people::{oidc::settings::Settings as Oidc, seal::SecretKey},
};
use chrono::Duration;
use ipnet::IpNet;
use std::path::PathBuf;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How long a claim lasts without any work on the task.
    pub claim_lease: Duration,
    /// How long before a claim lapses its holder is told.
    pub lease_warning: Duration,
    /// How long a handoff waits for its receiver before it goes to the managers of the team.
    pub handoff_within: Duration,
    /// How long a request for somebody's task waits for an answer.
    pub take_over_within: Duration,
    /// How long before its due time a task counts as due.
    pub due_lead: Duration,
    /// How long a person stays signed in.
    pub session_length: Duration,
    /// How long somebody may do nothing before they are signed out.
    pub idle: Duration,
    /// How long after a proof of who they are somebody may do what asks for one.
    pub recent: Duration,
    /// Who must have a second factor, besides those who want one.
    pub second_factor: SecondFactor,
    /// Under what address people know this server, such as https://huddle.practice.example: passkeys and links are made
    /// for it.
    pub public_url: Option<String>,
    /// What the secrets of authenticators are sealed with at rest.
    pub secret_key: Option<SecretKey>,
    /// Passwords that nobody may choose: one a line, or sorted lines of SHA-1 in hexadecimal.
    pub breached_passwords: Option<PathBuf>,
    /// How long events are kept for feeds that come back.
    pub event_retention: Duration,
    /// How many years the audit record is kept: six at least.
    pub audit_retention_years: u32,
    /// Through what several nodes on one database tell each other the news; none: this is the only one.
    pub redis: Option<RedisUrl>,
    /// How long a server that was told to stop goes on, so that its screens move to others one by one.
    pub drain: Duration,
    /// How long somebody sees a patient in an emergency.
    pub emergency_length: Duration,
    /// The explorer, and documents of anybody who is signed in.
    pub explorer: bool,
    /// Anybody may send documents of their own, and ask for the schema. Else only registered ones are run, and those of
    /// programs with a token.
    pub free_documents: bool,
    pub budgets: Budgets,
    /// How many sockets a person, a screen or a program may have open at once, on each node.
    pub sockets: usize,
    /// Proxies whose word about the sender is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Other sites whose pages may use this server.
    pub allowed_origins: Vec<String>,
    /// Metrics have an address of their own.
    pub metrics_elsewhere: bool,
    /// Whose provider signs people in besides their passwords.
    pub oidc: Option<Oidc>,
}

/// How much work may be asked for, in milliseconds of a core each second; 15 seconds' worth may come at once. None: as
/// much as they like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budgets {
    pub person: Option<u32>,
    pub organization: Option<u32>,
    /// Of whoever has not signed in.
    pub address: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// Managers, administrators and privacy officers, but in a demonstration practice.
    Required,
    /// Nobody.
    Optional,
}

/// NIST SP 800-63B, AAL2: half an hour without activity, twelve hours in all.
impl Default for Config {
    fn default() -> Self {
        Self {
            claim_lease: Duration::hours(8),
            lease_warning: Duration::minutes(10),
            handoff_within: Duration::minutes(30),
            take_over_within: Duration::minutes(10),
            due_lead: Duration::minutes(60),
            session_length: Duration::hours(12),
            idle: Duration::minutes(30),
            recent: Duration::minutes(5),
            second_factor: SecondFactor::Required,
            public_url: None,
            secret_key: None,
            breached_passwords: None,
            event_retention: Duration::hours(72),
            audit_retention_years: 6,
            redis: None,
            drain: Duration::zero(),
            emergency_length: Duration::minutes(60),
            explorer: false,
            free_documents: false,
            budgets: Budgets::default(),
            sockets: 10,
            trusted_proxies: Vec::new(),
            allowed_origins: Vec::new(),
            metrics_elsewhere: false,
            oidc: None,
        }
    }
}
