//! One request with a bound, its answer read as JSON or as text.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::time::Duration;

use reqwest::{Response, StatusCode, Url, header, redirect};
use serde::de::DeserializeOwned;
use tracing::Span;

use crate::spans;

/// How long one source may take to answer.
pub(super) const DEADLINE: Duration = Duration::from_secs(5);
/// Largest answer, in bytes: about 100,000 alerts.
const MAX_ANSWER_BYTES: usize = 128 * 1024 * 1024;

/// Why a source did not answer; one sentence without addresses, which may hold secrets.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SourceError {
    /// No connection, or it broke off.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// It took too long.
    #[error("it did not answer within {} s", DEADLINE.as_secs())]
    Late,
    /// It answered with an error.
    #[error("it refuses: {0}")]
    Refused(String),
    /// It answered something else than it should.
    #[error("its answer cannot be read: {0}")]
    Unreadable(String),
    /// Its answer says of itself that it is not all.
    #[error("its answer is not complete: {0}")]
    Incomplete(String),
}

/// The client that asks all sources. A clone shares its connections.
#[derive(Clone)]
pub(super) struct Client(reqwest::Client);

/// A page as it came.
pub(super) struct Page {
    /// Its media type, with parameters; empty where it has none.
    pub(super) media_type: String,
    /// What it says.
    pub(super) body: Vec<u8>,
}

impl Client {
    /// # Errors
    /// When the system's TLS setup cannot be used.
    pub(super) fn new() -> Result<Self, reqwest::Error> {
        // reqwest comes without a TLS provider. Only the first call in a process has an effect.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("cineportal/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self(http))
    }

    /// The answer of this page, whatever its status.
    pub(super) async fn get<T: DeserializeOwned>(&self, url: Url) -> Result<T, SourceError> {
        let span = span("GET", &url);
        spans::within(span, async { read(self.0.get(url).send().await?, MAX_ANSWER_BYTES).await }).await
    }

    /// The answer of this page to a form, whatever its status, but no more than so many bytes.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        url: Url,
        form: &[(&str, &str)],
        max_bytes: usize,
    ) -> Result<T, SourceError> {
        let span = span("POST", &url);
        spans::within(span, async { read(self.0.post(url).form(form).send().await?, max_bytes).await }).await
    }

    /// This page, which must answer 200, in a media type of this kind if it can.
    pub(super) async fn page(&self, url: Url, accept: &str, max_bytes: usize) -> Result<Page, SourceError> {
        let span = span("GET", &url);
        let request = self.0.get(url).header(header::ACCEPT, accept);
        spans::within(span, async { page_of(request.send().await?, max_bytes).await }).await
    }
}

fn span(method: &'static str, url: &Url) -> Span {
    spans::upstream(method, url.host_str(), url.port_or_known_default(), url.path())
}

async fn page_of(response: Response, max_bytes: usize) -> Result<Page, SourceError> {
    if response.status() != StatusCode::OK {
        return Err(refused(response.status()));
    }
    let media_type = response.headers().get(header::CONTENT_TYPE);
    let media_type = media_type.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    Ok(Page { media_type, body: body_of(response, max_bytes).await? })
}

async fn read<T: DeserializeOwned>(response: Response, max_bytes: usize) -> Result<T, SourceError> {
    let status = response.status();
    let body = body_of(response, max_bytes).await?;
    let answer = serde_json::from_slice(&body);
    answer.map_err(|error| match status.is_success() {
        true => SourceError::Unreadable(error.to_string()),
        false => refused(status),
    })
}

fn refused(status: StatusCode) -> SourceError {
    SourceError::Refused(format!("status {}", status.as_u16()))
}

/// What says beforehand that it is too large is not read at all.
async fn body_of(mut response: Response, max_bytes: usize) -> Result<Vec<u8>, SourceError> {
    let too_large = || SourceError::Unreadable(format!("it is larger than {} MB", max_bytes >> 20));
    if response.content_length().is_some_and(|bytes| bytes > max_bytes as u64) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > max_bytes {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

impl From<reqwest::Error> for SourceError {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut cause: &(dyn Error + 'static) = &error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        Self::Unreachable(in_words(cause))
    }
}

/// What stands beside a machine in the portal is for people who repair projectors.
fn in_words(innermost: &(dyn Error + 'static)) -> String {
    match innermost.downcast_ref().map(io::Error::kind) {
        Some(ErrorKind::ConnectionRefused) => "nothing answers at its address".to_owned(),
        Some(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe) => {
            "the connection broke off".to_owned()
        }
        Some(ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable) => {
            "no network leads to it".to_owned()
        }
        _ => innermost.to_string(),
    }
}
