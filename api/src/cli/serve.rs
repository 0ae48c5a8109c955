//! `huddle serve`
use super::{Common, Failure, Outcome, oidc::Oidc, secrets, transport::Transport};
use crate::{
    Config,
    app::App,
    config::SecondFactor,
    db, demo,
    events::RedisUrl,
    http::{self, Doors},
    people,
};
use chrono::Duration;
use clap::{Args, ValueEnum};
use std::{
    io::Write,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

#[derive(Args)]
pub struct Serve {
    /// Address and port; port 0 picks a free one
    #[arg(long, env = "HUDDLE_LISTEN", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)))]
    listen: SocketAddr,
    /// Serve a demonstration practice of made-up people; refuses a database that holds anything else
    #[arg(long, env = "HUDDLE_DEMO")]
    demo: bool,
    /// Refuse a database whose schema is not up to date, instead of bringing it there
    #[arg(long, env = "HUDDLE_NO_MIGRATE")]
    no_migrate: bool,
    /// For development: the explorer at /graphiql, documents of anybody's own, and questions about the schema
    #[arg(long, env = "HUDDLE_DEVELOPMENT")]
    development: bool,
    /// How long a claim lasts without any work on the task
    #[arg(long, env = "HUDDLE_CLAIM_LEASE_MINUTES", default_value_t = 480, value_parser = clap::value_parser!(i64).range(1..=10_080))]
    claim_lease_minutes: i64,
    /// How many minutes before a claim lapses its holder is told
    #[arg(long, env = "HUDDLE_LEASE_WARNING_MINUTES", default_value_t = 10, value_parser = clap::value_parser!(i64).range(1..=1440))]
    lease_warning_minutes: i64,
    /// Minutes that a handoff waits for its receiver before it goes to the managers of the team
    #[arg(long, env = "HUDDLE_HANDOFF_MINUTES", default_value_t = 30, value_parser = clap::value_parser!(i64).range(1..=1440))]
    handoff_minutes: i64,
    /// Minutes that a request for somebody's task waits for an answer
    #[arg(long, env = "HUDDLE_TAKE_OVER_MINUTES", default_value_t = 10, value_parser = clap::value_parser!(i64).range(1..=1440))]
    take_over_minutes: i64,
    /// Minutes that somebody sees a patient in an emergency
    #[arg(long, env = "HUDDLE_EMERGENCY_MINUTES", default_value_t = 60, value_parser = clap::value_parser!(i64).range(1..=1440))]
    emergency_minutes: i64,
    /// How long before its due time a task counts as due
    #[arg(long, env = "HUDDLE_DUE_LEAD_MINUTES", default_value_t = 60, value_parser = clap::value_parser!(i64).range(0..=10_080))]
    due_lead_minutes: i64,
    /// How long a person stays signed in
    #[arg(long, env = "HUDDLE_SESSION_HOURS", default_value_t = 12, value_parser = clap::value_parser!(i64).range(1..=168))]
    session_hours: i64,
    /// How long a person may do nothing before they are signed out
    #[arg(long, env = "HUDDLE_IDLE_MINUTES", default_value_t = 30, value_parser = clap::value_parser!(i64).range(2..=720))]
    idle_minutes: i64,
    /// Whether managers, administrators and privacy officers must have a second factor; not in a demonstration practice
    #[arg(long, env = "HUDDLE_SECOND_FACTOR", value_enum, default_value_t = Factors::Required)]
    second_factor: Factors,
    /// Passwords that nobody may choose: one a line, or the sorted SHA-1 lines that Have I Been Pwned hands out
    #[arg(long, env = "HUDDLE_BREACHED_PASSWORDS")]
    breached_passwords: Option<PathBuf>,
    /// File with 64 hexadecimal digits, with which secrets of authenticator apps are sealed; or HUDDLE_SECRET_KEY holds
    /// them itself [default: a file beside a SQLite database, made when it is missing]
    #[arg(long, env = "HUDDLE_SECRET_KEY_FILE")]
    secret_key_file: Option<PathBuf>,
    /// How long a screen that was away can catch up instead of reading anew
    #[arg(long, env = "HUDDLE_EVENT_RETENTION_HOURS", default_value_t = 72, value_parser = clap::value_parser!(i64).range(1..=720))]
    event_retention_hours: i64,
    /// How many years the audit record is kept; the law asks for six
    #[arg(long, env = "HUDDLE_AUDIT_RETENTION_YEARS", default_value_t = 6, value_parser = clap::value_parser!(u32).range(6..=100))]
    audit_retention_years: u32,
    /// Redis or Valkey, through which several nodes on one PostgreSQL tell each other the news; several addresses of
    /// one cluster are separated by commas
    #[arg(long, env = "HUDDLE_REDIS_URL", hide_env_values = true)]
    redis_url: Option<String>,
    /// How long a node that was told to stop goes on, so that its screens move to others one by one [default: 10 with
    /// --redis-url, else 0]
    #[arg(long, env = "HUDDLE_DRAIN_SECONDS", value_parser = clap::value_parser!(i64).range(0..=600))]
    drain_seconds: Option<i64>,
    #[command(flatten)]
    oidc: Oidc,
    #[command(flatten)]
    transport: Transport,
    /// Not built yet: HL7 v2 over MLLP
    #[arg(long, env = "HUDDLE_MLLP_LISTEN", hide = true)]
    mllp_listen: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Factors {
    Required,
    Optional,
}

impl Serve {
    pub async fn run(self, common: &Common) -> Outcome {
        self.refuse_what_is_not_built()?;
        let settings = db::Settings { migrate: !self.no_migrate, ..common.database()? };
        let _lock = db::ServerLock::take(&settings.url).map_err(Failure::Failed)?;
        let config = self.config(common, &settings.url)?;
        let tls = self.transport.tls()?;
        raise_open_files();
        let app = common.open(settings, config).await?;
        let wall = if self.demo {
            let organization = demo::ensure(&app).await?;
            Some(demo::pair_wall(&app, organization).await?)
        } else {
            people::service::organization_if_empty(&app).await?;
            None
        };
        if app.config.secret_key.is_none() {
            tracing::warn!("no --secret-key-file: nobody can set up an authenticator app");
        }
        let scheme = if tls.is_some() { "https" } else { "http" };
        let doors = self.transport.open(self.listen, tls)?;
        let address = doors.main.local_addr().map_err(|error| Failure::Failed(error.to_string()))?;
        let stop = CancellationToken::new();
        on_signal(stop.clone())?;
        greet(&format!("{scheme}://{address}"), wall.as_deref()).map_err(|error| Failure::Failed(error.to_string()))?;
        serve(app, doors, stop).await
    }

    /// A setting that does nothing would promise what we do not keep.
    fn refuse_what_is_not_built(&self) -> Outcome {
        match self.mllp_listen {
            Some(_) => Err(Failure::Usage(
                "--mllp-listen: HL7 v2 over MLLP is not built yet, use huddle import hl7v2".to_owned(),
            )),
            None => Ok(()),
        }
    }

    fn config(&self, common: &Common, database: &str) -> Result<Config, Failure> {
        if let Some(list) = &self.breached_passwords {
            people::check_list(list).map_err(|wrong| Failure::Usage(format!("--breached-passwords {wrong}")))?;
        }
        let redis = self.redis_url.as_deref().map(RedisUrl::parse).transpose();
        let redis = redis.map_err(|wrong| Failure::Usage(format!("--redis-url {wrong}")))?;
        let drain = self.drain_seconds.unwrap_or(if redis.is_some() { 10 } else { 0 });
        let free = self.demo || self.development;
        let config = Config {
            claim_lease: Duration::minutes(self.claim_lease_minutes),
            emergency_length: Duration::minutes(self.emergency_minutes),
            lease_warning: Duration::minutes(self.lease_warning_minutes),
            handoff_within: Duration::minutes(self.handoff_minutes),
            take_over_within: Duration::minutes(self.take_over_minutes),
            due_lead: Duration::minutes(self.due_lead_minutes),
            session_length: Duration::hours(self.session_hours),
            idle: Duration::minutes(self.idle_minutes),
            second_factor: match self.second_factor {
                Factors::Required => SecondFactor::Required,
                Factors::Optional => SecondFactor::Optional,
            },
            breached_passwords: self.breached_passwords.clone(),
            secret_key: secrets::key(self.secret_key_file.as_deref(), database)?,
            event_retention: Duration::hours(self.event_retention_hours),
            audit_retention_years: self.audit_retention_years,
            redis,
            drain: Duration::seconds(drain),
            explorer: free,
            free_documents: free,
            oidc: self.oidc.settings(common.organization.as_deref(), self.transport.public_url.as_deref())?,
            ..Config::default()
        };
        Ok(self.transport.set(config))
    }
}

/// A socket is an open file, and the usual limit is far below what this process may have.
fn raise_open_files() {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) => tracing::debug!(limit, "open files"),
        Err(error) => tracing::warn!(%error, "the limit of open files stays as it is"),
    }
}

async fn serve(app: Arc<App>, doors: Doors, stop: CancellationToken) -> Outcome {
    http::serve(app, doors, stop).await?;
    tracing::info!("stopped");
    Ok(())
}

fn on_signal(stop: CancellationToken) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::Failed(format!("cannot listen for signals: {error}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: screens move to other nodes, what is in flight is finished");
        stop.cancel();
    });
    Ok(())
}

/// The first line is for programs, the rest for people.
fn greet(url: &str, wall: Option<&str>) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on {url}")?;
    if let Some(code) = wall {
        writeln!(out, "\nA demonstration practice of made-up people. Open {url} and sign in as")?;
        for (email, what) in demo::people() {
            writeln!(out, "  {email:<28} {what}")?;
        }
        writeln!(out, "all with the password {}. A wall display of Cedar: open {url}/pair", demo::PASSWORD)?;
        writeln!(out, "and type {code}. The API explorer is at {url}/graphiql.")?;
    }
    out.flush()
}
