//! Is this file a whole database of ours? (Whether we understand its schema is asked where it is opened to serve.)
use sea_orm::sqlx::{self, ConnectOptions, Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{collections::BTreeSet, path::Path};

const TABLES: [&str; 4] = ["seaql_migrations", "organization", "org_head", "audit_entry"];

/// Opens a file that is there.
pub async fn open(path: &Path) -> Result<SqliteConnection, String> {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(false).disable_statement_logging();
    options.connect().await.map_err(|error| format!("cannot open {}: {error}", path.display()))
}

/// It is closed before the answer, so that nothing of it is left beside the file.
pub async fn check(path: &Path) -> Result<(), String> {
    let mut db = open(path).await?;
    let checked = all(&mut db).await.map_err(|why| format!("{}: {why}", path.display()));
    db.close().await.map_err(|error| format!("cannot close {}: {error}", path.display()))?;
    checked
}

async fn all(db: &mut SqliteConnection) -> Result<(), String> {
    let tables = words(db, "SELECT name FROM sqlite_master WHERE type = 'table'").await?;
    if let Some(missing) = TABLES.iter().find(|table| !tables.contains(**table)) {
        return Err(format!("is no database of Huddle: it has no table {missing}"));
    }
    let sound = words(db, "PRAGMA integrity_check(1)").await?;
    if !sound.contains("ok") {
        return Err(format!("is damaged: {}", sound.into_iter().collect::<String>()));
    }
    let loose = words(db, "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1").await?;
    match loose.first() {
        Some(table) => Err(format!("is damaged: a row of {table} refers to nothing")),
        None => Ok(()),
    }
}

async fn words(db: &mut SqliteConnection, query: &'static str) -> Result<BTreeSet<String>, String> {
    let rows = sqlx::query(query).fetch_all(db).await.map_err(|error| format!("cannot be read: {error}"))?;
    rows.iter().map(|row| row.try_get::<String, _>(0).map_err(|error| error.to_string())).collect()
}
