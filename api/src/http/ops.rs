//! What those who run Huddle ask of it.
use super::Server;
use crate::metrics::CONTENT_TYPE;
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

pub async fn alive() -> &'static str {
    "alive\n"
}

/// Ready once the database answers; its schema was brought up to date before we listened.
pub async fn ready(State(server): State<Server>) -> Response {
    let reachable = server.app.db.ping().await.is_ok();
    let ready = reachable && !server.stop.is_cancelled();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let state = json!({
        "ready": ready,
        "database": if reachable { "reachable" } else { "unreachable" },
        "migrations": "done",
        "redis": "not configured",
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
