//! Cookie or bearer token to actor, the same for HTTP and sockets.
use super::{Server, sender::Sender};
use crate::{
    Actor, Error, Result,
    people::{graphql::Spoken, mine, seen, sessions, visitor::Visitor},
};
use axum::http::{HeaderMap, HeaderValue, header};

const COOKIE: &str = "huddle_session";
/// Browsers take a cookie of this name over TLS alone, and from no other host.
const SECURE_COOKIE: &str = "__Host-huddle_session";

fn name(sender: &Sender) -> &'static str {
    if sender.secure { SECURE_COOKIE } else { COOKIE }
}

/// A read that an event or a timer caused. It does not show that anybody sits there.
const PASSIVE: &str = "huddle-passive";

fn is_passive(headers: &HeaderMap) -> bool {
    headers.get(PASSIVE).is_some_and(|passive| passive == "1")
}

/// What the request says about where it comes from.
pub fn visitor(sender: &Sender, headers: &HeaderMap) -> Visitor {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (agent, host) = (text(header::USER_AGENT), text(header::HOST));
    Visitor { address: Some(sender.address), agent, host, cookie: cookie(sender, headers) }
}

/// In microseconds of a core.
const UNKNOWN_TOKEN: u64 = 5_000;

/// Who sends this request; nobody where there is no session or an ended one, so that they can sign in again.
pub async fn actor(server: &Server, sender: &Sender, headers: &HeaderMap) -> Result<Option<Actor>> {
    let Some(token) = bearer(headers).or_else(|| cookie(sender, headers)) else { return Ok(None) };
    let mut actor = known(server, sender, &token).await?;
    if let Some(actor) = &mut actor
        && !is_passive(headers)
    {
        mine::sessions::used(&server.app, actor).await?;
    }
    Ok(actor)
}

pub async fn known(server: &Server, sender: &Sender, token: &str) -> Result<Option<Actor>> {
    match sessions::authenticate(&server.app, token).await {
        Ok(actor) => {
            seen::note(&server.app, &actor);
            Ok(Some(actor))
        }
        // Who tries out tokens spends what whoever has not signed in may spend.
        Err(Error::Unauthenticated) => server.limits.take(None, sender.address, UNKNOWN_TOKEN).map(|()| None),
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

pub fn cookie(sender: &Sender, headers: &HeaderMap) -> Option<String> {
    cookie_called(headers, name(sender))
}

pub fn cookie_called(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(given, _)| *given == wanted).map(|(_, value)| value.to_owned())
}

/// A display stays paired for as long as a browser may keep a cookie: 400 days.
const DISPLAY_SECONDS: i64 = 400 * 24 * 3_600;

/// `Set-Cookie` for a session that began, or for one that ended. A person's cookie lasts as long as the session may.
pub fn set_cookie(sender: &Sender, spoken: &Spoken, person_seconds: i64) -> Option<HeaderValue> {
    let (value, age) = match spoken {
        Spoken::Person(token) => (token.as_str(), person_seconds),
        Spoken::Display(token) => (token.as_str(), DISPLAY_SECONDS),
        Spoken::Ended => ("", 0),
    };
    let secure = if sender.secure { "; Secure" } else { "" };
    let name = name(sender);
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{secure}")).ok()
}
