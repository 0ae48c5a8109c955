//! Reads, and whose rows they are shown. PostgreSQL holds every statement to it; SQLite serves one practice after all.
use super::begin::begin;
use crate::Result;
use entity::ids::OrganizationId;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    TransactionOptions,
};

/// Whose rows a transaction is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    Organization(OrganizationId),
    /// See [`super::Db::across_organizations`].
    Across,
}

/// Says in a transaction that is open whose rows it is about, until it ends or is told another.
pub async fn enter(transaction: &DatabaseTransaction, reach: Reach) -> Result<(), DbErr> {
    if transaction.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let (setting, value) = match reach {
        Reach::Organization(id) => ("app.organization_id", id.0.to_string()),
        Reach::Across => ("app.across_organizations", "on".to_owned()),
    };
    let values = [setting.into(), value.into()];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, "SELECT set_config($1, $2, true)", values);
    transaction.query_one_raw(statement).await.map(|_| ())
}

/// What a service reads through.
#[derive(Clone, Copy, Debug)]
pub enum Reading<'a> {
    /// Everything of one moment.
    Snapshot(&'a DatabaseTransaction),
    /// Each statement by itself: no connection is held between two of them.
    Each(&'a DatabaseConnection, Reach),
}

/// What one statement needs round it.
enum Round<'a> {
    Nothing(&'a DatabaseConnection),
    Snapshot(&'a DatabaseTransaction),
    Own(DatabaseTransaction),
}

impl<'a> Reading<'a> {
    async fn round(&self) -> Result<Round<'a>, DbErr> {
        match *self {
            Self::Snapshot(snapshot) => Ok(Round::Snapshot(snapshot)),
            Self::Each(pool, _) if pool.get_database_backend() == DbBackend::Sqlite => Ok(Round::Nothing(pool)),
            Self::Each(pool, reach) => {
                let own = begin(pool, TransactionOptions::default()).await?;
                enter(&own, reach).await?;
                Ok(Round::Own(own))
            }
        }
    }
}

macro_rules! statement {
    ($self:ident, $connection:ident => $work:expr) => {
        match $self.round().await? {
            Round::Nothing($connection) => $work.await,
            Round::Snapshot($connection) => $work.await,
            Round::Own(own) => {
                let $connection = &own;
                let answer = $work.await?;
                own.commit().await?;
                Ok(answer)
            }
        }
    };
}

#[async_trait::async_trait]
impl ConnectionTrait for Reading<'_> {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Snapshot(snapshot) => snapshot.get_database_backend(),
            Self::Each(pool, _) => pool.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        statement!(self, on => on.execute_raw(statement))
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        statement!(self, on => on.execute_unprepared(sql))
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        statement!(self, on => on.query_one_raw(statement))
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        statement!(self, on => on.query_all_raw(statement))
    }
}
