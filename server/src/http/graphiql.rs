//! A page to try queries out, for whoever develops against the API. Only with `--graphiql`. Nothing of it
//! comes from elsewhere: one page, one script, one style sheet and the documents of the portal as examples.

use axum::Json;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use cineportal_schema::DOCUMENTS;
use serde::Serialize;

use super::HttpState;

/// Only what this server sends may run, and nobody else is spoken to.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const PAGE: &str = include_str!("graphiql/page.html");
const SCRIPT: &str = include_str!("graphiql/page.js");
const STYLE: &str = include_str!("graphiql/page.css");

/// An example to begin with.
#[derive(Serialize)]
struct Example {
    name: String,
    query: &'static str,
}

/// The page and its parts.
pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/graphiql", part("text/html; charset=utf-8", PAGE))
        .route("/graphiql/page.js", part("text/javascript; charset=utf-8", SCRIPT))
        .route("/graphiql/page.css", part("text/css; charset=utf-8", STYLE))
        .route("/graphiql/examples.json", get(examples))
}

fn part(content_type: &'static str, text: &'static str) -> MethodRouter<HttpState> {
    let headers =
        [(header::CONTENT_TYPE, content_type), (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)];
    get(move || async move { (headers, text) })
}

async fn examples() -> impl IntoResponse {
    let example = |&(name, query): &(&str, _)| Example { name: name.replace('_', " "), query };
    Json(DOCUMENTS.iter().map(example).collect::<Vec<_>>())
}
