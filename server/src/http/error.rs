//! What goes wrong at the door, as a status and one plain sentence.

use std::any::Any;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::access::Forbidden;
use crate::notify::escape_html;

/// How long a sender should wait before it comes again, in seconds.
const RETRY_AFTER_SECONDS: u64 = 2;
/// What is taken from programs, for those that ask.
pub(super) const HOW_TO_SIGN_IN: HeaderValue = HeaderValue::from_static("Bearer");

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// An answer that is only a reason.
pub(super) struct Refusal {
    status: StatusCode,
    reason: String,
    /// After how many seconds it can be sent again.
    retry_after_seconds: Option<u64>,
}

impl Refusal {
    /// What was sent cannot be taken; the reason says why.
    pub(super) fn bad_request(reason: impl Into<String>) -> Self {
        Self::with_status(StatusCode::BAD_REQUEST, reason)
    }

    /// It cannot be taken now, but can be sent again.
    pub(super) fn unavailable(reason: impl Into<String>) -> Self {
        Self::with_status(StatusCode::SERVICE_UNAVAILABLE, reason)
    }

    /// Whoever asks may not.
    pub(super) fn forbidden(reason: impl Into<String>) -> Self {
        Self::with_status(StatusCode::FORBIDDEN, reason)
    }

    /// Whoever asks has to wait for so long.
    pub(super) fn too_often(reason: impl Into<String>, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let refusal = Self::with_status(StatusCode::TOO_MANY_REQUESTS, reason);
        Self { retry_after_seconds: Some(seconds.max(1)), ..refusal }
    }

    /// Any other status.
    pub(super) fn with_status(status: StatusCode, reason: impl Into<String>) -> Self {
        let is_soon_over = status == StatusCode::SERVICE_UNAVAILABLE;
        let retry_after_seconds = is_soon_over.then_some(RETRY_AFTER_SECONDS);
        Self { status, reason: reason.into(), retry_after_seconds }
    }
}

impl Refusal {
    /// The same as a page for a person, with a way to go on. The way and its name are ours.
    pub(super) fn into_page(self, way: &str, name: &str) -> Response {
        let reason = escape_html(&self.reason);
        let page = format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>CinePortal</title>\n\
             <main><h1>CinePortal</h1><p>{reason}</p><p><a href=\"{way}\">{name}</a></p></main>\n"
        );
        let mut response = self.into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HTML);
        *response.body_mut() = Body::from(page);
        response
    }
}

impl From<Forbidden> for Refusal {
    fn from(forbidden: Forbidden) -> Self {
        Self::forbidden(format!("{forbidden}."))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, format!("{}\n", self.reason)).into_response();
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HOW_TO_SIGN_IN);
        }
        response
    }
}

/// A handler panicked: logged here with what it said, told as little as possible.
#[expect(clippy::needless_pass_by_value, reason = "the one who caught the panic hands it over")]
pub(super) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    tracing::error!(reason = panic_reason(panic.as_ref()), "a request handler panicked");
    Refusal::with_status(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong in the server.")
        .into_response()
}

/// Logs how a request was answered: where something is wrong here, for everybody; what that is was logged where it
/// happened.
pub(super) fn log_answer(answer: &Response) {
    let status = answer.status();
    if status.is_server_error() {
        tracing::error!(status = status.as_u16(), "a request failed");
    } else {
        tracing::debug!(status = status.as_u16(), "a request is answered");
    }
}

/// What a panic said.
pub(super) fn panic_reason(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given")
}
