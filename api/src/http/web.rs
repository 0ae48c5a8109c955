//! The dashboard, embedded in the binary, with the answers that a browser caches well.
use super::headers;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::Rng;
use rust_embed::{EmbeddedFile, RustEmbed};
use std::borrow::Cow;

#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Dist;

const PAGE: &str = "index.html";
/// For the server alone.
const DOCUMENTS: &str = "documents.json";
/// What stands in a page where its nonce belongs.
const NONCE: &str = "HUDDLE_NONCE";

/// The texts of the dashboard's documents by their hash, if there is a dashboard.
pub fn documents() -> Option<Cow<'static, [u8]>> {
    Dist::get(DOCUMENTS).map(|file| file.data)
}

/// Files by name; every other address is the dashboard's own to make sense of.
pub async fn file(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if let Some(found) = find(path, &headers) {
        return found;
    }
    // A missing asset is missing: a page in its place would be taken for it, and cached.
    if path.starts_with("assets/") || path.starts_with("graphi") || path == DOCUMENTS {
        return (StatusCode::NOT_FOUND, "not found\n").into_response();
    }
    let page = Dist::get(PAGE).and_then(|page| String::from_utf8(page.data.into_owned()).ok());
    respond_with(page.as_deref().unwrap_or(include_str!("unbuilt.html")))
}

/// A page whose styles may be inline, because it names a nonce that is good for this one answer.
fn respond_with(page: &str) -> Response {
    let nonce = URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; 16]>());
    let mut response = Html(page.replace(NONCE, &nonce)).into_response();
    if let Ok(policy) = HeaderValue::from_str(&headers::page_policy(&nonce)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn find(path: &str, headers: &HeaderMap) -> Option<Response> {
    if path.is_empty() || path.starts_with(PAGE) || path.starts_with(DOCUMENTS) {
        return None;
    }
    let plain = Dist::get(path)?;
    let kind = plain.metadata.mimetype().to_owned();
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let packed = [("br", ".br"), ("gzip", ".gz")].into_iter().find_map(|(encoding, ending)| {
        accepted.contains(encoding).then(|| Dist::get(&format!("{path}{ending}")))?.map(|file| (file, encoding))
    });
    let (file, encoding) = match packed {
        Some((file, encoding)) => (file, Some(encoding)),
        None => (plain, None),
    };
    Some(respond(path, file, &kind, encoding, headers))
}

fn respond(
    path: &str,
    file: EmbeddedFile,
    kind: &str,
    encoding: Option<&'static str>,
    headers: &HeaderMap,
) -> Response {
    let digest = file.metadata.sha256_hash();
    let tag = digest[..16].iter().fold("\"".to_owned(), |tag, byte| tag + &format!("{byte:02x}")) + "\"";
    let unchanged = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    // Assets carry a hash in their name; the page that names them is asked for again each time.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(file.data.into_owned()))
    };
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, kind);
    set(header::CACHE_CONTROL, cache);
    set(header::ETAG, &tag);
    set(header::VARY, "accept-encoding");
    if let Some(encoding) = encoding {
        set(header::CONTENT_ENCODING, encoding);
    }
    response
}

pub async fn explorer() -> Response {
    respond_with(include_str!("explorer.html"))
}

pub async fn explorer_script() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("explorer.js"))
}
