//! `huddle health`: for a container that has no other program to ask with.
use super::{Failure, Outcome};
use bytes::Bytes;
use clap::Args;
use http_body_util::Empty;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(4);

#[derive(Args)]
pub struct Health {
    /// Where the server listens
    #[arg(long, env = "HUDDLE_LISTEN", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)))]
    listen: SocketAddr,
    /// Where it tells its metrics, if that is elsewhere: asked there, because the main address may speak TLS
    #[arg(long, env = "HUDDLE_METRICS_LISTEN")]
    metrics_listen: Option<SocketAddr>,
    /// Ask whether it takes requests now, not only whether it lives
    #[arg(long)]
    ready: bool,
}

impl Health {
    pub async fn run(self) -> Outcome {
        let path = if self.ready { "readyz" } else { "healthz" };
        let url = format!("http://{}/{path}", reachable(self.metrics_listen.unwrap_or(self.listen)));
        let failed = |why: String| Failure::Failed(format!("{url}: {why}"));
        let uri = url.parse().map_err(|error: http::uri::InvalidUri| failed(error.to_string()))?;
        let client: Client<_, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
        let answer = tokio::time::timeout(PATIENCE, client.get(uri)).await;
        let answer = answer.map_err(|_| failed("no answer".to_owned()))?.map_err(|error| failed(error.to_string()))?;
        if answer.status().is_success() { Ok(()) } else { Err(failed(answer.status().to_string())) }
    }
}

/// Who listens everywhere is asked here.
fn reachable(listen: SocketAddr) -> SocketAddr {
    match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => (Ipv4Addr::LOCALHOST, listen.port()).into(),
        IpAddr::V6(ip) if ip.is_unspecified() => (Ipv6Addr::LOCALHOST, listen.port()).into(),
        _ => listen,
    }
}
