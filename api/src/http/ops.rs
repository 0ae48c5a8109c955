//! What those who run Huddle ask of it.
use super::Server;
use crate::events::doorbell::Line;
use crate::metrics::CONTENT_TYPE;
use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;

pub fn router() -> Router<Server> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready))
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

pub async fn metrics(State(server): State<Server>) -> Response {
    match server.app.metrics.render(&server.app) {
        Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
