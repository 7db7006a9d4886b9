//! GraphQL over HTTP. Source: graphql/graphql-over-http, draft of 2026-08; statuses as its newest
//! published auditor expects them. Streams of answers are in [`super::events`], WebSockets in [`super::live`].

pub(super) mod media_type;
pub(super) mod refusal;
pub(super) mod request;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{FromRequest, RawQuery, Request, State, WebSocketUpgrade};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;

use self::media_type::{Accepted, MediaType, negotiate};
use self::refusal::GraphqlRefusal;
use super::HttpState;
use super::identity::Caller;
use super::{events, live, operation, origin};
use crate::access::Viewer;
use crate::graphql::{Answer, Code, Operation};
use crate::telemetry::Transport;

/// Takes any operation in a body.
pub(super) async fn post(
    State(state): State<HttpState>,
    caller: Caller,
    request: Request,
) -> Result<Response, GraphqlRefusal> {
    let accepted = negotiate(request.headers())?;
    if !origin::may_ask(request.headers(), &state.embedders) {
        return Err(GraphqlRefusal::foreign());
    }
    if !origin::is_json(request.headers()) {
        let reason = "Send the request as application/json.";
        return Err(GraphqlRefusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::BadRequest, reason));
    }
    let viewer = state.viewer(&caller)?;
    request::check_length(request.headers())?;
    let body = timeout(state.limits.operation_timeout(), Bytes::from_request(request, &state)).await;
    let body = body.map_err(|_| request::too_slow())?.map_err(|rejection| request::unreadable(&rejection))?;
    let operation = Operation::of_body(&state.schema, body, request::read_body)?;
    answer(&state, &viewer, operation, &accepted).await
}

/// Takes a query in the address, or opens a WebSocket.
pub(super) async fn get_or_upgrade(
    State(state): State<HttpState>,
    caller: Caller,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, GraphqlRefusal> {
    if !origin::may_ask(&headers, &state.embedders) {
        return Err(GraphqlRefusal::foreign());
    }
    match upgrade {
        Ok(upgrade) => return Ok(live::upgrade(upgrade, state, caller)),
        Err(rejection) if asks_for_socket(&headers) => return Ok(rejection.into_response()),
        Err(_) => {}
    }
    let accepted = negotiate(&headers)?;
    let viewer = state.viewer(&caller)?;
    let operation = request::read_address(query.as_deref().unwrap_or(""))?;
    let may_follow = accepted.stream && operation.follows(&state.schema);
    if operation.asks_for_change(&state.schema) && !may_follow {
        return Err(GraphqlRefusal::method(
            "POST",
            "Send mutations by POST, and follow by text/event-stream.",
        ));
    }
    answer(&state, &viewer, operation, &accepted).await
}

/// Any other method.
pub(super) async fn other_method() -> GraphqlRefusal {
    GraphqlRefusal::method("GET, POST", "Send GET or POST.")
}

fn asks_for_socket(headers: &HeaderMap) -> bool {
    headers
        .get(header::UPGRADE)
        .is_some_and(|protocol| protocol.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// A client that takes both gets a stream only where there is something to follow.
async fn answer(
    state: &HttpState,
    viewer: &Arc<Viewer>,
    operation: Operation,
    accepted: &Accepted,
) -> Result<Response, GraphqlRefusal> {
    match accepted.single {
        Some(media_type) if !(accepted.stream && operation.follows(&state.schema)) => {
            write(&operation::execute(state, viewer, operation).await?, media_type)
        }
        _ => {
            let answers = operation::follow(state, viewer, operation, Transport::event_stream)?;
            Ok(events::stream(answers, state))
        }
    }
}

fn write(answer: &operation::Written, media_type: MediaType) -> Result<Response, GraphqlRefusal> {
    let status = match answer.answer {
        Answer::Refused(_) if media_type == MediaType::GraphqlJson => StatusCode::BAD_REQUEST,
        Answer::Refused(_) | Answer::Executed(_) => StatusCode::OK,
    };
    let content_type = HeaderValue::from_static(media_type.name());
    Ok((status, [(header::CONTENT_TYPE, content_type)], answer.json.clone()).into_response())
}
