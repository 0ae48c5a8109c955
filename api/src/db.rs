//! The database: SQLite in a file, or PostgreSQL.
use crate::{Error, Result, metrics::Pool};
use migration::MigratorTrait;
use sea_orm::{
    AccessMode, ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait, sqlx,
};
use std::{
    fs::{File, TryLockError},
    path::Path,
    time::Duration,
};

/// How long a request waits for a free connection, and a writer for another process's write lock on a SQLite file.
const PATIENCE: Duration = Duration::from_secs(10);
const SQLITE_READERS: u32 = 4;
const POSTGRES_READERS: u32 = 16;
const POSTGRES_WRITERS: u32 = 16;

/// One pool writes, another reads beside it, so that no writer waits for a reader who waits for a writer. SQLite's
/// writing pool is a single connection.
#[derive(Clone, Debug)]
pub struct Db {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
}

impl Db {
    pub async fn open(url: &str) -> Result<Self> {
        if !url.starts_with("sqlite:") {
            let writer = Database::connect(postgres_options(url, POSTGRES_WRITERS)).await?;
            let reader = Database::connect(postgres_options(url, POSTGRES_READERS)).await?;
            return Ok(Self { reader, writer });
        }
        let writer = Database::connect(sqlite_options(url, 1, false)).await?;
        let reader = Database::connect(sqlite_options(url, SQLITE_READERS, true)).await?;
        Ok(Self { reader, writer })
    }

    /// Brings the schema up to date and tells the steps that it took.
    pub async fn migrate(&self) -> Result<Vec<String>> {
        let pending = migration::Migrator::get_pending_migrations(&self.writer).await?;
        migration::Migrator::up(&self.writer, None).await?;
        Ok(pending.iter().map(|step| step.name().to_owned()).collect())
    }

    pub async fn ping(&self) -> Result<()> {
        Ok(self.reader.ping().await?)
    }

    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// How much of each pool is in use.
    pub fn pools(&self) -> [(Pool, PoolUse); 2] {
        let used = |pool: &DatabaseConnection| match pool.get_database_backend() {
            DbBackend::Sqlite => PoolUse::of(pool.get_sqlite_connection_pool()),
            _ => PoolUse::of(pool.get_postgres_connection_pool()),
        };
        [(Pool::Read, used(&self.reader)), (Pool::Write, used(&self.writer))]
    }

    /// For reads that need no snapshot.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Everything read through it is of one moment.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction> {
        let options = match self.backend() {
            DbBackend::Sqlite => TransactionOptions::default(),
            _ => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..Default::default()
            },
        };
        Ok(self.reader.begin_with_options(options).await?)
    }

    /// Only [`crate::cx::Tx`] and the audit recorder call it.
    pub(crate) async fn begin_write(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            // Taking SQLite's write lock late fails at once instead of waiting.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
    }
}

/// Connections of a pool: open, of these idle, and how many it may open.
#[derive(Clone, Copy, Debug)]
pub struct PoolUse {
    pub size: i64,
    pub idle: i64,
    pub max: i64,
}

impl PoolUse {
    fn of<D: sqlx::Database>(pool: &sqlx::Pool<D>) -> Self {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let size = i64::from(pool.size());
        // The two are not read in one moment.
        Self { size, idle: count(pool.num_idle()).min(size), max: i64::from(pool.options().get_max_connections()) }
    }
}

fn postgres_options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).acquire_timeout(PATIENCE).sqlx_logging(false);
    options
}

fn sqlite_options(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).min_connections(1).acquire_timeout(PATIENCE).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("foreign_keys", "ON")
            .pragma("query_only", if read_only { "ON" } else { "OFF" })
            .busy_timeout(PATIENCE)
    });
    options
}

/// Held by a server for as long as it serves a SQLite file, because its feeds hear of their own writes first-hand.
#[derive(Debug)]
pub struct ServerLock(#[expect(dead_code, reason = "the lock lives as long as the file is open")] Option<File>);

impl ServerLock {
    /// A second server on the same file is refused. The command line needs no lock: it may write beside the server.
    pub fn take(url: &str) -> Result<Self, String> {
        let Some(path) = sqlite_path(url) else { return Ok(Self(None)) };
        let lock = Path::new(&path).with_extension("db.lock");
        let file = File::create(&lock).map_err(|error| format!("cannot create {}: {error}", lock.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(Some(file))),
            Err(TryLockError::WouldBlock) => Err(format!("another huddle serves {path}: one server a SQLite file")),
            Err(TryLockError::Error(error)) => Err(format!("cannot lock {}: {error}", lock.display())),
        }
    }
}

fn sqlite_path(url: &str) -> Option<String> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest).split('?').next().unwrap_or_default();
    (!path.is_empty() && path != ":memory:").then(|| path.to_owned())
}

/// A database URL that we can serve, or why not. In-memory SQLite has no second connection to read with.
pub fn check_url(url: &str) -> Result<(), Error> {
    let refused = |why: &str| Err(Error::bad_input("--database-url", why));
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(());
    }
    if !url.starts_with("sqlite:") {
        return refused("must begin with sqlite:// or postgres://");
    }
    if sqlite_path(url).is_none() { refused("needs a file: sqlite://huddle.db?mode=rwc") } else { Ok(()) }
}
