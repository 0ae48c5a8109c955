//! GraphQL over HTTP, by the working draft of that name.
use super::{
    BODY, Server, auth,
    execute::{self, Params},
    measure,
    sender::Sender,
    socket,
};
use crate::{Error, people::graphql::SessionCookie};
use async_graphql::{ServerError, parser::types::OperationType};
use axum::{
    Extension,
    body::{Body, to_bytes},
    extract::{FromRequestParts, Query, Request, State, ws::WebSocketUpgrade},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

const JSON: &str = "application/json";
const GRAPHQL_JSON: &str = "application/graphql-response+json";

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
struct GetParams {
    query: Option<String>,
    #[serde(rename = "documentId")]
    document_id: Option<String>,
    #[serde(rename = "operationName")]
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

/// Queries by GET, and the way to a socket.
pub async fn get(State(server): State<Server>, Extension(sender): Extension<Sender>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    if parts.headers.contains_key(header::UPGRADE) {
        return match WebSocketUpgrade::from_request_parts(&mut parts, &server).await {
            Ok(upgrade) => socket::upgrade(server, sender, &parts.headers, upgrade),
            Err(refused) => refused.into_response(),
        };
    }
    let Ok(media) = media(&parts.headers) else { return StatusCode::NOT_ACCEPTABLE.into_response() };
    let Ok(Query(params)) = Query::<GetParams>::try_from_uri(&parts.uri) else {
        return malformed(media, "the parameters cannot be read");
    };
    match from_get(params) {
        Ok(params) => answer(&server, &sender, &parts.headers, Method::GET, media, params).await,
        Err(why) => malformed(media, why),
    }
}

fn from_get(params: GetParams) -> Result<Params, &'static str> {
    if params.query.is_none() && params.document_id.is_none() {
        return Err("the parameter query or documentId is missing");
    }
    let mut body = json!({ "query": params.query, "documentId": params.document_id });
    body["operationName"] = params.operation_name.into();
    for (name, text) in [("variables", params.variables), ("extensions", params.extensions)] {
        if let Some(text) = text {
            body[name] = serde_json::from_str(&text).map_err(|_| "variables and extensions are JSON objects")?;
        }
    }
    serde_json::from_value(body).map_err(|_| "variables and extensions are JSON objects")
}

pub async fn post(
    State(server): State<Server>,
    Extension(sender): Extension<Sender>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Ok(media) = media(&headers) else { return StatusCode::NOT_ACCEPTABLE.into_response() };
    let sent = headers.get(header::CONTENT_TYPE).and_then(|sent| sent.to_str().ok()).unwrap_or_default();
    // Nothing that a form of another site could send.
    if !sent.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(JSON) {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/json").into_response();
    }
    let body = match tokio::time::timeout(BODY_TIME, to_bytes(body, BODY)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return (StatusCode::PAYLOAD_TOO_LARGE, "the body is too long").into_response(),
        Err(_) => return (StatusCode::REQUEST_TIMEOUT, [(header::CONNECTION, "close")]).into_response(),
    };
    match serde_json::from_slice::<Params>(&body) {
        Ok(params) if params.query.is_some() || params.document_id.is_some() => {
            answer(&server, &sender, &headers, Method::POST, media, params).await
        }
        _ => malformed(
            media,
            "the body is one JSON object with query or documentId, and perhaps variables, operationName",
        ),
    }
}

/// What to answer in: the specification's own media type where it is asked for, else plain JSON.
fn media(headers: &HeaderMap) -> Result<&'static str, ()> {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("*/*");
    for kind in accept.split(',') {
        match kind.split(';').next().unwrap_or_default().trim() {
            GRAPHQL_JSON => return Ok(GRAPHQL_JSON),
            JSON | "*/*" | "application/*" => return Ok(JSON),
            _ => {}
        }
    }
    Err(())
}

async fn answer(
    server: &Server,
    sender: &Sender,
    headers: &HeaderMap,
    method: Method,
    media: &'static str,
    params: Params,
) -> Response {
    if !sender.may_act() {
        return (StatusCode::FORBIDDEN, "another site may not act here").into_response();
    }
    let actor = match auth::actor(server, sender, headers).await {
        Ok(actor) => actor,
        Err(error) => {
            server.app.metrics.operation("none", measure::name(error.code()));
            return failed(media, error);
        }
    };
    let mut operation = match execute::prepare(server, actor.as_ref(), sender, params) {
        Ok(operation) => operation,
        Err(errors) => return refused(media, errors),
    };
    match operation.kind {
        OperationType::Mutation if method == Method::GET => {
            return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")], "a mutation is sent by POST")
                .into_response();
        }
        OperationType::Subscription => return malformed(media, "a subscription is opened over a WebSocket"),
        OperationType::Query | OperationType::Mutation => {}
    }
    operation.request = operation.request.data(auth::visitor(sender, headers));
    let cookie = SessionCookie::empty();
    if let Some(actor) = &actor {
        tracing::Span::current().record("organization", tracing::field::display(actor.scope.organization.0));
    }
    let mut response = match execute::run(server, actor, sender, operation, cookie.clone()).await {
        Ok(response) => response,
        Err(error) => return failed(media, error),
    };
    if execute::was_refused(&response) {
        return refused(media, response.errors);
    }
    execute::with_codes(&mut response.errors);
    let mut answer = body(media, StatusCode::OK, &response);
    let set = cookie.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
    if let Some(spoken) = set {
        let seconds = server.app.config.session_length.num_seconds();
        if let Some(value) = auth::set_cookie(sender, &spoken, seconds) {
            answer.headers_mut().insert(header::SET_COOKIE, value);
        }
    }
    answer
}

/// A document that was not run. Clients of plain JSON expect 200 even then, but for who asked for too much.
fn refused(media: &'static str, mut errors: Vec<ServerError>) -> Response {
    execute::refusals(&mut errors);
    let wait = errors.first().and_then(execute::retry_after);
    let status = match wait {
        Some(_) => StatusCode::TOO_MANY_REQUESTS,
        None if media == GRAPHQL_JSON => StatusCode::BAD_REQUEST,
        None => StatusCode::OK,
    };
    let mut response = body(media, status, &json!({ "errors": errors }));
    if let Some(wait) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    }
    response
}

/// A request that is no GraphQL request.
fn malformed(media: &'static str, why: &str) -> Response {
    let error = json!({ "message": why, "extensions": { "code": "BAD_USER_INPUT" } });
    body(media, StatusCode::BAD_REQUEST, &json!({ "errors": [error] }))
}

fn failed(media: &'static str, error: Error) -> Response {
    if let Error::Internal(_) = error {
        return told(media, StatusCode::INTERNAL_SERVER_ERROR, error);
    }
    let (status, wait) = match error {
        Error::RateLimited { retry_after } => (StatusCode::TOO_MANY_REQUESTS, retry_after),
        Error::Busy { retry_after } => (StatusCode::SERVICE_UNAVAILABLE, retry_after),
        _ => (StatusCode::SERVICE_UNAVAILABLE, 1),
    };
    let mut response = told(media, status, error);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    response
}

/// An error in the words of the API, for what is no GraphQL.
pub fn failed_as(status: StatusCode, error: Error) -> Response {
    told(JSON, status, error)
}

fn told(media: &'static str, status: StatusCode, error: Error) -> Response {
    let error = async_graphql::Error::from(error).into_server_error(Default::default());
    body(media, status, &json!({ "errors": [error] }))
}

fn body(media: &'static str, status: StatusCode, content: &impl serde::Serialize) -> Response {
    let Ok(bytes) = serde_json::to_vec(content) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let mut response = (status, bytes).into_response();
    let media = format!("{media}; charset=utf-8");
    if let Ok(media) = HeaderValue::from_str(&media) {
        response.headers_mut().insert(header::CONTENT_TYPE, media);
    }
    response
}
