//! One operation from a body or an address. Source: graphql/graphql-over-http, draft of 2026-08.

use axum::extract::Query;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::refusal::GraphqlRefusal;
use crate::graphql::{Code, Operation};

/// Largest body, in bytes.
pub(in crate::http) const MAX_BODY_BYTES: usize = 256 * 1024;
/// The parameters that are JSON in a text when they stand in the address.
const JSON_PARAMETERS: [&str; 2] = ["variables", "extensions"];

/// Reads a body. Several operations in a list are not taken: each could be as expensive as one may be.
pub(in crate::http) fn read_body(body: &[u8]) -> Result<Operation, GraphqlRefusal> {
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(GraphqlRefusal::bad_request("Send one operation, not a list of them."));
    }
    with_document(serde_json::from_slice(body).map_err(|error| not_a_request("body", &error))?)
}

/// Reads an address.
pub(super) fn read_address(query: &str) -> Result<Operation, GraphqlRefusal> {
    let malformed = |_| GraphqlRefusal::bad_request("The address is malformed.");
    let uri = format!("/?{query}").parse().map_err(malformed)?;
    let Query(parameters) = Query::<Vec<(String, String)>>::try_from_uri(&uri)
        .map_err(|error| GraphqlRefusal::bad_request(format!("The address is malformed: {error}.")))?;
    let mut operation = Map::new();
    for (name, text) in parameters {
        let value = if JSON_PARAMETERS.contains(&name.as_str()) {
            serde_json::from_str(&text).map_err(|error| not_a_request(&name, &error))?
        } else {
            Value::String(text)
        };
        operation.insert(name, value);
    }
    let operation = Operation::deserialize(Value::Object(operation));
    with_document(operation.map_err(|error| not_a_request("address", &error))?)
}

fn with_document(operation: Operation) -> Result<Operation, GraphqlRefusal> {
    if operation.names_a_document() {
        Ok(operation)
    } else {
        Err(GraphqlRefusal::bad_request("The request has no `query`."))
    }
}

/// Refuses a body that says of itself that it is too large, before any of it is read.
pub(super) fn check_length(headers: &HeaderMap) -> Result<(), GraphqlRefusal> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|bytes: u64| bytes > MAX_BODY_BYTES as u64) {
        let reason = format!("A request has at most {MAX_BODY_BYTES} bytes.");
        return Err(GraphqlRefusal::new(StatusCode::PAYLOAD_TOO_LARGE, Code::BadRequest, reason));
    }
    Ok(())
}

/// Why a body did not come through.
pub(super) fn unreadable(rejection: &BytesRejection) -> GraphqlRefusal {
    GraphqlRefusal::new(rejection.status(), Code::BadRequest, format!("{rejection}."))
}

/// The body did not come in time.
pub(super) fn too_slow() -> GraphqlRefusal {
    GraphqlRefusal::new(StatusCode::REQUEST_TIMEOUT, Code::BadRequest, "The body did not come in time.")
}

fn not_a_request(what: &str, error: &serde_json::Error) -> GraphqlRefusal {
    GraphqlRefusal::bad_request(format!("The {what} is not a GraphQL request: {error}."))
}
