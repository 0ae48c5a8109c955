//! Files to take away. They go by POST, so that what is asked stands in no address, and no other site can ask for them.
use super::{Server, auth, graphql::failed_as, sender::Sender};
use crate::{
    Cx, Error,
    audit::{
        self,
        export::File,
        graphql::{AuditFilter, AuditOrder},
        list::Order,
    },
    huddles,
};
use async_graphql::InputType;
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;

/// `POST /export/audit.csv`, `{"filter": …, "orderBy": …}` in the words of the schema.
pub async fn audit(
    State(server): State<Server>,
    Extension(sender): Extension<Sender>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(refused) = refuse(&sender, &headers) {
        return refused;
    }
    match begin(&server, &sender, &headers, &body).await {
        Ok((file, name)) => send(file, &name),
        Err(error) => failed_as(status(&error), error),
    }
}

/// `POST /export/huddles.csv`, `{"careTeamId": …, "from": date, "to": date}`: signed records, a row for each item.
pub async fn huddle_records(
    State(server): State<Server>,
    Extension(sender): Extension<Sender>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(refused) = refuse(&sender, &headers) {
        return refused;
    }
    let made = async {
        let (cx, asked) = ask(&server, &sender, &headers, &body).await?;
        let field = |name| {
            let text = asked.get(name).and_then(serde_json::Value::as_str);
            text.ok_or_else(|| Error::bad_input(name, "is missing"))
        };
        let day = |name| field(name)?.parse().map_err(|_| Error::bad_input(name, "is no date, such as 2026-11-21"));
        let team = field("careTeamId")?.parse();
        let team = team.map_err(|_| Error::bad_input("careTeamId", "is not an id of this kind"))?;
        let file = huddles::export::records(&cx, team, day("from")?, day("to")?).await;
        let file = denied(&cx, "huddles.export", file).await?;
        Ok::<_, Error>((file, format!("huddles-{}.csv", cx.now().date_naive())))
    };
    match made.await {
        Ok((file, name)) => csv(Body::from(file), &name),
        Err(error) => failed_as(status(&error), error),
    }
}

/// What no page of ours would send.
pub(super) fn refuse(sender: &Sender, headers: &HeaderMap) -> Option<Response> {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|sent| sent.to_str().ok()).unwrap_or_default();
    if !sent.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        return Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/json").into_response());
    }
    let acts = sender.may_act();
    (!acts).then(|| (StatusCode::FORBIDDEN, "another site may not act here").into_response())
}

/// Who asks, and what.
pub(super) async fn ask(
    server: &Server,
    sender: &Sender,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<(Cx, serde_json::Value), Error> {
    let actor = auth::actor(server, sender, headers).await?.ok_or(Error::Unauthenticated)?;
    let cx = Cx::new(server.app.clone(), actor).from(sender.address);
    Ok((cx, serde_json::from_slice(body).map_err(|_| Error::bad_input("body", "is no JSON"))?))
}

/// The same; that somebody may not have it is on record.
pub(super) async fn denied<T>(cx: &Cx, operation: &str, made: Result<T, Error>) -> Result<T, Error> {
    if let Err(Error::Forbidden(_)) = &made {
        let denial = audit::Denial { operation: operation.to_owned(), entity: None };
        audit::record_denied(cx, vec![denial]).await?;
    }
    made
}

async fn begin(server: &Server, sender: &Sender, headers: &HeaderMap, body: &Bytes) -> Result<(File, String), Error> {
    let (cx, asked) = ask(server, sender, headers, body).await?;
    let filter = part::<AuditFilter>(&asked, "filter")?.map(AuditFilter::read).transpose()?.unwrap_or_default();
    let order = part::<AuditOrder>(&asked, "orderBy")?.map(AuditOrder::read);
    let order = order.unwrap_or(Order { descending: false, ..Order::default() });
    let name = format!("huddle-audit-{}.csv", cx.now().date_naive());
    let file = audit::export::begin(&cx, filter, order).await;
    Ok((denied(&cx, "audit.export", file).await?, name))
}

/// An input of the schema, read as the schema reads it.
pub(super) fn part<T: InputType>(asked: &serde_json::Value, name: &str) -> Result<Option<T>, Error> {
    let Some(value) = asked.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    let wrong = || Error::bad_input(name, "is not what the schema says");
    let value = async_graphql::Value::from_json(value.clone()).map_err(|_| wrong())?;
    let read = T::parse(Some(value.clone())).map_err(|_| wrong())?;
    // What the schema does not know would be ignored, and more would leave than was meant.
    match (value, read.to_value()) {
        (async_graphql::Value::Object(asked), async_graphql::Value::Object(known))
            if asked.keys().all(|name| known.contains_key(name)) =>
        {
            Ok(Some(read))
        }
        _ => Err(wrong()),
    }
}

fn send(file: File, name: &str) -> Response {
    let pieces = stream::try_unfold(file, async |mut file| {
        let piece = file.next().await.inspect_err(|error| tracing::warn!(%error, "a file broke off"))?;
        Ok::<_, Error>(piece.map(|piece| (piece, file)))
    });
    csv(Body::from_stream(pieces), name)
}

fn csv(body: Body, name: &str) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

pub(super) fn status(error: &Error) -> StatusCode {
    use crate::error::ErrorCode;
    match error.code() {
        ErrorCode::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::BadUserInput | ErrorCode::TooComplex => StatusCode::BAD_REQUEST,
        ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
