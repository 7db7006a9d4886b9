//! Embed tokens for services that do not speak GraphQL: `POST /api/v1/embed-tokens`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cineportal_regions::RegionId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::wire::Problem;
use super::{Rejected, parse};
use crate::access::{EmbedToken, EmbedWish, NotMade, Role};
use crate::http::HttpState;
use crate::http::error::Refusal;
use crate::http::identity::Caller;

/// The body that asks for a token.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EmbedTokenRequest {
    region: String,
    #[serde(default)]
    access: AccessText,
    origin: String,
    minutes: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum AccessText {
    #[default]
    Read,
    Triage,
}

#[derive(Serialize)]
struct RestEmbedToken {
    token: String,
    until: Timestamp,
}

/// Makes a token: 201.
pub(super) async fn create(
    State(state): State<HttpState>,
    caller: Caller,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Rejected> {
    let desk = state.desk(&caller)?;
    let request: EmbedTokenRequest = parse(&headers, body)?;
    let made = desk.create_embed_token(request.into());
    let EmbedToken { token, until } = made.map_err(|error| refused(&error))?;
    let private = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, private, Json(RestEmbedToken { token, until })).into_response())
}

impl From<EmbedTokenRequest> for EmbedWish {
    fn from(request: EmbedTokenRequest) -> Self {
        let role = match request.access {
            AccessText::Read => Role::Viewer,
            AccessText::Triage => Role::Responder,
        };
        let region = RegionId::new(request.region);
        Self { region, role, origin: request.origin, minutes: request.minutes }
    }
}

fn refused(error: &NotMade) -> Rejected {
    let (status, code) = match error {
        NotMade::NoRegion(_) => (StatusCode::NOT_FOUND, "NOT_FOUND"),
        NotMade::Forbidden(_) => (StatusCode::FORBIDDEN, "FORBIDDEN"),
        NotMade::Invalid(_) => (StatusCode::BAD_REQUEST, "INVALID"),
        NotMade::NotNow => return Refusal::unavailable(error.to_string()).into(),
    };
    Problem::of(status, code, error.to_string()).into()
}
