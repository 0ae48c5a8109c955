//! The two pages of a sign-in by the provider: a browser leaves by one and comes back by the other.
use super::{Server, auth, sender::Sender};
use crate::people::{
    graphql::Spoken,
    oidc::{
        login::{self, LASTS, Returned},
        rules::Refusal,
    },
};
use axum::{
    Extension,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

/// What the browser keeps while it is at the provider. It comes back from another site, so that it cannot be Strict.
const COOKIE: &str = "huddle_oidc";

#[derive(Deserialize)]
pub struct Start {
    next: Option<String>,
}

pub async fn start(State(server): State<Server>, Query(start): Query<Start>) -> Response {
    let Some(provider) = &server.app.provider else { return StatusCode::NOT_FOUND.into_response() };
    match login::start(&server.app, provider, start.next.as_deref()).await {
        Ok(leaving) => {
            let mut response = Redirect::to(&leaving.url).into_response();
            keep(&mut response, &leaving.cookie, LASTS.num_seconds(), provider.settings.is_secure());
            response
        }
        Err(refusal) => refused(refusal),
    }
}

#[derive(Deserialize)]
pub struct Callback {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
}

pub async fn callback(
    State(server): State<Server>,
    Extension(sender): Extension<Sender>,
    Query(callback): Query<Callback>,
    headers: HeaderMap,
) -> Response {
    let Some(provider) = &server.app.provider else { return StatusCode::NOT_FOUND.into_response() };
    let returned = Returned {
        code: callback.code,
        state: callback.state,
        issuer: callback.iss,
        cookie: auth::cookie_called(&headers, COOKIE),
    };
    let mut response = match login::finish(&server.app, provider, returned, &auth::visitor(&sender, &headers)).await {
        Ok(arrived) => {
            let mut response = landing(&arrived.next).into_response();
            let seconds = server.app.config.session_length.num_seconds();
            let spoken = Spoken::Person(arrived.token.0);
            if let Some(cookie) = auth::set_cookie(&sender, &spoken, seconds) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(refusal) => refused(refusal),
    };
    keep(&mut response, "", 0, provider.settings.is_secure());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn refused(refusal: Refusal) -> Response {
    Redirect::to(&format!("/signin?failed={}", refusal.word())).into_response()
}

fn keep(response: &mut Response, value: &str, seconds: i64, secure: bool) {
    let secure = if secure { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={value}; Path=/auth/oidc; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// A page of our own, from which the browser goes on by itself: on a redirect that another site began it would not send
/// the session's cookie, which is Strict. `next` is a path of ours in plain signs.
fn landing(next: &str) -> Html<String> {
    let next = next.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Huddle</title>\
         <meta http-equiv=\"refresh\" content=\"0;url={next}\"><p><a href=\"{next}\">Go on to Huddle</a></html>\n"
    ))
}
