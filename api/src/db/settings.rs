//! Which database, and how much of it one process may use.
use crate::{Error, db::sqlite};
use std::time::Duration;

#[derive(Clone, Debug)]
pub struct Settings {
    pub url: String,
    /// Who owns the tables, where that is not who serves. PostgreSQL only.
    pub migrate_url: Option<String>,
    /// Bring the schema up to date before the database is used.
    pub migrate: bool,
    /// Connections of each pool. PostgreSQL only: SQLite has one writer.
    pub readers: u32,
    pub writers: u32,
    /// How long one statement may take in each pool. PostgreSQL only.
    pub read_timeout: Duration,
    pub write_timeout: Duration,
}

pub const READERS: u32 = 16;
pub const WRITERS: u32 = 16;
pub const READ_TIMEOUT: Duration = Duration::from_secs(5);
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// The database at this address, with everything else as it is unless said.
impl<T: AsRef<str> + ?Sized> From<&T> for Settings {
    fn from(url: &T) -> Self {
        Self {
            url: url.as_ref().to_owned(),
            migrate_url: None,
            migrate: true,
            readers: READERS,
            writers: WRITERS,
            read_timeout: READ_TIMEOUT,
            write_timeout: WRITE_TIMEOUT,
        }
    }
}

impl Settings {
    pub fn is_postgres(&self) -> bool {
        !self.url.starts_with("sqlite:")
    }

    /// Who may change the schema.
    pub fn owner_url(&self) -> &str {
        self.migrate_url.as_deref().unwrap_or(&self.url)
    }

    /// A database that we can serve, or why not.
    pub fn check(&self) -> Result<(), Error> {
        check_url("--database-url", &self.url)?;
        let Some(owner) = &self.migrate_url else { return Ok(()) };
        check_url("--migrate-database-url", owner)?;
        if self.is_postgres() && !owner.starts_with("sqlite:") {
            return Ok(());
        }
        Err(Error::bad_input("--migrate-database-url", "is for PostgreSQL: a SQLite file has one owner"))
    }
}

/// In-memory SQLite has no second connection to read with.
fn check_url(flag: &str, url: &str) -> Result<(), Error> {
    let refused = |why: &str| Err(Error::bad_input(flag, why));
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(());
    }
    if !url.starts_with("sqlite:") {
        return refused("must begin with sqlite:// or postgres://");
    }
    if sqlite::path(url).is_none() { refused("needs a file: sqlite://huddle.db?mode=rwc") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_we_cannot_serve_is_refused_by_its_flag() {
        let owned = |url: &str, owner: Option<&str>| {
            Settings { migrate_url: owner.map(str::to_owned), ..Settings::from(url) }.check().map_err(|e| e.to_string())
        };
        let (file, server) = ("sqlite://huddle.db", "postgres://huddle@db/huddle");
        assert_eq!(owned(file, None), Ok(()));
        assert_eq!(owned(server, Some(server)), Ok(()));
        for (url, owner) in
            [("mysql://db", None), ("sqlite::memory:", None), (file, Some(server)), (server, Some(file))]
        {
            let refused = owned(url, owner).unwrap_err();
            assert!(refused.starts_with("--"), "{refused}");
        }
    }
}
