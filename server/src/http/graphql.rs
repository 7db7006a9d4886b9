//! GraphQL over HTTP. Source: graphql/graphql-over-http, draft of 2026-08; statuses as its newest
//! published auditor expects them. WebSockets on the same path are in [`super::live`].

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response as GraphqlResponse, Value};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequestParts, Query, RawQuery, State, WebSocketUpgrade};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::HttpState;
use super::error::Refusal;
use super::{live, origin};

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
        return Err(Refusal::with_status(StatusCode::FORBIDDEN, "Requests of other sites are not taken."));
    }
    if !is_json(&headers) {
        let reason = "Send the request as application/json.";
        return Err(Refusal::with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason));
    }
    let body = body.map_err(|error| Refusal::with_status(error.status(), format!("{error}.")))?;
    let request: GraphqlRequest = serde_json::from_slice(&body)
        .map_err(|error| Refusal::bad_request(format!("The body is not a GraphQL request: {error}.")))?;
    execute(&state, request.into(), media_type).await
}

/// Takes a query in the address, or opens a WebSocket.
pub(super) async fn get_or_upgrade(
    State(state): State<HttpState>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    request: axum::extract::Request,
) -> Result<Response, Refusal> {
    if headers.contains_key(header::UPGRADE) {
        let (mut parts, _) = request.into_parts();
        return Ok(match WebSocketUpgrade::from_request_parts(&mut parts, &state).await {
            Ok(upgrade) => live::upgrade(upgrade, &headers, state),
            Err(rejection) => rejection.into_response(),
        });
    }
    let media_type = negotiate(&headers)?;
    let mut request = read_query(query.as_deref().unwrap_or(""))?;
    if asks_for_change(&mut request) {
        let reason = Refusal::with_status(StatusCode::METHOD_NOT_ALLOWED, "Send mutations by POST.");
        return Ok(([(header::ALLOW, "POST")], reason).into_response());
    }
    execute(&state, request, media_type).await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GraphqlRequest {
    query: String,
    #[serde(default)]
    variables: Option<serde_json::Map<String, serde_json::Value>>,
    #[serde(default)]
    operation_name: Option<String>,
}

impl From<GraphqlRequest> for Request {
    fn from(wire: GraphqlRequest) -> Self {
        let variables = serde_json::Value::Object(wire.variables.unwrap_or_default());
        let mut request = Self::new(wire.query).variables(async_graphql::Variables::from_json(variables));
        request.operation_name = wire.operation_name;
        request
    }
}

/// In the address, `variables` is JSON in a text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GraphqlQuery {
    query: String,
    variables: Option<String>,
    operation_name: Option<String>,
}

fn read_query(query: &str) -> Result<Request, Refusal> {
    let uri = format!("/?{query}").parse().map_err(|_| Refusal::bad_request("The address is malformed."))?;
    let Query(wire) = Query::<GraphqlQuery>::try_from_uri(&uri)
        .map_err(|error| Refusal::bad_request(format!("The address is not a GraphQL request: {error}.")))?;
    let variables = wire.variables.map(|text| serde_json::from_str(&text)).transpose();
    let variables = variables
        .map_err(|error| Refusal::bad_request(format!("`variables` is not a JSON object: {error}.")))?;
    Ok(GraphqlRequest { query: wire.query, variables, operation_name: wire.operation_name }.into())
}

/// What cannot be parsed changes nothing, and is refused when it is executed.
fn asks_for_change(request: &mut Request) -> bool {
    let wanted = request.operation_name.clone();
    let Ok(document) = request.parsed_query() else { return false };
    document
        .operations
        .iter()
        .filter(|(name, _)| wanted.is_none() || name.map(async_graphql::Name::as_str) == wanted.as_deref())
        .any(|(_, operation)| operation.node.ty != OperationType::Query)
}

async fn execute(state: &HttpState, request: Request, media_type: &'static str) -> Result<Response, Refusal> {
    let response = state.schema.execute(request.data(state.desk())).await;
    let failed_before_execution = is_request_error(&response);
    let status = if failed_before_execution && media_type == GRAPHQL_JSON {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    let body = if failed_before_execution {
        serde_json::to_vec(&serde_json::json!({ "errors": response.errors }))
    } else {
        serde_json::to_vec(&response)
    };
    let body = body.map_err(|error| {
        tracing::error!(%error, "a GraphQL response could not be written");
        Refusal::with_status(StatusCode::INTERNAL_SERVER_ERROR, "The answer could not be written.")
    })?;
    let content_type = HeaderValue::from_static(media_type);
    Ok((status, [(header::CONTENT_TYPE, content_type)], body).into_response())
}

/// Whether nothing was executed: the document could not be parsed or is not valid.
pub(super) fn is_request_error(response: &GraphqlResponse) -> bool {
    response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
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

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    content_type.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case(PLAIN_JSON)
}
