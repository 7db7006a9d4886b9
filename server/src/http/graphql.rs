//! GraphQL over HTTP. Source: graphql/graphql-over-http, draft of 2026-08; statuses as its newest
//! published auditor expects them. WebSockets on the same path are in [`super::live`].

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Query, RawQuery, State, WebSocketUpgrade};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::HttpState;
use super::error::Refusal;
use super::{live, origin};
use crate::graphql::{self, Answer, Operation};

/// What we prefer to answer with, and what older clients ask for.
const GRAPHQL_JSON: &str = "application/graphql-response+json";
const PLAIN_JSON: &str = "application/json";

/// Takes a query or a mutation.
pub(super) async fn post(
    State(state): State<HttpState>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let media_type = negotiate(&headers)?;
    if !origin::is_own(&headers) {
        return Err(Refusal::forbidden("Requests of other sites are not taken."));
    }
    if !origin::is_json(&headers) {
        let reason = "Send the request as application/json.";
        return Err(Refusal::with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason));
    }
    let body = body.map_err(|error| Refusal::with_status(error.status(), format!("{error}.")))?;
    let operation = serde_json::from_slice(&body)
        .map_err(|error| Refusal::bad_request(format!("The body is not a GraphQL request: {error}.")))?;
    execute(&state, operation, media_type).await
}

/// Takes a query in the address, or opens a WebSocket.
pub(super) async fn get_or_upgrade(
    State(state): State<HttpState>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    match upgrade {
        Ok(upgrade) => return Ok(live::upgrade(upgrade, &headers, state)),
        Err(rejection) if asks_for_socket(&headers) => return Ok(rejection.into_response()),
        Err(_) => {}
    }
    let media_type = negotiate(&headers)?;
    let operation = read_query(query.as_deref().unwrap_or(""))?;
    if operation.asks_for_change(&state.schema) {
        let reason = Refusal::with_status(StatusCode::METHOD_NOT_ALLOWED, "Send mutations by POST.");
        return Ok(([(header::ALLOW, "POST")], reason).into_response());
    }
    execute(&state, operation, media_type).await
}

fn asks_for_socket(headers: &HeaderMap) -> bool {
    headers
        .get(header::UPGRADE)
        .is_some_and(|protocol| protocol.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// In the address, `variables` and `extensions` are JSON in a text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GraphqlQuery {
    #[serde(default)]
    query: String,
    variables: Option<String>,
    operation_name: Option<String>,
    extensions: Option<String>,
    document_id: Option<String>,
}

fn read_query(query: &str) -> Result<Operation, Refusal> {
    let uri = format!("/?{query}").parse().map_err(|_| Refusal::bad_request("The address is malformed."))?;
    let Query(wire) = Query::<GraphqlQuery>::try_from_uri(&uri)
        .map_err(|error| Refusal::bad_request(format!("The address is not a GraphQL request: {error}.")))?;
    Ok(Operation {
        query: wire.query,
        variables: read_json("variables", wire.variables.as_deref())?,
        operation_name: wire.operation_name,
        extensions: read_json("extensions", wire.extensions.as_deref())?,
        document_id: wire.document_id,
    })
}

fn read_json<T: DeserializeOwned>(name: &str, text: Option<&str>) -> Result<Option<T>, Refusal> {
    let value = text.map(serde_json::from_str).transpose();
    value.map_err(|error| Refusal::bad_request(format!("`{name}` is not a JSON object: {error}.")))
}

async fn execute(
    state: &HttpState,
    operation: Operation,
    media_type: &'static str,
) -> Result<Response, Refusal> {
    if !operation.names_a_document() {
        return Err(Refusal::bad_request("The request has no `query`."));
    }
    let answer = graphql::execute(&state.schema, operation, state.desk()).await;
    let status = match answer {
        Answer::Refused(_) if media_type == GRAPHQL_JSON => StatusCode::BAD_REQUEST,
        Answer::Refused(_) | Answer::Executed(_) => StatusCode::OK,
    };
    let body = answer.into_json().map_err(|error| {
        tracing::error!(%error, "a GraphQL answer could not be written");
        Refusal::with_status(StatusCode::INTERNAL_SERVER_ERROR, "The answer could not be written.")
    })?;
    let content_type = HeaderValue::from_static(media_type);
    Ok((status, [(header::CONTENT_TYPE, content_type)], body).into_response())
}

/// Without a preference the media type that every client understands; with one that we cannot meet, 406.
fn negotiate(headers: &HeaderMap) -> Result<&'static str, Refusal> {
    let Some(accept) = headers.get(header::ACCEPT) else { return Ok(PLAIN_JSON) };
    let accept = accept.to_str().unwrap_or("").to_ascii_lowercase();
    let accepts = |wanted: &[&str]| {
        accept.split(',').any(|range| wanted.contains(&range.split(';').next().unwrap_or("").trim()))
    };
    if accepts(&[GRAPHQL_JSON]) {
        Ok(GRAPHQL_JSON)
    } else if accepts(&[PLAIN_JSON, "application/*", "*/*"]) {
        Ok(PLAIN_JSON)
    } else {
        let reason = format!("Answers are {GRAPHQL_JSON} or {PLAIN_JSON}.");
        Err(Refusal::with_status(StatusCode::NOT_ACCEPTABLE, reason))
    }
}
