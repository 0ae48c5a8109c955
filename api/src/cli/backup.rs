//! `huddle backup` and `huddle restore`
use super::{Common, Failure, Outcome};
use crate::{backup, db};
use clap::Args;
use std::path::PathBuf;

const POSTGRES: &str =
    "is for SQLite; for PostgreSQL see pg_dump, pg_restore and huddle reset-feeds in docs/operations.md";

#[derive(Args)]
pub struct Backup {
    /// Where the copy goes; nothing is there before it is whole and checked
    path: PathBuf,
    /// Replace what is there
    #[arg(long)]
    force: bool,
}

impl Backup {
    pub async fn run(self, common: &Common) -> Outcome {
        let database = sqlite_file(common, "backup")?;
        let taken = backup::take(&database, &self.path, self.force).await.map_err(Failure::Failed)?;
        println!("{}: {} bytes, whole and checked", taken.path.display(), taken.bytes);
        Ok(())
    }
}

#[derive(Args)]
pub struct Restore {
    /// A file that `huddle backup` made
    path: PathBuf,
}

impl Restore {
    pub async fn run(self, common: &Common) -> Outcome {
        let database = sqlite_file(common, "restore")?;
        let _lock = db::ServerLock::take(&common.database_url).map_err(Failure::Failed)?;
        let restored = backup::restore(&self.path, &database).await.map_err(Failure::Failed)?;
        if let Some(kept) = restored.kept {
            println!("the database that was there is kept as {}", kept.display());
        }
        let n = restored.organizations;
        println!("{} is in place: {n} organizations; every screen will read anew", database.display());
        Ok(())
    }
}

fn sqlite_file(common: &Common, command: &str) -> Result<PathBuf, Failure> {
    let file = db::sqlite_path(&common.database()?.url).map(PathBuf::from);
    file.ok_or_else(|| Failure::Usage(format!("{command} {POSTGRES}")))
}
