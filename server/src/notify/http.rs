//! What all channels over HTTP share: one client that follows nowhere, and what an answer means.

use std::time::Duration;

use jiff::SignedDuration;
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url, redirect};

use super::SendError;
use super::channels::Problem;
use super::secret::Secret;

/// Longest time for one request.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How much of a refusal is told, in characters.
const MAX_REASON_CHARACTERS: usize = 200;
/// How much of a refusal is read.
const MAX_REASON_BYTES: usize = 16 * 1024;
/// The longest pause that a receiver may ask for.
const MAX_RETRY_AFTER_SECONDS: i64 = 3_600;

/// A client that sends where it is told, and nowhere else.
pub(super) fn client() -> Result<Client, Vec<Problem>> {
    // reqwest comes without a TLS provider. Only the first call in a process has an effect.
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .timeout(TIMEOUT)
        .redirect(redirect::Policy::none())
        .user_agent(concat!("CinePortal/", env!("CARGO_PKG_VERSION")))
        .build();
    client.map_err(|error| vec![Problem::whole(error.to_string())])
}

/// An address of a channel.
pub(super) fn url(key: &str, text: &str) -> Result<Url, Problem> {
    let url = Url::parse(text).map_err(|error| Problem::new(key, error.to_string()))?;
    let is_http = matches!(url.scheme(), "http" | "https");
    if is_http { Ok(url) } else { Err(Problem::new(key, "must be an http or https address")) }
}

/// Sends a request; the secret is kept out of what is told about it.
pub(super) async fn send(request: RequestBuilder, secret: &Secret) -> Result<(), SendError> {
    let response = request.send().await.map_err(|error| broken(&error.without_url(), secret))?;
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let retry_after = retry_after(&response);
    let body = beginning(response).await;
    let body = super::message::one_line(&secret.scrub(&body), MAX_REASON_CHARACTERS);
    let reason = format!("answered {status}: {body}");
    Err(match status {
        StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => SendError::Unknown { reason },
        StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY => {
            SendError::Refused { reason }
        }
        // A wrong key or address is the operator's to mend; the message waits for that.
        _ => SendError::NotTaken { reason, retry_after },
    })
}

/// As much of a refusal as may be told; whoever answers may send without end.
async fn beginning(mut response: Response) -> String {
    let mut body = Vec::new();
    while body.len() < MAX_REASON_BYTES
        && let Ok(Some(chunk)) = response.chunk().await
    {
        body.extend_from_slice(&chunk);
    }
    String::from_utf8_lossy(&body).into_owned()
}

fn broken(error: &reqwest::Error, secret: &Secret) -> SendError {
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        reason = format!("{reason}: {cause}");
        source = cause.source();
    }
    let reason = secret.scrub(&reason);
    if error.is_connect() || error.is_builder() {
        SendError::not_taken(reason)
    } else {
        SendError::Unknown { reason }
    }
}

/// RFC 9110, section 10.2.3, in seconds; Discord sends fractions of them.
fn retry_after(response: &Response) -> Option<SignedDuration> {
    let text = response.headers().get("retry-after")?.to_str().ok()?;
    let seconds = text.trim().parse::<f64>().ok().filter(|seconds| seconds.is_finite())?;
    let seconds = seconds.ceil().clamp(0.0, MAX_RETRY_AFTER_SECONDS as f64);
    SignedDuration::try_from_secs_f64(seconds).ok()
}
