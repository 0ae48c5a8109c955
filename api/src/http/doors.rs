//! The addresses that the server listens on: the main one, and what has one of its own.
use super::{Server, accept, ops, tls::Tls};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub struct Doors {
    pub main: TcpListener,
    /// The main address speaks TLS.
    pub tls: Option<Arc<Tls>>,
    /// Sends browsers that come without TLS to where it is spoken.
    pub redirect: Option<TcpListener>,
    /// Health and metrics, for those who run Huddle.
    pub metrics: Option<TcpListener>,
}

impl From<TcpListener> for Doors {
    fn from(main: TcpListener) -> Self {
        Self { main, tls: None, redirect: None, metrics: None }
    }
}

impl Doors {
    /// Serves all of them until `stop`, and what is in flight then.
    pub(super) async fn serve(self, server: Server, stop: CancellationToken) {
        let port = self.main.local_addr().map_or(443, |address| address.port());
        let elsewhere = Arc::new(Elsewhere { public_url: server.app.config.public_url.clone(), port });
        let following = self.tls.clone().map(|tls| tokio::spawn(tls.follow()));
        let redirect = async {
            if let Some(listener) = self.redirect {
                let router = Router::new().fallback(redirect).with_state(elsewhere);
                accept::serve(listener, None, router, stop.clone()).await;
            }
        };
        let metrics = async {
            if let Some(listener) = self.metrics {
                let router = ops::router().route("/metrics", get(ops::metrics)).with_state(server.clone());
                accept::serve(listener, None, router, stop.clone()).await;
            }
        };
        let main = accept::serve(self.main, self.tls, server.clone().router(), stop.clone());
        tokio::join!(main, redirect, metrics);
        if let Some(following) = following {
            following.abort();
        }
    }
}

struct Elsewhere {
    public_url: Option<String>,
    port: u16,
}

/// The same address by TLS. Nothing else is done without it.
async fn redirect(State(elsewhere): State<Arc<Elsewhere>>, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let base = match &elsewhere.public_url {
        Some(url) => url.clone(),
        None => {
            let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
            let Ok(host) = host.parse::<axum::http::uri::Authority>() else {
                return StatusCode::BAD_REQUEST.into_response();
            };
            match elsewhere.port {
                443 => format!("https://{}", host.host()),
                port => format!("https://{}:{port}", host.host()),
            }
        }
    };
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, format!("{base}{path}"))]).into_response()
}
