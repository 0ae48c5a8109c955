//! `huddle reset-feeds`
use super::{Common, Outcome};
use crate::{Config, Error, events, people};

/// For one organisation where one is named, else for all.
pub async fn run(common: &Common) -> Outcome {
    let app = common.open(common.database()?, Config::default()).await?;
    let mut chosen = people::service::organizations(&app).await?;
    if let Some(name) = &common.organization {
        chosen.retain(|one| one.name == *name);
        if chosen.is_empty() {
            return Err(Error::bad_input("--organization", format!("there is no organization called {name}")).into());
        }
    }
    for organization in chosen {
        events::reset(&app, organization.id).await?;
        println!("every screen of {} will read anew", organization.name);
    }
    Ok(())
}
