//! The database that several nodes share.
use super::{PATIENCE, Settings};
use migration::row_security::ROLE;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use std::time::Duration;

/// Whoever leaves a transaction open for this long has gone away, and must not hold its locks any longer.
const IDLE_IN_TRANSACTION: Duration = Duration::from_secs(60);

pub fn reading(settings: &Settings) -> ConnectOptions {
    let more = [
        // Everything that one transaction reads is of one moment.
        ("default_transaction_isolation", "repeatable read".to_owned()),
        ("default_transaction_read_only", "on".to_owned()),
    ];
    serving(settings, settings.readers, settings.read_timeout, more)
}

pub fn writing(settings: &Settings) -> ConnectOptions {
    serving(settings, settings.writers, settings.write_timeout, [])
}

/// One connection takes the steps, another holds the lock meanwhile.
pub fn migrating(url: &str) -> ConnectOptions {
    let mut options = named(url);
    options.max_connections(2).acquire_timeout(PATIENCE);
    options
}

/// Part of the connection's start, so that no connection is ever without them.
fn serving<const N: usize>(
    settings: &Settings,
    connections: u32,
    timeout: Duration,
    more: [(&'static str, String); N],
) -> ConnectOptions {
    let mut options = named(&settings.url);
    options.max_connections(connections).acquire_timeout(PATIENCE);
    options.map_sqlx_postgres_opts(move |postgres| {
        postgres.options(more.clone()).options([
            // Not as the owner of the tables: the database holds us to what we say whose rows we want.
            ("role", ROLE.to_owned()),
            ("statement_timeout", milliseconds(timeout)),
            ("lock_timeout", milliseconds(PATIENCE)),
            ("idle_in_transaction_session_timeout", milliseconds(IDLE_IN_TRANSACTION)),
        ])
    });
    options
}

/// What statements are given is data of patients. A superuser decides what PostgreSQL writes of it, so that we can only
/// say so.
pub async fn warn_of_words_in_its_log(db: &DatabaseConnection) -> Result<(), DbErr> {
    let asked = "SELECT bool_or(name = 'log_parameter_max_length' AND setting <> '0')
                   AND bool_or((name = 'log_statement' AND setting IN ('mod', 'all'))
                            OR (name LIKE 'log_min_duration%' AND setting <> '-1')) AS tells
                 FROM pg_settings WHERE name LIKE 'log_%'";
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, asked)).await?;
    if row.map(|row| row.try_get::<bool>("", "tells")).transpose()? == Some(true) {
        tracing::warn!(
            "PostgreSQL writes what its statements are given into its log: set log_parameter_max_length = 0"
        );
    }
    Ok(())
}

fn named(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.set_application_name("huddle").sqlx_logging(false);
    options
}

fn milliseconds(time: Duration) -> String {
    time.as_millis().to_string()
}
