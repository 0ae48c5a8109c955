//! What is decided about a sign-in by a provider. Pure.
use super::settings::Settings;
use entity::staff::StaffRole;
use std::collections::BTreeSet;

/// Why nobody was signed in, in the word that the sign-in screen is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The provider cannot be reached, or answers with an error of its own.
    ProviderAway,
    /// The provider or the person said no.
    Cancelled,
    /// It took too long, or was begun in another browser.
    Expired,
    /// What the provider's answer says could not be verified.
    NotTrusted,
    NoEmail,
    NoRole,
    /// The person was deactivated here.
    Inactive,
    /// The address belongs to somebody who is known otherwise.
    Taken,
    SecondFactor,
    /// The fault is ours.
    Failed,
}

impl Refusal {
    pub fn word(self) -> &'static str {
        match self {
            Self::ProviderAway => "provider-away",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::NotTrusted => "not-trusted",
            Self::NoEmail => "no-email",
            Self::NoRole => "no-role",
            Self::Inactive => "inactive",
            Self::Taken => "taken",
            Self::SecondFactor => "second-factor",
            Self::Failed => "failed",
        }
    }
}

/// Who somebody is, as the provider said it and we verified it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub issuer: String,
    pub subject: String,
    /// Only an address that the provider has verified.
    pub email: Option<String>,
    pub name: Option<String>,
    pub groups: Vec<String>,
    pub second_factor: bool,
}

/// The first of the operator's roles that one of the groups has.
pub fn role_of(settings: &Settings, groups: &[String]) -> Option<StaffRole> {
    settings.roles.iter().find(|(group, _)| groups.contains(group)).map(|(_, role)| *role)
}

/// Care teams that somebody of these groups is on, and those of the operator's that they are not on.
pub fn teams_of<'a>(settings: &'a Settings, groups: &[String]) -> (BTreeSet<&'a str>, BTreeSet<&'a str>) {
    let on = settings.teams.iter().filter(|(group, _)| groups.contains(group));
    let on: BTreeSet<&str> = on.map(|(_, team)| team.as_str()).collect();
    let off = settings.teams.iter().map(|(_, team)| team.as_str()).filter(|team| !on.contains(team)).collect();
    (on, off)
}

/// By RFC 8176, or by one of the contexts that say the same.
pub fn says_second_factor(amr: &[String], acr: Option<&str>) -> bool {
    const CONTEXTS: [&str; 2] =
        ["https://refeds.org/profile/mfa", "http://schemas.openid.net/pape/policies/2007/06/multi-factor"];
    amr.iter().any(|method| method == "mfa") || acr.is_some_and(|acr| CONTEXTS.contains(&acr))
}

/// Where a browser goes on: a path of our own, and nothing that a browser could take for another site.
pub fn local_path(next: Option<&str>) -> &str {
    let is_local = |path: &&str| {
        path.len() <= 512
            && path.starts_with('/')
            && !path.starts_with("//")
            && !path.starts_with("/auth/")
            && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    };
    next.filter(is_local).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::{super::settings::Mfa, *};

    fn settings() -> Settings {
        let pair = |group: &str, other: &str| (group.to_owned(), other.to_owned());
        Settings {
            name: "Sign-on".to_owned(),
            issuer: "https://id.example".to_owned(),
            client_id: "huddle".to_owned(),
            client_secret: None,
            scopes: Vec::new(),
            groups_claim: "groups".to_owned(),
            roles: vec![("nurses".to_owned(), StaffRole::Nurse), ("admins".to_owned(), StaffRole::Administrator)],
            teams: vec![pair("cedar", "Cedar"), pair("float", "Cedar"), pair("maple", "Maple")],
            mfa: Mfa::Trust,
            public_url: "https://huddle.example".to_owned(),
            organization: None,
        }
    }

    fn groups(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_first_role_that_the_operator_gave_counts() {
        assert_eq!(role_of(&settings(), &groups(&["admins", "nurses"])), Some(StaffRole::Nurse));
        assert_eq!(role_of(&settings(), &groups(&["admins"])), Some(StaffRole::Administrator));
        assert_eq!(role_of(&settings(), &groups(&["Nurses"])), None);
    }

    #[test]
    fn teams_follow_the_groups() {
        let settings = settings();
        let (on, off) = teams_of(&settings, &groups(&["float"]));
        assert_eq!((on, off), (BTreeSet::from(["Cedar"]), BTreeSet::from(["Maple"])));
    }

    #[test]
    fn a_browser_goes_on_to_our_own_pages_only() {
        for good in ["/", "/board?team=1", "/patients/patient_1"] {
            assert_eq!(local_path(Some(good)), good);
        }
        for bad in ["", "//evil.test", "/\\evil.test", "https://evil.test", "/a b", "/\u{e9}", "/auth/oidc/start", "x"]
        {
            assert_eq!(local_path(Some(bad)), "/", "{bad}");
        }
        assert_eq!(local_path(Some(&format!("/{}", "a".repeat(600)))), "/");
        assert_eq!(local_path(None), "/");
    }

    #[test]
    fn a_second_factor_is_said_in_so_many_words() {
        assert!(says_second_factor(&groups(&["pwd", "mfa"]), None));
        assert!(says_second_factor(&[], Some("https://refeds.org/profile/mfa")));
        assert!(!says_second_factor(&groups(&["pwd", "otp"]), Some("1")));
    }
}
