//! Incidents for services that do not speak GraphQL: `/api/v1/incidents`. Documented in `docs/rest.md`.

mod embed_tokens;
mod wire;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::de::DeserializeOwned;

use self::wire::{CloseRequest, OpenRequest, Problem, RestIncident, UpdateRequest};
use super::HttpState;
use super::error::Refusal;
use super::identity::{Caller, NoViewer};
use super::origin;
use crate::commands::{CommandError, Opened};
use crate::desk::Desk;
use crate::domain::command::Action;
use crate::domain::incident::{CloseReason, Incident, IncidentId, Request};

/// Largest request, in bytes.
const BODY_BYTES: usize = 256 * 1024;
/// The header that tells a repeated request from a new one.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Why a request was refused. Boxed, because an answer is large.
struct Rejected(Box<Response>);

impl From<Refusal> for Rejected {
    fn from(refusal: Refusal) -> Self {
        Self(Box::new(refusal.into_response()))
    }
}

impl From<NoViewer> for Rejected {
    fn from(nobody: NoViewer) -> Self {
        Self(Box::new(nobody.into_response()))
    }
}

impl From<Problem<'_>> for Rejected {
    fn from(problem: Problem<'_>) -> Self {
        Self(Box::new(problem.into_response()))
    }
}

impl IntoResponse for Rejected {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// The routes below `/api/v1/incidents`, that of embed tokens, and what all of them look like.
pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/api/v1/incidents", post(open))
        .route("/api/v1/incidents/{id}", get(read).patch(update))
        .route("/api/v1/incidents/{id}/close", post(close))
        .route("/api/v1/embed-tokens", post(embed_tokens::create))
        .route("/api/v1/openapi.json", get(openapi))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}

/// What can be asked here, as an `OpenAPI` document.
async fn openapi(State(state): State<HttpState>, caller: Caller) -> Result<Response, NoViewer> {
    state.viewer(&caller)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], cineportal_schema::OPENAPI).into_response())
}

/// Opens an incident: 201, or 200 if the same request had opened it before.
async fn open(
    State(state): State<HttpState>,
    caller: Caller,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Rejected> {
    let desk = state.desk(&caller)?;
    let request: OpenRequest = parse(&headers, body)?;
    let opened = desk.open(request.into(), idempotency_key(&headers)?).await;
    let (status, incident) = match opened.map_err(|error| refused(&error))? {
        Opened::New(incident) => (StatusCode::CREATED, incident),
        Opened::Known(incident) => (StatusCode::OK, incident),
    };
    let location = format!("/api/v1/incidents/{}", incident.id);
    Ok((status, [(header::LOCATION, location)], Json(RestIncident::from(&incident))).into_response())
}

/// Reads an incident by its id.
async fn read(
    State(state): State<HttpState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Rejected> {
    let incident = state.desk(&caller)?.stored_incident(&IncidentId(id)).await;
    let incident = incident.map_err(|error| refused(&error.into()))?;
    let incident = incident.ok_or_else(|| refused(&CommandError::NotFound))?;
    Ok(Json(RestIncident::from(&incident)).into_response())
}

/// Changes what is wrong or how bad it is, and comments.
async fn update(
    State(state): State<HttpState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Rejected> {
    let desk = state.desk(&caller)?;
    let request: UpdateRequest = parse(&headers, body)?;
    let (expected_version, content) = (request.expected_version, format!("{request:?}"));
    act(&desk, &headers, &id, expected_version, request.into(), &content).await
}

/// Closes an incident, in the name of another service.
async fn close(
    State(state): State<HttpState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Rejected> {
    let desk = state.desk(&caller)?;
    let request: CloseRequest = parse(&headers, body)?;
    let content = format!("{request:?}");
    let action = Action::Close { reason: CloseReason::ByService, comment: request.comment };
    act(&desk, &headers, &id, request.expected_version, action, &content).await
}

async fn act(
    desk: &Desk,
    headers: &HeaderMap,
    id: &str,
    expected_version: Option<u64>,
    action: Action,
    content: &str,
) -> Result<Response, Rejected> {
    let request = idempotency_key(headers)?.map(|key| Request::new(key, content)).transpose();
    let request = request.map_err(|refusal| refused(&CommandError::Refused { refusal, incident: None }))?;
    let incident = desk.act(&IncidentId(id.to_owned()), expected_version, action, request).await;
    let incident: Incident = incident.map_err(|error| refused(&error))?;
    Ok(Json(RestIncident::from(&incident)).into_response())
}

/// An empty body asks for nothing special.
fn parse<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<T, Rejected> {
    if !origin::is_own(headers) {
        return Err(Refusal::forbidden("Requests of other sites are not taken.").into());
    }
    if !origin::is_json(headers) {
        let reason = "Send the request as application/json.";
        return Err(Refusal::with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason).into());
    }
    let too_large = |error: BytesRejection| Refusal::with_status(error.status(), format!("{error}."));
    let body = body.map_err(too_large)?;
    let body: &[u8] = if body.is_empty() { b"{}" } else { &body };
    Ok(serde_json::from_slice(body).map_err(|error| Problem::invalid(format!("{error}")))?)
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Rejected> {
    let key = headers.get(IDEMPOTENCY_KEY).map(|value| value.to_str()).transpose();
    Ok(key.map_err(|_| Problem::invalid("an idempotency key is plain ASCII".to_owned()))?)
}

fn refused(error: &CommandError) -> Rejected {
    match error {
        CommandError::Store(error) => {
            tracing::error!(%error, "a request failed because of the store");
            Refusal::unavailable("The store of incidents does not answer: try again.").into()
        }
        CommandError::NotFound | CommandError::Forbidden(_) | CommandError::Refused { .. } => {
            Problem::from(error).into()
        }
    }
}
