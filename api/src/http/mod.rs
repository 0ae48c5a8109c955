//! The way in: routes, headers, sign-in to actor, our socket loop, health, the embedded dashboard.
mod auth;
mod denied;
mod execute;
mod export;
mod feed;
mod graphql;
mod measure;
mod observe;
mod ops;
mod socket;
mod web;
mod words;

use crate::{App, Result, graphql::Schema};
use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    middleware,
    routing::{get, post},
};
use std::{sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer,
    set_header::SetResponseHeaderLayer, timeout::TimeoutLayer,
};

/// The largest request that is read.
const BODY: usize = 256 * 1024;
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// How long in-flight work may go on after the drain.
const FINISH: Duration = Duration::from_secs(20);

/// What every handler shares.
#[derive(Clone)]
pub struct Server {
    app: Arc<App>,
    schema: Schema,
    /// Feeds put into words, shared by their subscribers.
    rendered: words::Rendered,
    /// Queries that may hold a moment of the database at once.
    snapshots: Arc<Semaphore>,
    /// Told to stop: not ready any more.
    stop: CancellationToken,
    sockets: TaskTracker,
}

impl Server {
    pub fn new(app: Arc<App>, stop: CancellationToken) -> Self {
        // A quarter of the reading connections stay for those who sign in and for the feeds.
        let [(_, readers), _] = app.db.pools();
        let turns = usize::try_from(readers.max * 3 / 4).unwrap_or(1).max(1);
        Self {
            app,
            schema: crate::graphql::schema(),
            rendered: words::Rendered::new(),
            snapshots: Arc::new(Semaphore::new(turns)),
            stop,
            sockets: TaskTracker::new(),
        }
    }

    fn router(self) -> Router {
        let explorer = self.app.config.explorer;
        let mut routes = Router::new()
            .route("/graphql", get(graphql::get).post(graphql::post))
            .route("/export/audit.csv", post(export::audit))
            .route("/schema.graphql", get(ops::schema))
            .route("/healthz", get(ops::alive))
            .route("/readyz", get(ops::ready))
            .route("/metrics", get(ops::metrics));
        if explorer {
            routes = routes.route("/graphiql", get(web::explorer)).route("/graphiql.js", get(web::explorer_script));
        }
        routes
            .fallback(web::file)
            // A board is a hundred kilobytes of much the same words. The dashboard's files are packed already.
            .layer(CompressionLayer::new())
            .layer(RequestBodyLimitLayer::new(BODY))
            .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::SERVICE_UNAVAILABLE, REQUEST_TIMEOUT))
            .layer(header_layer(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
            .layer(header_layer(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .layer(header_layer(header::REFERRER_POLICY, "no-referrer"))
            .layer(header_layer(header::X_FRAME_OPTIONS, "DENY"))
            // A defect ends its own request. What it says may hold anything, and is told to nobody.
            .layer(CatchPanicLayer::custom(|_| {
                graphql::failed_as(
                    axum::http::StatusCode::INTERNAL_SERVER_ERROR,
                    crate::Error::broken("a request runs to its end"),
                )
            }))
            .layer(middleware::from_fn_with_state(self.clone(), observe::request))
            .with_state(self)
    }
}

/// Styles may be inline, because the component library sets them; scripts may not.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

fn header_layer(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

/// Serves until `stop`, then is not ready any more, lets its sockets go one by one during the drain that was set, and
/// finishes what is in flight. A single node drains in no time.
pub async fn serve(app: Arc<App>, listener: TcpListener, stop: CancellationToken) -> Result<()> {
    let drain = app.config.drain.to_std().unwrap_or_default();
    let server = Server::new(app.clone(), stop.clone());
    let sockets = server.sockets.clone();
    let drained = CancellationToken::new();
    let background = crate::background::start(app, drained.clone());
    let serving = axum::serve(listener, server.router()).with_graceful_shutdown(drained.clone().cancelled_owned());
    let serving = async { serving.await };
    tokio::pin!(serving);
    let late = async {
        stop.cancelled().await;
        tokio::time::sleep(drain).await;
        drained.cancel();
        tokio::time::sleep(FINISH).await;
    };
    let ended = tokio::select! {
        ended = &mut serving => Some(ended),
        () = late => None,
    };
    drained.cancel();
    sockets.close();
    if tokio::time::timeout(Duration::from_secs(5), sockets.wait()).await.is_err() {
        tracing::warn!("some sockets did not close in time");
    }
    background.finish().await;
    ended.unwrap_or(Ok(())).map_err(crate::Error::internal)
}
