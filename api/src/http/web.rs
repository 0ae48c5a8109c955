//! The dashboard, embedded in the binary, with the answers that a browser caches well.
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Dist;

/// Files by name; every other address is the dashboard's own to make sense of.
pub async fn file(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if let Some(found) = find(path, &headers) {
        return found;
    }
    // A missing asset is missing: a page in its place would be taken for it, and cached.
    if path.starts_with("assets/") || path.starts_with("graphi") {
        return (StatusCode::NOT_FOUND, "not found\n").into_response();
    }
    find("index.html", &headers).unwrap_or_else(|| Html(include_str!("unbuilt.html")).into_response())
}

fn find(path: &str, headers: &HeaderMap) -> Option<Response> {
    if path.is_empty() {
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

pub async fn explorer() -> Html<&'static str> {
    Html(include_str!("explorer.html"))
}

pub async fn explorer_script() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("explorer.js"))
}
