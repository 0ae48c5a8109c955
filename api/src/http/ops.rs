//! What those who run Huddle ask of it.
use super::Server;
use crate::events::doorbell::Line;
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

#[derive(Debug, Default)]
pub struct Gauges {
    sockets: AtomicI64,
    feeds: AtomicI64,
    operations: AtomicU64,
}

/// Counted for as long as it is held.
pub struct Counted<'a>(&'a AtomicI64);

impl<'a> Counted<'a> {
    fn one(gauge: &'a AtomicI64) -> Self {
        gauge.fetch_add(1, Ordering::Relaxed);
        Self(gauge)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Gauges {
    pub fn socket(&self) -> Counted<'_> {
        Counted::one(&self.sockets)
    }

    pub fn feed(&self) -> Counted<'_> {
        Counted::one(&self.feeds)
    }

    pub fn operation(&self) {
        self.operations.fetch_add(1, Ordering::Relaxed);
    }
}

pub async fn alive() -> &'static str {
    "alive\n"
}

/// Ready while the database answers and nobody told us to stop; the schema was brought up to date before we listened.
/// Without Redis a node of several is degraded, not unready: what others write it shows up to a second later.
pub async fn ready(State(server): State<Server>) -> Response {
    let reachable = server.app.db.ping().await.is_ok();
    let ready = reachable && !server.stop.is_cancelled();
    let doorbell = server.app.doorbell.state();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let state = json!({
        "ready": ready,
        "database": if reachable { "reachable" } else { "unreachable" },
        "migrations": "done",
        "redis": match doorbell {
            Line::Alone => "not configured",
            Line::Up => "reachable",
            Line::Down => "unreachable",
        },
        "degraded": doorbell == Line::Down,
    });
    (status, Json(state)).into_response()
}

pub async fn schema() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], crate::graphql::sdl())
}

pub async fn metrics(State(server): State<Server>) -> impl IntoResponse {
    let gauges = &server.gauges;
    let text = format!(
        "# HELP huddle_sockets Open WebSockets.\n# TYPE huddle_sockets gauge\nhuddle_sockets {}\n\
         # HELP huddle_feeds Open team feeds.\n# TYPE huddle_feeds gauge\nhuddle_feeds {}\n\
         # HELP huddle_operations_total Queries and mutations that were run.\n\
         # TYPE huddle_operations_total counter\nhuddle_operations_total {}\n",
        gauges.sockets.load(Ordering::Relaxed),
        gauges.feeds.load(Ordering::Relaxed),
        gauges.operations.load(Ordering::Relaxed),
    );
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}
