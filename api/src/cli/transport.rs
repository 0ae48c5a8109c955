//! How `huddle serve` is reached: TLS, proxies, other sites, and how much one may ask for.
use super::Failure;
use crate::{
    config::{Budgets, Config},
    http::{Doors, Tls},
};
use clap::Args;
use ipnet::IpNet;
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};
use tokio::net::{TcpListener, TcpSocket};

#[derive(Args)]
pub struct Transport {
    /// Speak TLS, with this certificate (PEM, with those that vouch for it); a new file is taken up by itself
    #[arg(long, env = "HUDDLE_TLS_CERT", requires = "tls_key", value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// The key of the certificate (PEM)
    #[arg(long, env = "HUDDLE_TLS_KEY", requires = "tls_cert", value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// Where browsers that come without TLS are sent to where it is spoken, and nothing else is done
    #[arg(long, env = "HUDDLE_TLS_REDIRECT_LISTEN", requires = "tls_cert", value_name = "ADDR")]
    tls_redirect_listen: Option<SocketAddr>,
    /// Metrics and health at an address of their own, without TLS; then no metrics at the main one
    #[arg(long, env = "HUDDLE_METRICS_LISTEN", value_name = "ADDR")]
    metrics_listen: Option<SocketAddr>,
    /// A proxy whose X-Forwarded-For, -Proto and -Host are believed: an address, or a network such as 10.0.0.0/8
    #[arg(long, env = "HUDDLE_TRUSTED_PROXY", value_delimiter = ',', value_parser = network, value_name = "NETWORK")]
    trusted_proxy: Vec<IpNet>,
    /// What people type to come here, such as https://huddle.example; links, passkeys and a provider's sign-in need it
    #[arg(long, env = "HUDDLE_PUBLIC_URL", value_parser = origin, value_name = "URL")]
    pub public_url: Option<String>,
    /// Another site whose pages may use this server, such as https://intranet.example
    #[arg(long, env = "HUDDLE_ALLOWED_ORIGIN", value_delimiter = ',', value_parser = origin, value_name = "URL")]
    allowed_origin: Vec<String>,
    /// How much work a person may ask for, in milliseconds of a core each second; 0: as much as they like
    #[arg(long, env = "HUDDLE_LIMIT_PERSON", default_value_t = 300, value_name = "MS")]
    limit_person: u32,
    /// The same for all of an organization together, on each node
    #[arg(long, env = "HUDDLE_LIMIT_ORGANIZATION", default_value_t = 4_000, value_name = "MS")]
    limit_organization: u32,
    /// The same for everybody at one address who has not signed in
    #[arg(long, env = "HUDDLE_LIMIT_ADDRESS", default_value_t = 1_000, value_name = "MS")]
    limit_address: u32,
    /// How many sockets a person, a screen or a program may have open at once, on each node
    #[arg(long, env = "HUDDLE_LIMIT_SOCKETS", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..), value_name = "N")]
    limit_sockets: u16,
}

impl Transport {
    pub fn budgets(&self) -> Budgets {
        let given = |milliseconds: u32| (milliseconds > 0).then_some(milliseconds);
        Budgets {
            person: given(self.limit_person),
            organization: given(self.limit_organization),
            address: given(self.limit_address),
        }
    }

    /// The same settings with those that are given here.
    pub fn set(&self, config: Config) -> Config {
        Config {
            budgets: self.budgets(),
            sockets: usize::from(self.limit_sockets),
            trusted_proxies: self.trusted_proxy.clone(),
            public_url: self.public_url.clone(),
            allowed_origins: self.allowed_origin.clone(),
            metrics_elsewhere: self.metrics_listen.is_some(),
            ..config
        }
    }

    pub fn tls(&self) -> Result<Option<Arc<Tls>>, Failure> {
        match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => {
                let tls = Tls::load(certificate, key);
                tls.map(Some).map_err(|why| Failure::Usage(format!("--tls-cert, --tls-key: {why}")))
            }
            _ => Ok(None),
        }
    }

    pub fn open(&self, main: SocketAddr, tls: Option<Arc<Tls>>) -> Result<Doors, Failure> {
        Ok(Doors {
            main: listen(main)?,
            tls,
            redirect: self.tls_redirect_listen.map(listen).transpose()?,
            metrics: self.metrics_listen.map(listen).transpose()?,
        })
    }
}

/// How many connections may wait to be taken: when a node dies, all its screens come at once.
const WAITING: u32 = 4_096;

fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    let listen = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(WAITING)
    };
    listen().map_err(|error: std::io::Error| Failure::Failed(format!("cannot listen on {address}: {error}")))
}

fn network(text: &str) -> Result<IpNet, String> {
    let one = || text.parse::<IpAddr>().map(IpNet::from).ok();
    text.parse().ok().or_else(one).ok_or_else(|| "no address and no network".to_owned())
}

/// A site, spelled as browsers spell it in `Origin`.
fn origin(text: &str) -> Result<String, String> {
    let wrong = || "no address of a site, such as https://huddle.example".to_owned();
    let uri: http::Uri = text.trim_end_matches('/').parse().map_err(|_| wrong())?;
    let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme)).ok_or_else(wrong)?;
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or_else(wrong)?;
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
        return Err(wrong());
    }
    Ok(format!("{scheme}://{}", authority.as_str().to_ascii_lowercase()))
}
