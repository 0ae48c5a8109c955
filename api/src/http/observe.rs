//! Each request as those who run Huddle see it: a span, a line in the log, a measurement. None of it holds what the
//! client sent: no address but the route's template, no document, no header.
use super::Server;
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method},
    middleware::Next,
    response::Response,
};
use std::{borrow::Cow, time::Instant};
use tracing::{Instrument, field::Empty};

/// Where there is no route the dashboard answers.
const DASHBOARD: &str = "/*";

pub async fn request(State(server): State<Server>, request: Request, next: Next) -> Response {
    let since = Instant::now();
    let method = method(request.method());
    let route = match request.extensions().get::<MatchedPath>() {
        Some(path) => Cow::Owned(path.as_str().to_owned()),
        None => Cow::Borrowed(DASHBOARD),
    };
    let span = tracing::info_span!(
        "request",
        method,
        route = &*route,
        trace_id = trace_id(request.headers()),
        organization = Empty
    );
    let response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status().as_u16(), since.elapsed());
    let ms = took.as_secs_f64() * 1_000.0;
    span.in_scope(|| match &*route {
        // Asked every few seconds, for ever.
        "/healthz" | "/readyz" | "/metrics" => tracing::debug!(status, ms, "answered"),
        _ => tracing::info!(status, ms, "answered"),
    });
    server.app.metrics.request(method, route, status, took);
    response
}

/// A client may invent methods.
fn method(of: &Method) -> &'static str {
    match *of {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// From W3C's `traceparent`, where the client or a proxy began a trace; only ever hexadecimal digits.
fn trace_id(headers: &HeaderMap) -> Option<&str> {
    let mut parts = headers.get("traceparent")?.to_str().ok()?.split('-').skip(1);
    let id = parts.next()?;
    let valid =
        id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) && id.bytes().any(|byte| byte != b'0');
    valid.then_some(id)
}
