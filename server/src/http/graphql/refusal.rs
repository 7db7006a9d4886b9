//! What goes wrong before or around an operation: a status, and a GraphQL answer with a code.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::super::error::HOW_TO_SIGN_IN;
use super::super::identity::NoViewer;
use crate::graphql::{Code, GraphqlError, Refused};

/// Why an operation is not executed, or not to its end.
#[derive(Debug)]
pub(in crate::http) struct GraphqlRefusal {
    status: StatusCode,
    refused: Refused,
    header: Option<(HeaderName, HeaderValue)>,
}

impl GraphqlRefusal {
    /// Any refusal.
    pub(in crate::http) fn new(status: StatusCode, code: Code, reason: impl Into<String>) -> Self {
        Self { status, refused: Refused::because(code, reason), header: None }
    }

    /// What was sent is no GraphQL request; the reason says why.
    pub(in crate::http) fn bad_request(reason: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Code::BadRequest, reason)
    }

    /// A page of another site asks.
    pub(in crate::http) fn foreign() -> Self {
        Self::new(StatusCode::FORBIDDEN, Code::Forbidden, "Requests of other sites are not taken.")
    }

    /// It is not known who asks.
    pub(in crate::http) fn unknown(nobody: &NoViewer) -> Self {
        let (status, reason) = nobody.told();
        match nobody {
            NoViewer::Unknown => {
                let header = Some((header::WWW_AUTHENTICATE, HOW_TO_SIGN_IN));
                Self { header, ..Self::new(status, Code::Unauthenticated, reason) }
            }
            NoViewer::NotNow => Self::new(status, Code::UpstreamUnavailable, reason).retry_after("2"),
            NoViewer::TooOften(wait) => Self::rate_limited(*wait),
        }
    }

    /// This method is not for that; `allow`: which ones are.
    pub(in crate::http) fn method(allow: &'static str, reason: &str) -> Self {
        let allow = (header::ALLOW, HeaderValue::from_static(allow));
        let refusal = Self::new(StatusCode::METHOD_NOT_ALLOWED, Code::BadRequest, reason);
        Self { header: Some(allow), ..refusal }
    }

    /// The viewer spent its points.
    pub(in crate::http) fn rate_limited(wait: Duration) -> Self {
        let seconds = wait.as_secs_f64().ceil().max(1.0);
        let reason = format!("You ask for more than your share. Ask again in {seconds} s.");
        Self::new(StatusCode::TOO_MANY_REQUESTS, Code::RateLimited, reason).retry_after(&seconds.to_string())
    }

    /// The operation was given up.
    pub(in crate::http) fn timed_out(limit: Duration) -> Self {
        let seconds = limit.as_secs();
        let reason = format!(
            "This took longer than {seconds} s. A change may have been made: read again before you repeat it."
        );
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::TimedOut, reason).retry_after("2")
    }

    /// Our fault; the reason was logged.
    pub(in crate::http) fn internal() -> Self {
        let reason = "Something went wrong in the server.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, reason)
    }

    /// The errors alone, for transports without a status.
    pub(in crate::http) fn into_errors(self) -> Vec<GraphqlError> {
        self.refused.errors
    }

    fn retry_after(self, seconds: &str) -> Self {
        let value = HeaderValue::from_str(seconds).ok();
        Self { header: value.map(|value| (header::RETRY_AFTER, value)), ..self }
    }
}

impl From<NoViewer> for GraphqlRefusal {
    fn from(nobody: NoViewer) -> Self {
        Self::unknown(&nobody)
    }
}

impl IntoResponse for GraphqlRefusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.refused)).into_response();
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
