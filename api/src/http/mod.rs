//! The way in: routes, headers, sign-in to actor, our socket loop, health, the embedded dashboard.
mod accept;
mod auth;
mod denied;
mod documents;
mod doors;
mod execute;
mod export;
mod feed;
mod graphql;
mod headers;
mod limits;
mod measure;
mod observe;
mod oidc;
mod ops;
mod sender;
mod socket;
mod times;
mod tls;
mod web;
mod words;

pub use doors::Doors;
pub use tls::Tls;

use crate::{App, Result, graphql::Schema};
use axum::{
    Router, middleware,
    routing::{get, post},
};
use documents::Documents;
use limits::Limits;
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer, timeout::TimeoutLayer,
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
    documents: Documents,
    limits: Arc<Limits>,
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
            schema: crate::graphql::schema(app.config.free_documents),
            documents: Documents::embedded(),
            limits: Arc::new(Limits::new(app.config.budgets, app.config.sockets)),
            app,
            rendered: words::Rendered::new(),
            snapshots: Arc::new(Semaphore::new(turns)),
            stop,
            sockets: TaskTracker::new(),
        }
    }

    fn router(self) -> Router {
        let mut routes = ops::router()
            .route("/graphql", get(graphql::get).post(graphql::post))
            .route("/auth/oidc/start", get(oidc::start))
            .route("/auth/oidc/callback", get(oidc::callback))
            .route("/export/audit.csv", post(export::audit))
            .route("/export/times.csv", post(times::csv))
            .route("/export/times.xlsx", post(times::xlsx))
            .route("/export/huddles.csv", post(export::huddle_records))
            .route("/schema.graphql", get(ops::schema));
        if !self.app.config.metrics_elsewhere {
            routes = routes.route("/metrics", get(ops::metrics));
        }
        if self.app.config.explorer {
            routes = routes.route("/graphiql", get(web::explorer)).route("/graphiql.js", get(web::explorer_script));
        }
        routes
            .fallback(web::file)
            // A board is a hundred kilobytes of much the same words. The dashboard's files are packed already.
            .layer(CompressionLayer::new())
            .layer(RequestBodyLimitLayer::new(BODY))
            .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::SERVICE_UNAVAILABLE, REQUEST_TIMEOUT))
            .layer(middleware::from_fn(headers::add))
            // A defect ends its own request. What it says may hold anything, and is told to nobody.
            .layer(CatchPanicLayer::custom(|_| {
                graphql::failed_as(
                    axum::http::StatusCode::INTERNAL_SERVER_ERROR,
                    crate::Error::broken("a request runs to its end"),
                )
            }))
            .layer(middleware::from_fn_with_state(self.clone(), observe::request))
            .layer(middleware::from_fn_with_state(self.clone(), sender::know))
            .with_state(self)
    }
}

/// Serves until `stop`, then is not ready any more, lets its sockets go one by one during the drain that was set, and
/// finishes what is in flight. A single node drains in no time.
pub async fn serve(app: Arc<App>, doors: impl Into<Doors>, stop: CancellationToken) -> Result<()> {
    let drain = app.config.drain.to_std().unwrap_or_default();
    let server = Server::new(app.clone(), stop.clone());
    let sockets = server.sockets.clone();
    let drained = CancellationToken::new();
    let background = crate::background::start(app, drained.clone());
    let tidying = tokio::spawn(server.limits.clone().tidy());
    let serving = doors.into().serve(server, drained.clone());
    tokio::pin!(serving);
    let late = async {
        stop.cancelled().await;
        tokio::time::sleep(drain).await;
        drained.cancel();
        tokio::time::sleep(FINISH).await;
    };
    tokio::select! {
        () = &mut serving => {}
        () = late => {}
    }
    drained.cancel();
    tidying.abort();
    sockets.close();
    if tokio::time::timeout(Duration::from_secs(5), sockets.wait()).await.is_err() {
        tracing::warn!("some sockets did not close in time");
    }
    background.finish().await;
    Ok(())
}
