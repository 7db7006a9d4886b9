//! The collector: how it is called, and what is said when it does not answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use tokio::runtime::Handle;
use tokio_util::task::AbortOnDropHandle;

/// How long the collector may take for one batch.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// An exporter that says when it begins to fail, and when it works again.
#[derive(Debug)]
pub(super) struct Told {
    exporter: opentelemetry_otlp::SpanExporter,
    /// How many spans were lost since it began to fail.
    lost: AtomicU64,
}

impl From<opentelemetry_otlp::SpanExporter> for Told {
    fn from(exporter: opentelemetry_otlp::SpanExporter) -> Self {
        Self { exporter, lost: AtomicU64::new(0) }
    }
}

impl SpanExporter for Told {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len() as u64;
        let result = self.exporter.export(batch).await;
        match &result {
            Ok(()) => self.note_success(),
            Err(error) => self.note_loss(spans, error),
        }
        result
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl Told {
    fn note_success(&self) {
        let lost = self.lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            tracing::info!(lost, "spans are exported again");
        }
    }

    fn note_loss(&self, spans: u64, error: &OTelSdkError) {
        if self.lost.fetch_add(spans, Ordering::Relaxed) == 0 {
            tracing::warn!(%error, "spans cannot be exported; this is said once");
        }
    }
}

/// A client for a thread that has no runtime.
#[derive(Debug)]
pub(super) struct Client {
    client: reqwest::Client,
    runtime: Handle,
}

impl Client {
    /// # Errors
    /// When the system's TLS setup cannot be used.
    pub(super) fn new() -> Result<Self, reqwest::Error> {
        // reqwest comes without a TLS provider. Only the first call in a process has an effect.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(REQUEST_TIMEOUT)
            .user_agent(concat!("cineportal/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, runtime: Handle::current() })
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sending = self.runtime.spawn(async move { client.send_bytes(request).await });
        AbortOnDropHandle::new(sending).await?
    }
}
