//! The command line: one file a command. Answers go to stdout, logs and complaints to stderr.
mod audit;
mod backup;
mod health;
mod import;
mod migrate;
mod oidc;
mod organization;
mod reset_feeds;
mod secrets;
mod serve;
mod token;
mod transport;
mod user;

use crate::{App, Clock, Config, Cx, Error, app::App as Huddle, db, people, trace::Traces};
use clap::{Args, Parser, Subcommand, ValueEnum, error::ErrorKind};
use std::{io::IsTerminal, process::ExitCode, sync::Arc, time::Duration};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

/// The live work board of a Patient-Centered Medical Home.
#[derive(Parser)]
#[command(name = "huddle", version, about, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Common {
    /// sqlite://… (embedded) or postgres://…
    #[arg(
        long,
        env = "HUDDLE_DATABASE_URL",
        default_value = "sqlite://huddle.db?mode=rwc",
        global = true,
        hide_env_values = true
    )]
    database_url: String,
    /// Who owns the tables and brings them up to date, where that is not who serves: postgres://…
    #[arg(long, env = "HUDDLE_MIGRATE_DATABASE_URL", global = true, hide_env_values = true)]
    migrate_database_url: Option<String>,
    /// Which organization; the only one there is, unless said. An empty database gets one called Practice.
    #[arg(long, env = "HUDDLE_ORGANIZATION", global = true)]
    organization: Option<String>,
    #[command(flatten)]
    pools: Pools,
    #[arg(long, env = "HUDDLE_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text, global = true)]
    log_format: LogFormat,
    /// Where traces go: an OpenTelemetry collector that takes OTLP over HTTP, such as http://127.0.0.1:4318
    #[arg(long, env = "HUDDLE_OTLP_ENDPOINT", global = true)]
    otlp_endpoint: Option<String>,
}

/// How much of PostgreSQL one process may use.
#[derive(Args)]
struct Pools {
    /// PostgreSQL connections that read
    #[arg(long, env = "HUDDLE_DATABASE_READERS", default_value_t = db::settings::READERS, value_parser = clap::value_parser!(u32).range(1..=1_000), global = true)]
    database_readers: u32,
    /// PostgreSQL connections that write
    #[arg(long, env = "HUDDLE_DATABASE_WRITERS", default_value_t = db::settings::WRITERS, value_parser = clap::value_parser!(u32).range(1..=1_000), global = true)]
    database_writers: u32,
    /// How long one reading statement may take on PostgreSQL
    #[arg(long, env = "HUDDLE_DATABASE_READ_SECONDS", default_value_t = db::settings::READ_TIMEOUT.as_secs(), value_parser = clap::value_parser!(u64).range(1..=3_600), global = true)]
    database_read_seconds: u64,
    /// How long one writing statement may take on PostgreSQL
    #[arg(long, env = "HUDDLE_DATABASE_WRITE_SECONDS", default_value_t = db::settings::WRITE_TIMEOUT.as_secs(), value_parser = clap::value_parser!(u64).range(1..=3_600), global = true)]
    database_write_seconds: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Migrates the database if it must, and serves until SIGTERM or SIGINT
    Serve(Box<serve::Serve>),
    /// Brings the database schema up to date and says what it did
    Migrate,
    /// Copies the SQLite database to a file, while the server may go on
    Backup(backup::Backup),
    /// Puts a backup in the place of the SQLite database; the server is stopped first
    Restore(backup::Restore),
    /// Makes every screen read its board anew: after a restore, or a failover that lost commits
    ResetFeeds,
    /// Asks a server on this machine whether it lives
    Health(health::Health),
    /// The record of who did and saw what
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Takes in patients and messages from files
    #[command(subcommand)]
    Import(import::Import),
    /// Practices that share nothing
    #[command(subcommand)]
    Organization(organization::Organization),
    /// People who can sign in
    #[command(subcommand)]
    User(user::User),
    /// Integrations' bearer tokens
    #[command(subcommand)]
    Token(token::Token),
}

/// How a command ends when it does not end well.
enum Failure {
    /// Bad configuration: one line, status 2, before anything is opened.
    Usage(String),
    /// It was tried, and did not work: status 1.
    Failed(String),
    /// Some of it was refused, as the report says: status 1.
    Refused,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::BadUserInput { field, message } if field.starts_with("--") => {
                Self::Usage(format!("{field} {message}"))
            }
            Error::Internal(reason) => Self::Failed(reason.to_string()),
            other => Self::Failed(other.to_string()),
        }
    }
}

type Outcome = Result<(), Failure>;

pub async fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return complain(&error),
    };
    let traces = match Traces::start(cli.common.otlp_endpoint.as_deref()) {
        Ok(traces) => traces,
        Err(why) => {
            eprintln!("huddle: {why}");
            return ExitCode::from(2);
        }
    };
    start_logging(cli.common.log_format, traces.as_ref());
    tell_of_defects();
    let outcome = match cli.command {
        Command::Serve(serve) => serve.run(&cli.common).await,
        Command::Migrate => migrate::run(&cli.common).await,
        Command::Backup(backup) => backup.run(&cli.common).await,
        Command::Restore(restore) => restore.run(&cli.common).await,
        Command::ResetFeeds => reset_feeds::run(&cli.common).await,
        Command::Health(health) => health.run().await,
        Command::Audit(audit) => audit.run(&cli.common).await,
        Command::Import(import) => import.run(&cli.common).await,
        Command::Organization(organization) => organization.run(&cli.common).await,
        Command::User(user) => user.run(&cli.common).await,
        Command::Token(token) => token.run(&cli.common).await,
    };
    if let Some(traces) = traces {
        traces.flush().await;
    }
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(message)) => {
            eprintln!("huddle: {message}");
            ExitCode::from(2)
        }
        Err(Failure::Failed(message)) => {
            eprintln!("huddle: {message}");
            ExitCode::FAILURE
        }
        Err(Failure::Refused) => ExitCode::FAILURE,
    }
}

/// Help is printed whole; a mistake in one line.
fn complain(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // Whoever closed the pipe wanted no more help.
            let _ = error.print();
            ExitCode::from(u8::from(error.use_stderr()) * 2)
        }
        _ => {
            let text = error.render().to_string();
            let line = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect::<Vec<_>>().join(" ");
            eprintln!("huddle: {}", line.trim_start_matches("error: "));
            ExitCode::from(2)
        }
    }
}

fn start_logging(format: LogFormat, traces: Option<&Traces>) {
    let filter = EnvFilter::try_from_env("HUDDLE_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let log = match format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => log.json().boxed(),
    };
    // The log's depth is its own: traces are taken whatever it says.
    tracing_subscriber::registry().with(log.with_filter(filter)).with(traces.map(Traces::layer)).init();
}

/// Where a defect is, and what it says where that is our own sentence: what was put together may quote anybody's data.
fn tell_of_defects() {
    std::panic::set_hook(Box::new(|defect| {
        let place = defect.location().map(ToString::to_string).unwrap_or_default();
        let sentence =
            defect.payload().downcast_ref::<&'static str>().copied().unwrap_or("not told: it may quote data");
        tracing::error!(place, sentence, "a defect ended a piece of work");
    }));
}

impl Common {
    /// Which database, once we know that it is one that we can serve.
    fn database(&self) -> Result<db::Settings, Failure> {
        let settings = db::Settings {
            migrate_url: self.migrate_database_url.clone(),
            readers: self.pools.database_readers,
            writers: self.pools.database_writers,
            read_timeout: Duration::from_secs(self.pools.database_read_seconds),
            write_timeout: Duration::from_secs(self.pools.database_write_seconds),
            ..db::Settings::from(&self.database_url)
        };
        settings.check()?;
        Ok(settings)
    }

    /// Opens the database, its schema up to date.
    async fn open(&self, database: db::Settings, config: Config) -> Result<Arc<App>, Failure> {
        Huddle::open(database, Clock::System, config)
            .await
            .map_err(|error| Failure::Failed(format!("cannot open the database: {}", describe(&error))))
    }

    /// The program itself, at work for the organization that was named.
    async fn enter(&self) -> Result<Cx, Failure> {
        let app = self.open(self.database()?, Config::default()).await?;
        let organization = people::service::organization(&app, self.organization.as_deref()).await?;
        Ok(Cx::system(app, organization.id))
    }
}

fn describe(error: &Error) -> String {
    match error {
        Error::Internal(reason) => reason.to_string(),
        other => other.to_string(),
    }
}
