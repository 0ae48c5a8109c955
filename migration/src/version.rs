//! Which schema a database has, and who understands it, so that old and new programs can share it during an update.
//!
//! A step that only adds (a table, a column that may be absent, an index) raises [`NUMBER`] alone: programs of before
//! still serve. A step after which they would fail, or read wrongly, raises [`OLDEST`] too, to its own number; it
//! belongs in a later release than the step that made it possible.
use crate::Migrator;
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, TransactionTrait},
};

/// The number of the newest step: that of its file.
pub const NUMBER: i32 = 31;
/// The oldest program, by the number of the newest step that it knows, that understands this schema.
///
/// 29: what a program of before writes would be missing in the past.
pub const OLDEST: i32 = 29;

/// Only one process migrates a database at a time. The number means nothing; it must only be ours.
const LOCK: i64 = 0x4875_6464_6c65;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    pub number: i32,
    pub oldest_program: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Ours, or a newer one that we understand.
    Understood,
    /// A step of ours is missing, or there is no schema at all.
    Older,
    /// A newer program changed what we rely on.
    TooNew,
}

impl Version {
    pub fn fit(version: Option<Self>) -> Fit {
        match version {
            Some(version) if version.oldest_program > NUMBER => Fit::TooNew,
            Some(version) if version.number >= NUMBER => Fit::Understood,
            Some(_) | None => Fit::Older,
        }
    }

    /// None before the first step, or before there were numbers.
    pub async fn of(db: &DatabaseConnection) -> Result<Option<Self>, DbErr> {
        if !SchemaManager::new(db).has_table("schema_version").await? {
            return Ok(None);
        }
        let mut query = Query::select();
        query.columns(["number", "oldest_program"]).from("schema_version");
        let Some(row) = db.query_one(&query).await? else { return Ok(None) };
        Ok(Some(Self { number: row.try_get("", "number")?, oldest_program: row.try_get("", "oldest_program")? }))
    }
}

/// Takes the steps that are missing, and tells their names. A schema that is newer than ours stays as it is: ask
/// [`Version::fit`]. On PostgreSQL it needs two connections.
pub async fn bring_up_to_date(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let alone = lock(db).await?;
    let steps = match Version::fit(Version::of(db).await?) {
        Fit::Understood | Fit::TooNew => Vec::new(),
        Fit::Older => take_steps(db).await?,
    };
    if let Some(alone) = alone {
        alone.commit().await?;
    }
    Ok(steps)
}

async fn take_steps(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let pending = Migrator::get_pending_migrations(db).await?;
    Migrator::up(db, None).await?;
    let mut update = Query::update();
    update.table("schema_version").values([("number", NUMBER.into()), ("oldest_program", OLDEST.into())]);
    db.execute(&update).await?;
    Ok(pending.iter().map(|step| step.name().to_owned()).collect())
}

/// Ends with the transaction, however that ends. SQLite serves one node.
async fn lock(db: &DatabaseConnection) -> Result<Option<DatabaseTransaction>, DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(None);
    }
    let transaction = db.begin().await?;
    transaction.execute_unprepared("SET LOCAL idle_in_transaction_session_timeout = 0").await?;
    transaction.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
    Ok(Some(transaction))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_that_of_the_newest_step() {
        let steps = Migrator::migrations();
        let newest = steps.last().map(|step| step.name().to_owned()).unwrap_or_default();
        let number = newest.split('_').nth(1).and_then(|number| number.parse().ok());
        assert_eq!(number, Some(NUMBER), "{newest}");
        const { assert!(OLDEST <= NUMBER) };
    }

    #[test]
    fn a_newer_schema_is_understood_until_it_says_otherwise() {
        let fit = |number, oldest_program| Version::fit(Some(Version { number, oldest_program }));
        assert_eq!(Version::fit(None), Fit::Older);
        assert_eq!(fit(NUMBER - 1, NUMBER - 1), Fit::Older);
        assert_eq!(fit(NUMBER, OLDEST), Fit::Understood);
        assert_eq!(fit(NUMBER + 3, NUMBER), Fit::Understood);
        assert_eq!(fit(NUMBER + 3, NUMBER + 1), Fit::TooNew);
    }
}
