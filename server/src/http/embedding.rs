//! Pages of other sites that may show the portal inside them: their browsers are told so (CORS).
//! Source: fetch.spec.whatwg.org, "CORS protocol". Nobody is sent cookies, so none are allowed.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::HttpState;
use crate::config::PageOrigin;

/// How long a browser may remember what it was allowed.
const REMEMBERED_SECONDS: &str = "600";

/// Lets pages of the named origins read the answer. All others get it as before, and their browsers keep it from
/// them.
pub(super) async fn share(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    if state.embedders.is_empty() {
        return next.run(request).await;
    }
    let allowed = asked_by(request.headers(), &state.embedders).cloned();
    let mut answer = match &allowed {
        Some(_) if asks_before(&request) => what_is_allowed(),
        _ => next.run(request).await,
    };
    answer.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = allowed {
        answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    answer
}

/// The origin of the page that asks, if it is one of these.
pub(super) fn asked_by<'a>(headers: &'a HeaderMap, embedders: &[PageOrigin]) -> Option<&'a HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    embedders.iter().any(|embedder| origin == embedder.as_str()).then_some(origin)
}

/// Who may show the portal in a frame, as a content security policy names them.
pub(super) fn ancestors(embedders: &[PageOrigin]) -> String {
    match embedders {
        [] => "'none'".to_owned(),
        some => some.iter().map(PageOrigin::as_str).collect::<Vec<_>>().join(" "),
    }
}

fn asks_before(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn what_is_allowed() -> Response {
    let allowed = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, REMEMBERED_SECONDS),
    ];
    (StatusCode::NO_CONTENT, allowed).into_response()
}
