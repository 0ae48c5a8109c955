//! `huddle token`
use super::{Common, Failure, Outcome};
use crate::people::integrations::service::{self, MOST_DAYS, NewToken, USUAL_DAYS};
use clap::{Args, Subcommand, ValueEnum};
use entity::{ids::IntegrationTokenId, integration_token::TokenScope};

#[derive(Subcommand)]
pub enum Token {
    /// Makes an integration's bearer token, and shows it once
    Create(Create),
    /// Shows all tokens, newest first: id, name, scopes, until when, last used
    List,
    /// Ends a token at once
    Revoke(Revoke),
}

#[derive(Args)]
pub struct Create {
    /// What the integration is called in the audit record
    #[arg(long, env = "HUDDLE_NAME")]
    name: String,
    /// What it may do; may be given more than once, and all but audit:read need read as well
    #[arg(long, env = "HUDDLE_SCOPE", value_enum, required = true, value_delimiter = ',')]
    scope: Vec<Scope>,
    /// How long it lasts
    #[arg(long, env = "HUDDLE_DAYS", default_value_t = USUAL_DAYS, value_parser = clap::value_parser!(i64).range(1..=MOST_DAYS))]
    days: i64,
}

#[derive(Args)]
pub struct Revoke {
    /// As `huddle token list` shows it: integration_…
    id: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Scope {
    /// See every team of the organization, and change nothing
    Read,
    /// Create, edit and comment on tasks, and cancel those that nobody holds
    #[value(name = "tasks:write")]
    TasksWrite,
    /// Change status, coordinator and care team of patients
    #[value(name = "patients:write")]
    PatientsWrite,
    /// Read the audit record
    #[value(name = "audit:read")]
    AuditRead,
    /// See confidential patients as well
    #[value(name = "confidential:read")]
    ConfidentialRead,
}

impl From<Scope> for TokenScope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Read => Self::Read,
            Scope::TasksWrite => Self::TasksWrite,
            Scope::PatientsWrite => Self::PatientsWrite,
            Scope::AuditRead => Self::AuditRead,
            Scope::ConfidentialRead => Self::ConfidentialRead,
        }
    }
}

impl Token {
    pub async fn run(self, common: &Common) -> Outcome {
        match self {
            Self::Create(create) => {
                let cx = common.enter().await?;
                let scopes = create.scope.into_iter().map(Into::into).collect();
                let (token, _) =
                    service::create(&cx, NewToken { name: create.name, scopes, days: create.days }).await?;
                println!("{}", token.0);
            }
            Self::List => list(common).await?,
            Self::Revoke(revoke) => {
                let id: IntegrationTokenId =
                    revoke.id.parse().map_err(|_| Failure::Usage(format!("{} is no id of a token", revoke.id)))?;
                let known = service::revoke(&common.enter().await?, id).await?;
                println!("{} is revoked", known.session.name.unwrap_or_default());
            }
        }
        Ok(())
    }
}

async fn list(common: &Common) -> Outcome {
    let cx = common.enter().await?;
    for known in service::list(&cx).await? {
        let scopes: Vec<&str> = known.scopes().into_iter().map(TokenScope::word).collect();
        let day = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%d").to_string();
        let until = match (known.session.ended_at, known.session.expires_at) {
            (Some(revoked), _) => format!("revoked {}", day(revoked)),
            (None, Some(expires)) if known.is_active(cx.now()) => format!("until {}", day(expires)),
            (None, Some(expires)) => format!("expired {}", day(expires)),
            (None, None) => "without end".to_owned(),
        };
        let used = known.token.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("used {}", day(at)));
        let name = known.session.name.unwrap_or_default();
        println!("{}  {name}  {}  {until}  {used}", known.token.id, scopes.join(","));
    }
    Ok(())
}
