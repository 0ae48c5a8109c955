//! What the operator says of the provider.
use crate::{Error, Result};
use entity::staff::StaffRole;
use std::{fmt, net::IpAddr};
use url::{Host, Url};

/// What nobody is shown, whoever prints what holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Whether the provider has to say that a second factor was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mfa {
    /// The provider asks for it by its own rules, which are the house's, and most say nothing of it in their tokens.
    Trust,
    /// Only who comes with `amr` or `acr` of a second factor is let in.
    Amr,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What the button says.
    pub name: String,
    pub issuer: String,
    pub client_id: String,
    /// None for a client that only proves itself by PKCE.
    pub client_secret: Option<Secret>,
    /// Besides `openid`.
    pub scopes: Vec<String>,
    pub groups_claim: String,
    /// Which group is which role: the first that somebody is in counts.
    pub roles: Vec<(String, StaffRole)>,
    /// Which group is on which care team, by its name. Where any is given, the teams named here follow the groups.
    pub teams: Vec<(String, String)>,
    pub mfa: Mfa,
    /// Where browsers find us: `https://huddle.clinic.example`.
    pub public_url: String,
    /// Whose people they are; none: the only organization there is.
    pub organization: Option<String>,
}

impl Settings {
    /// Plain HTTP only to this machine itself.
    pub fn check(&self) -> Result<()> {
        safe_url("--oidc-issuer", &self.issuer)?;
        let public = safe_url("--public-url", &self.public_url)?;
        if public.path() != "/" || public.query().is_some() || public.fragment().is_some() {
            return Err(Error::bad_input("--public-url", "has no path: https://huddle.clinic.example"));
        }
        if self.client_id.is_empty() {
            return Err(Error::bad_input("--oidc-client-id", "must not be empty"));
        }
        if self.roles.is_empty() {
            return Err(Error::bad_input("--oidc-role", "must be given at least once, or nobody can sign in"));
        }
        Ok(())
    }

    pub fn redirect_url(&self) -> String {
        format!("{}/auth/oidc/callback", self.public_url.trim_end_matches('/'))
    }

    /// Browsers send cookies that ask for it back over TLS only.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

fn safe_url(flag: &str, text: &str) -> Result<Url> {
    let url = Url::parse(text).map_err(|_| Error::bad_input(flag, format!("{text} is no URL")))?;
    let here = match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if here => Ok(url),
        _ => Err(Error::bad_input(flag, format!("{text} must begin with https://"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for good in ["https://id.example", "http://127.0.0.1:9000", "http://localhost/x", "http://[::1]:1"] {
            assert!(safe_url("--oidc-issuer", good).is_ok(), "{good}");
        }
        for bad in ["http://id.example", "http://localhost.evil.test", "http://10.0.0.1", "ftp://localhost", "id"] {
            assert!(safe_url("--oidc-issuer", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_secret_is_never_printed() {
        assert_eq!(format!("{:?}", Secret("hunter2".to_owned())), "Secret");
    }
}
