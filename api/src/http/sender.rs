//! Where a request comes from, as far as it is believed: a proxy's word counts only where the proxy is trusted.
use super::Server;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The other end of the line. In every request's extensions.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    pub address: SocketAddr,
    pub tls: bool,
}

/// Who sends a request. In every request's extensions.
#[derive(Clone, Debug)]
pub struct Sender {
    pub address: IpAddr,
    /// All the way to the browser, as far as we know.
    pub secure: bool,
    /// What the browser calls this server.
    host: Option<String>,
    bearer: bool,
    origin: Origin,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Origin {
    /// No page of a browser, or one of this server's.
    Own,
    Foreign,
}

impl Sender {
    /// A page of another site.
    pub fn is_foreign(&self) -> bool {
        self.origin == Origin::Foreign
    }

    /// A page of another site that has no token of its own may not act here, with or without this browser's cookie.
    pub fn may_act(&self) -> bool {
        self.bearer || !self.is_foreign()
    }

    fn of(server: &Server, peer: Option<Peer>, headers: &HeaderMap) -> Self {
        let config = &server.app.config;
        let peer = peer.unwrap_or(Peer { address: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)), tls: false });
        let direct = peer.address.ip().to_canonical();
        let trusted = |address: &IpAddr| config.trusted_proxies.iter().any(|net| net.contains(address));
        let mut sender = Self {
            address: direct,
            secure: peer.tls,
            host: text(headers, header::HOST.as_str()).map(str::to_owned),
            bearer: headers.contains_key(header::AUTHORIZATION),
            origin: Origin::Own,
        };
        if trusted(&direct) {
            // From the nearest on: the first that is no proxy of ours is the sender. What it says itself is not believed.
            for hop in list(headers, "x-forwarded-for").into_iter().rev() {
                let Ok(address) = hop.parse::<IpAddr>() else { break };
                sender.address = address.to_canonical();
                if !trusted(&sender.address) {
                    break;
                }
            }
            if let Some(proto) = list(headers, "x-forwarded-proto").last() {
                sender.secure = *proto == "https";
            }
            if let Some(host) = list(headers, "x-forwarded-host").last() {
                sender.host = Some((*host).to_owned());
            }
        }
        if let Some(origin) = headers.get(header::ORIGIN) {
            let known = origin.to_str().is_ok_and(|origin| {
                let listed = config.allowed_origins.iter().chain(&config.public_url).any(|known| known == origin);
                listed || origin.split_once("://").map(|(_, host)| host) == sender.host.as_deref()
            });
            sender.origin = if known { Origin::Own } else { Origin::Foreign };
        }
        sender
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// All values of a header that may come several times and may hold several.
fn list<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).collect()
}

pub async fn know(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().copied();
    let sender = Sender::of(&server, peer, request.headers());
    request.extensions_mut().insert(sender);
    next.run(request).await
}
