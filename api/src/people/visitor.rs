//! What a request says about where it comes from, besides who sends it.
use std::net::IpAddr;

#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// Where the transport can tell.
    pub address: Option<IpAddr>,
    /// `User-Agent`.
    pub agent: Option<String>,
    /// `Host`: the address that the browser asked for.
    pub host: Option<String>,
    /// The session that the browser had until now.
    pub cookie: Option<String>,
}

/// In this order: most browsers also call themselves by the names of others.
const BROWSERS: [(&str, &str); 7] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
];

impl Visitor {
    /// A few words by which somebody knows their own browser again.
    pub fn label(&self) -> Option<String> {
        let agent = self.agent.as_deref()?;
        let named =
            |names: &[(&str, &'static str)]| names.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name);
        match (named(&BROWSERS), named(&SYSTEMS)) {
            (Some(browser), Some(system)) => Some(format!("{browser} on {system}")),
            (Some(browser), None) => Some(browser.to_owned()),
            (None, _) => program(agent),
        }
    }
}

/// What a program calls itself: `curl/8.5`.
fn program(agent: &str) -> Option<String> {
    let name = agent.split_whitespace().next()?;
    let plain = |sign: &char| sign.is_ascii_alphanumeric() || "-_./".contains(*sign);
    let name: String = name.chars().filter(plain).take(40).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(agent: &str) -> Option<String> {
        Visitor { agent: Some(agent.to_owned()), ..Visitor::default() }.label()
    }

    #[test]
    fn a_browser_is_known_by_few_words() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0";
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1";

        assert_eq!(label(chrome).as_deref(), Some("Chrome on Linux"));
        assert_eq!(label(edge).as_deref(), Some("Edge on Windows"));
        assert_eq!(label(phone).as_deref(), Some("Safari on iPhone"));
        assert_eq!(label("curl/8.5 <script>").as_deref(), Some("curl/8.5"));
        assert_eq!(label("<>"), None);
        assert_eq!(Visitor::default().label(), None);
    }
}
