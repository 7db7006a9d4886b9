//! The portal's files, from inside the binary.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;

use super::HttpState;
use super::embedding;
use super::error::Refusal;
use super::hygiene::{CONTENT_SECURITY_POLICY, FRAMED_BY_NOBODY};

/// Addresses that the portal itself understands: each gets its one page.
const PAGES: [&str; 9] = [
    "/",
    "/regions/{id}",
    "/regions/{id}/machines",
    "/regions/{id}/reports",
    "/reports",
    "/incidents/{id}",
    "/machines/{id}",
    "/logs",
    "/logs/{hour}",
];
/// The same page, for a frame in somebody else's.
const FRAME: &str = "/embed/{id}";
const INDEX: &str = "index.html";
/// The name of such a file changes with its content.
const FOREVER: &str = "public, max-age=31536000, immutable";
const REVALIDATE: &str = "no-cache";
/// Pages of other sites load these by name, so the names stay while the content changes.
const NAMES_THAT_STAY: [&str; 2] = ["embed.js", "embed.json"];

#[derive(RustEmbed)]
#[folder = "../portal/dist"]
struct Files;

/// The portal's pages.
pub(super) fn routes() -> Router<HttpState> {
    let frame = Router::new().route(FRAME, get(frame));
    PAGES.iter().fold(frame, |router, page| router.route(page, get(index)))
}

/// One file of the portal.
pub(super) async fn file(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == INDEX || path.ends_with(".br") {
        return not_found();
    }
    let path = &without_instance(path);
    let cache = if NAMES_THAT_STAY.contains(&path.as_str()) { REVALIDATE } else { FOREVER };
    match serve(path, cache, &headers) {
        Some(file) => file,
        // Whoever mistyped an address finds the ways to all pages.
        None if wants_a_page(&headers) => (StatusCode::NOT_FOUND, index(headers).await).into_response(),
        None => not_found(),
    }
}

fn wants_a_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// `wasm-1a2b~program-2/x.js` is `wasm-1a2b/x.js`: a browser makes one instance of a module for each address, and each
/// embedded element needs one of its own.
fn without_instance(path: &str) -> String {
    match path.split_once('~').and_then(|(folder, rest)| Some((folder, rest.split_once('/')?.1))) {
        Some((folder, file)) if !folder.contains('/') => format!("{folder}/{file}"),
        _ => path.to_owned(),
    }
}

/// Only pages that may show the portal inside them may frame it.
async fn frame(State(state): State<HttpState>, headers: HeaderMap) -> Response {
    let ancestors = embedding::ancestors(&state.embedders);
    let policy = CONTENT_SECURITY_POLICY.replace(FRAMED_BY_NOBODY, &format!("frame-ancestors {ancestors}"));
    ([(header::CONTENT_SECURITY_POLICY, policy)], index(headers).await).into_response()
}

async fn index(headers: HeaderMap) -> Response {
    serve(INDEX, REVALIDATE, &headers).unwrap_or_else(|| {
        let reason = "The portal was not built into this server. Build it with: cargo xtask up";
        Refusal::with_status(StatusCode::NOT_FOUND, reason).into_response()
    })
}

/// The file as it is, or its compressed twin where there is one and the browser takes it.
fn serve(path: &str, cache: &'static str, headers: &HeaderMap) -> Option<Response> {
    let plain = Files::get(path)?;
    let twin = takes_brotli(headers).then(|| Files::get(&format!("{path}.br"))).flatten();
    let encoding = twin.is_some().then_some([(header::CONTENT_ENCODING, "br")]);
    let file = twin.unwrap_or(plain);
    let common = [
        (header::CONTENT_TYPE, content_type(path)),
        (header::CACHE_CONTROL, cache),
        (header::VARY, "accept-encoding"),
    ];
    Some((encoding, common, file.data).into_response())
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    accept.split(',').any(|coding| coding.trim() == "br")
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("ico") => "image/x-icon",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

fn not_found() -> Response {
    Refusal::with_status(StatusCode::NOT_FOUND, "There is nothing here.").into_response()
}

#[cfg(test)]
mod tests {
    use super::without_instance;

    #[test]
    fn instances_of_a_program_are_the_same_files() {
        assert_eq!(without_instance("wasm-1a2b~program-2/x.js"), "wasm-1a2b/x.js");
        for path in ["wasm-1a2b/x.js", "a/b~c/x.js", "embed.js", "a~b"] {
            assert_eq!(without_instance(path), path);
        }
    }
}
