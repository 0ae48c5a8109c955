//! The flags of sign-in by OpenID Connect.
use super::{Failure, user::Role};
use crate::people::oidc::settings::{Mfa, Secret, Settings};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Args)]
pub struct Oidc {
    /// The OpenID Connect provider whose people may sign in: https://id.clinic.example
    #[arg(long, env = "HUDDLE_OIDC_ISSUER", requires_all = ["oidc_client_id", "public_url"])]
    oidc_issuer: Option<String>,
    /// What we are called there
    #[arg(long, env = "HUDDLE_OIDC_CLIENT_ID", requires = "oidc_issuer")]
    oidc_client_id: Option<String>,
    /// A file with our secret there; without it we prove ourselves by PKCE alone
    #[arg(long, env = "HUDDLE_OIDC_CLIENT_SECRET_FILE", requires = "oidc_issuer")]
    oidc_client_secret_file: Option<PathBuf>,
    /// What the button of the sign-in screen says
    #[arg(long, env = "HUDDLE_OIDC_NAME", default_value = "Single sign-on")]
    oidc_name: String,
    /// What is asked for besides openid, separated by commas
    #[arg(long, env = "HUDDLE_OIDC_SCOPES", default_value = "profile,email", value_delimiter = ',')]
    oidc_scopes: Vec<String>,
    /// The claim that holds somebody's groups
    #[arg(long, env = "HUDDLE_OIDC_GROUPS_CLAIM", default_value = "groups")]
    oidc_groups_claim: String,
    /// Which group is which role: nurses=nurse. Of several that somebody is in, the first that is given here counts;
    /// whoever is in none is not let in
    #[arg(long, env = "HUDDLE_OIDC_ROLE", value_delimiter = ',', value_parser = role)]
    oidc_role: Vec<(String, Role)>,
    /// Which group is on which care team: cedar-staff=Cedar. The teams named here then follow the groups
    #[arg(long, env = "HUDDLE_OIDC_TEAM", value_delimiter = ',', value_parser = pair)]
    oidc_team: Vec<(String, String)>,
    /// Whether the provider has to say that a second factor was used
    #[arg(long, env = "HUDDLE_OIDC_MFA", value_enum, default_value_t = OidcMfa::Trust)]
    oidc_mfa: OidcMfa,
}

#[derive(Clone, Copy, ValueEnum)]
enum OidcMfa {
    /// No: it asks for one by the house's own rules, and need not say so
    Trust,
    /// Yes, by amr or acr in its token
    Amr,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((group, other)) if !group.is_empty() && !other.is_empty() => Ok((group.to_owned(), other.to_owned())),
        _ => Err("is not of the form GROUP=NAME".to_owned()),
    }
}

fn role(text: &str) -> Result<(String, Role), String> {
    let (group, role) = pair(text)?;
    Ok((group, Role::from_str(&role, false)?))
}

impl Oidc {
    pub fn settings(&self, organization: Option<&str>, public_url: Option<&str>) -> Result<Option<Settings>, Failure> {
        let (Some(issuer), Some(client_id), Some(public_url)) = (&self.oidc_issuer, &self.oidc_client_id, public_url)
        else {
            return Ok(None);
        };
        let secret = self.oidc_client_secret_file.as_ref().map(|path| {
            let read = std::fs::read_to_string(path);
            read.map_err(|error| Failure::Usage(format!("--oidc-client-secret-file {}: {error}", path.display())))
        });
        let settings = Settings {
            name: self.oidc_name.clone(),
            issuer: issuer.clone(),
            client_id: client_id.clone(),
            client_secret: secret.transpose()?.map(|secret| Secret(secret.trim().to_owned())),
            scopes: self.oidc_scopes.clone(),
            groups_claim: self.oidc_groups_claim.clone(),
            roles: self.oidc_role.iter().map(|(group, role)| (group.clone(), (*role).into())).collect(),
            teams: self.oidc_team.clone(),
            mfa: match self.oidc_mfa {
                OidcMfa::Trust => Mfa::Trust,
                OidcMfa::Amr => Mfa::Amr,
            },
            public_url: public_url.to_owned(),
            organization: organization.map(str::to_owned),
        };
        settings.check()?;
        Ok(Some(settings))
    }
}
