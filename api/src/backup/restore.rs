//! `huddle restore`
use super::{check, files};
use crate::{App, Clock, Config, Error, events, people};
use sea_orm::sqlx::{self, Connection};
use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

/// What was put in place, and where the file is that was there before.
#[derive(Debug)]
pub struct Restored {
    pub organizations: usize,
    pub kept: Option<PathBuf>,
}

/// Puts a backup in the place of `database`, whose server lock the caller holds. All that can fail is done to a copy
/// first: until the last step the old file is what it was.
pub async fn restore(from: &Path, database: &Path) -> Result<Restored, String> {
    for ending in ["-wal", "-journal"] {
        if files::beside(from, ending).exists() {
            let from = from.display();
            return Err(format!("{from}{ending} lies beside it: this is a database in use, take a backup of it first"));
        }
    }
    let part = files::beside(database, ".restoring");
    let prepared = prepare(from, &part).await;
    let placed = match prepared {
        Ok(organizations) => place(&part, database).await.map(|kept| Restored { organizations, kept }),
        Err(why) => Err(why),
    };
    if placed.is_err() {
        for ending in ["", "-wal", "-shm"] {
            let _ = files::remove(&files::beside(&part, ending));
        }
    }
    placed
}

/// A checked copy, its schema up to date, its feeds reset.
async fn prepare(from: &Path, part: &Path) -> Result<usize, String> {
    let cannot_read = |error: io::Error| format!("cannot read {}: {error}", from.display());
    let mut source = File::open(from).map_err(cannot_read)?;
    let mut copy = files::create_private(part)?;
    io::copy(&mut source, &mut copy).map_err(cannot_read)?;
    drop(copy);
    // The message is to name the file that was given.
    let named = |why: String| why.replace(&part.display().to_string(), &from.display().to_string());
    check::check(part).await.map_err(named)?;

    let failed = |error: Error| match error {
        Error::Internal(reason) => format!("{} cannot be made ready: {reason}", from.display()),
        other => format!("{} cannot be made ready: {other}", from.display()),
    };
    let url = format!("sqlite://{}?mode=rw", part.display());
    let app = App::open(&url, Clock::System, Config::default()).await.map_err(failed)?;
    let organizations = people::service::organizations(&app).await.map_err(failed)?;
    for organization in &organizations {
        events::reset(&app, organization.id).await.map_err(failed)?;
    }
    app.db.close().await.map_err(failed)?;
    if files::beside(part, "-wal").exists() {
        return Err(format!("{} did not close", part.display()));
    }
    Ok(organizations.len())
}

async fn place(part: &Path, database: &Path) -> Result<Option<PathBuf>, String> {
    if !database.exists() {
        files::replace(part, database)?;
        return Ok(None);
    }
    let now = Clock::System.now().format("%Y%m%dT%H%M%SZ");
    let aside = files::beside(database, &format!(".before-{now}"));
    if aside.exists() {
        return Err(format!("{} is there already", aside.display()));
    }
    let wal = files::beside(database, "-wal");
    match fold_in_wal(database).await {
        Ok(()) if wal.exists() => return Err(format!("another program has {} open", database.display())),
        Ok(()) => {}
        // A file that is damaged may refuse. Then what lies beside it is kept beside it.
        Err(why) => tracing::warn!(why, "the old database could not be closed in order"),
    }
    files::keep(database, &aside)?;
    if wal.exists() {
        files::keep(&wal, &files::beside(&aside, "-wal"))?;
        files::remove(&wal)?;
    }
    files::remove(&files::beside(database, "-shm"))?;
    files::replace(part, database)?;
    Ok(Some(aside))
}

/// So that the old file is whole by itself.
async fn fold_in_wal(database: &Path) -> Result<(), String> {
    let mut db = check::open(database).await?;
    let folded = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut db).await;
    folded.map_err(|error| error.to_string())?;
    db.close().await.map_err(|error| error.to_string())
}
