//! The database in a file.
use super::PATIENCE;
use sea_orm::ConnectOptions;
use std::{
    fs::{File, TryLockError},
    path::Path,
};

pub const READERS: u32 = 4;

pub fn options(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
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
        let Some(path) = path(url) else { return Ok(Self(None)) };
        let lock = Path::new(&path).with_extension("db.lock");
        let file = File::create(&lock).map_err(|error| format!("cannot create {}: {error}", lock.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(Some(file))),
            Err(TryLockError::WouldBlock) => Err(format!("another huddle serves {path}: one server a SQLite file")),
            Err(TryLockError::Error(error)) => Err(format!("cannot lock {}: {error}", lock.display())),
        }
    }
}

pub fn path(url: &str) -> Option<String> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest).split('?').next().unwrap_or_default();
    (!path.is_empty() && path != ":memory:").then(|| path.to_owned())
}
