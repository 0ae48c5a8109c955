//! Cookie or bearer token to actor, the same for HTTP and sockets.
use super::Server;
use crate::{
    Actor, Error, Result,
    people::{mine, sessions, visitor::Visitor},
};
use axum::http::{HeaderMap, HeaderValue, header};

pub const COOKIE: &str = "huddle_session";

/// Who sends this request; nobody where there is no session or an ended one, so that they can sign in again.
pub async fn actor(server: &Server, headers: &HeaderMap) -> Result<Option<Actor>> {
    let Some(token) = bearer(headers).or_else(|| cookie(headers)) else { return Ok(None) };
    let mut actor = known(server, &token).await?;
    if let Some(actor) = &mut actor
        && !is_passive(headers)
    {
        mine::sessions::used(&server.app, actor).await?;
    }
    Ok(actor)
}

/// A read that an event or a timer caused. It does not show that anybody sits there.
const PASSIVE: &str = "huddle-passive";

fn is_passive(headers: &HeaderMap) -> bool {
    headers.get(PASSIVE).is_some_and(|passive| passive == "1")
}

/// What the request says about where it comes from.
pub fn visitor(headers: &HeaderMap) -> Visitor {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (agent, host) = (text(header::USER_AGENT), text(header::HOST));
    Visitor { agent, host, cookie: cookie(headers), ..Visitor::default() }
}

pub async fn known(server: &Server, token: &str) -> Result<Option<Actor>> {
    match sessions::authenticate(&server.app, token).await {
        Ok(actor) => Ok(Some(actor)),
        Err(Error::Unauthenticated) => Ok(None),
        Err(error) => Err(error),
    }
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    strip_bearer(headers.get(header::AUTHORIZATION)?.to_str().ok()?)
}

pub fn strip_bearer(value: &str) -> Option<String> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

pub fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned())
}

/// Another site's page may not act with this browser's cookie.
pub fn is_foreign(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return false };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    origin.is_none() || origin != host
}

/// `Set-Cookie` for a session that began, or for one that ended.
pub fn set_cookie(headers: &HeaderMap, token: Option<&str>, seconds: i64) -> Option<HeaderValue> {
    let secure = headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
    let (value, age) = token.map_or(("", 0), |token| (token, seconds));
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{secure}")).ok()
}
