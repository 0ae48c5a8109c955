//! The database: SQLite in a file, or PostgreSQL.
mod begin;
mod passing;
mod pools;
mod postgres;
mod reading;
mod schema;
pub mod settings;
mod sqlite;

pub use passing::is_passing;
pub use reading::{Reach, Reading, enter};
pub use schema::migrate;
pub use settings::Settings;
pub use sqlite::{ServerLock, path as sqlite_path};

use crate::Result;
use begin::begin;
use entity::ids::OrganizationId;
use sea_orm::{
    Database, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode, TransactionOptions,
};
use std::time::Duration;

/// How long a request waits for a free connection, and a writer for somebody else's lock.
const PATIENCE: Duration = Duration::from_secs(10);

/// One pool writes, another reads beside it, so that no writer waits for a reader who waits for a writer. SQLite's
/// writing pool is a single connection.
#[derive(Clone, Debug)]
pub struct Db {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
}

impl Db {
    /// Opens a database whose schema we understand; brings it up to date first, unless that is not wanted.
    pub async fn open(settings: impl Into<Settings>) -> Result<Self> {
        let settings = settings.into();
        if settings.migrate {
            migrate(&settings).await?;
        } else {
            schema::check(&settings).await?;
        }
        let (reader, writer) = if settings.is_postgres() {
            (postgres::reading(&settings), postgres::writing(&settings))
        } else {
            (sqlite::options(&settings.url, sqlite::READERS, true), sqlite::options(&settings.url, 1, false))
        };
        let writer = Database::connect(writer).await?;
        let reader = Database::connect(reader).await?;
        if settings.is_postgres() {
            postgres::warn_of_words_in_its_log(&reader).await?;
        }
        Ok(Self { reader, writer })
    }

    /// Waits until every connection is back, and closes them all.
    pub async fn close(&self) -> Result<()> {
        self.reader.clone().close().await?;
        Ok(self.writer.clone().close().await?)
    }

    pub async fn ping(&self) -> Result<()> {
        Ok(self.reader.ping().await?)
    }

    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// For what is no organization's: which there are, and where their logs stand. Other tables show it no row.
    pub fn common(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For reads of one organization that need no snapshot.
    pub fn of(&self, organization: OrganizationId) -> Reading<'_> {
        Reading::Each(&self.reader, Reach::Organization(organization))
    }

    /// For the few questions that come before anybody knows which organization is asked: whose token, address or
    /// pairing code this is, and whose work time has changed. The database answers them on four tables, and only reads.
    pub fn across_organizations(&self) -> Reading<'_> {
        Reading::Each(&self.reader, Reach::Across)
    }

    /// Everything read through it is of one moment, and of one organization.
    pub async fn snapshot(&self, organization: OrganizationId) -> Result<DatabaseTransaction> {
        let snapshot = begin(&self.reader, TransactionOptions::default()).await?;
        enter(&snapshot, Reach::Organization(organization)).await?;
        Ok(snapshot)
    }

    /// A transaction that writes as one organization. Only [`crate::cx::Tx`] calls it, and who makes an organization.
    pub(crate) async fn begin_write(&self, organization: OrganizationId) -> Result<DatabaseTransaction> {
        let transaction = self.begin_common_write().await?;
        enter(&transaction, Reach::Organization(organization)).await?;
        Ok(transaction)
    }

    /// A transaction that has named no organization yet, for the audit recorder and the log's partitions.
    pub(crate) async fn begin_common_write(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            // Taking SQLite's write lock late fails at once instead of waiting.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Ok(begin(&self.writer, options).await?)
    }
}
