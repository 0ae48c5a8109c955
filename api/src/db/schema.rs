//! Brings the schema up to date, and refuses one that we do not understand.
use super::{Settings, postgres, sqlite};
use crate::{Error, Result};
use migration::version::{self, Fit, Version};
use sea_orm::{Database, DatabaseConnection};

/// Tells the steps that it took.
pub async fn migrate(settings: &Settings) -> Result<Vec<String>> {
    let db = connect(settings, settings.owner_url()).await?;
    let steps = version::bring_up_to_date(&db).await?;
    let version = Version::of(&db).await?;
    db.close().await?;
    understood(version)?;
    Ok(steps)
}

/// For who may not, or should not, change the schema.
pub async fn check(settings: &Settings) -> Result<()> {
    let db = connect(settings, &settings.url).await?;
    let version = Version::of(&db).await?;
    db.close().await?;
    understood(version)
}

fn understood(version: Option<Version>) -> Result<()> {
    let ours = version::NUMBER;
    match (Version::fit(version), version) {
        (Fit::Understood, _) => Ok(()),
        (Fit::TooNew, Some(Version { number, oldest_program })) => Err(Error::Conflict(format!(
            "its schema is number {number} and needs a huddle that knows {oldest_program}, this one knows {ours}: update it"
        ))),
        (Fit::Older | Fit::TooNew, version) => Err(Error::Conflict(format!(
            "its schema is number {}, this huddle needs {ours}: run `huddle migrate`",
            version.map_or(0, |version| version.number)
        ))),
    }
}

/// A step may take its time: no limit of the serving pools holds for it.
async fn connect(settings: &Settings, url: &str) -> Result<DatabaseConnection> {
    let options = if settings.is_postgres() { postgres::migrating(url) } else { sqlite::options(url, 1, false) };
    Ok(Database::connect(options).await?)
}
