//! `huddle token`
use super::{Common, Outcome};
use crate::people::sessions;
use clap::{Args, Subcommand, ValueEnum};

#[derive(Subcommand)]
pub enum Token {
    /// Makes an integration's bearer token, and shows it once
    Create(Create),
}

#[derive(Args)]
pub struct Create {
    /// What the integration is called in the audit record
    #[arg(long, env = "HUDDLE_NAME")]
    name: String,
    /// What it may do
    #[arg(long, env = "HUDDLE_SCOPE", value_enum)]
    scope: Scope,
}

#[derive(Clone, Copy, ValueEnum)]
enum Scope {
    /// See every team of the organization, and change nothing
    Read,
}

impl Token {
    pub async fn run(self, common: &Common) -> Outcome {
        let Self::Create(create) = self;
        let cx = common.enter().await?;
        let token = match create.scope {
            Scope::Read => sessions::create_integration(&cx, create.name).await?,
        };
        println!("{}", token.0);
        Ok(())
    }
}
