//! `huddle organization`
use super::{Common, Outcome};
use crate::{Config, people};
use chrono_tz::Tz;
use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum Organization {
    /// Makes a practice, or a group of practices under one roof, that shares nothing with another
    Add(Add),
}

#[derive(Args)]
pub struct Add {
    name: String,
    /// IANA name: business days and local dates are counted in it
    #[arg(long, env = "HUDDLE_TIME_ZONE", default_value = people::service::DEFAULT_TIME_ZONE)]
    time_zone: Tz,
}

impl Organization {
    pub async fn run(self, common: &Common) -> Outcome {
        let Self::Add(add) = self;
        let app = common.open(common.database()?, Config::default()).await?;
        let made = people::service::create_organization(&app, &add.name, add.time_zone.name(), false).await?;
        println!("{} is there, in the time zone {}", made.name, made.time_zone);
        Ok(())
    }
}
