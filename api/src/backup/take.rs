//! `huddle backup`
use super::{check, files};
use sea_orm::sqlx::{self, Connection};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A finished copy.
#[derive(Debug)]
pub struct Taken {
    pub path: PathBuf,
    pub bytes: u64,
}

/// Copies the database as it is at one moment, while others go on writing to it. Nothing is at `to` before the copy is
/// whole, checked and on disk.
pub async fn take(database: &Path, to: &Path, replace: bool) -> Result<Taken, String> {
    let free = || match to.try_exists() {
        Ok(false) => Ok(()),
        Ok(true) if replace => Ok(()),
        Ok(true) => Err(format!("{} is there already: --force replaces it", to.display())),
        Err(error) => Err(format!("cannot look at {}: {error}", to.display())),
    };
    free()?;
    let part = files::beside(to, ".part");
    files::create_private(&part)?;
    let copied = copy(database, &part).await.and_then(|()| free()).and_then(|()| files::replace(&part, to));
    if let Err(why) = copied {
        // What failed is told; a rest that cannot be removed is in nobody's way.
        let _ = files::remove(&part);
        return Err(why);
    }
    let bytes = fs::metadata(to).map_err(|error| format!("cannot look at {}: {error}", to.display()))?.len();
    Ok(Taken { path: to.to_owned(), bytes })
}

async fn copy(database: &Path, part: &Path) -> Result<(), String> {
    let name = part.to_str().ok_or_else(|| format!("{} is no UTF-8", part.display()))?;
    let mut db = check::open(database).await?;
    // One read transaction: it waits for nobody, and nobody for it.
    let copied = sqlx::query("VACUUM INTO ?").bind(name).execute(&mut db).await;
    copied.map_err(|error| format!("cannot copy {}: {error}", database.display()))?;
    db.close().await.map_err(|error| format!("cannot close {}: {error}", database.display()))?;
    check::check(part).await
}
