//! Hands spans to a collector: OTLP over HTTP, in batches, by a thread of its own. Up to 2,048 spans wait for it, and
//! nobody waits for their place; the variables `OTEL_BSP_…` say otherwise.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::EnvResourceDetector;
use opentelemetry_sdk::trace::SdkTracerProvider;
use reqwest::Url;
use tracing::subscriber::Interest;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry};

use super::TARGET;
use super::collector::{Client, Told};
use super::ids::OurIds;

/// How long the last spans may take when the server stops.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(2);
/// Where a collector takes spans.
const PATH: &str = "/v1/traces";

/// Sees spans, and nothing else.
pub type SpanLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// Why no spans can be exported.
#[derive(Debug, thiserror::Error)]
pub enum SpansError {
    /// It does not tell the address back.
    #[error(
        "write http://HOST:PORT or https://HOST/PATH; what lets us in stands in OTEL_EXPORTER_OTLP_HEADERS"
    )]
    Address,
    /// The system's TLS setup cannot be used.
    #[error("no client can be made: {0}")]
    Client(#[from] reqwest::Error),
    /// A variable `OTEL_…` is wrong.
    #[error("{0}")]
    Settings(#[from] ExporterBuildError),
}

/// The thread that exports. When this is dropped, what waits is exported, unless that takes too long.
#[must_use]
pub struct Exported(SdkTracerProvider);

/// Starts to export to a collector, as this server of this service. Must be called within a runtime.
///
/// # Errors
/// [`SpansError`]; not if nobody answers there.
pub fn start(
    endpoint: &str,
    service: Option<&str>,
    server: &str,
) -> Result<(SpanLayer, Exported), SpansError> {
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(Told::from(exporter(endpoint)?))
        .with_id_generator(OurIds::default())
        .with_resource(resource(service, server))
        .build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("cineportal"))
        .with_context_activation(false)
        .with_tracked_inactivity(false)
        .with_location(false)
        .with_target(false)
        .with_threads(false);
    let filter = dynamic_filter_fn(is_exported)
        .with_callsite_filter(|about| if is_span(about) { Interest::sometimes() } else { Interest::never() });
    Ok((layer.with_filter(filter).boxed(), Exported(provider)))
}

impl Drop for Exported {
    fn drop(&mut self) {
        if self.0.shutdown_with_timeout(FLUSH_TIMEOUT).is_err() {
            tracing::warn!("the last spans were not exported: the collector takes too long");
        }
    }
}

fn exporter(endpoint: &str) -> Result<SpanExporter, SpansError> {
    let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary);
    let exporter = exporter.with_endpoint(traces_url(endpoint)?.as_str());
    Ok(exporter.with_http_client(Client::new()?).build()?)
}

/// Where a collector takes spans that is named by its root, or by this very address.
///
/// # Errors
/// [`SpansError::Address`]
pub fn traces_url(endpoint: &str) -> Result<Url, SpansError> {
    let mut url = Url::parse(endpoint).map_err(|_| SpansError::Address)?;
    let has_user = !url.username().is_empty() || url.password().is_some();
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || has_user {
        return Err(SpansError::Address);
    }
    let root = url.path().trim_end_matches('/').trim_end_matches(PATH).to_owned();
    url.set_path(&(root + PATH));
    Ok(url)
}

/// What `OTEL_RESOURCE_ATTRIBUTES` says wins, but `OTEL_SERVICE_NAME` wins over its name.
fn resource(service: Option<&str>, server: &str) -> Resource {
    let named = service.filter(|name| !name.is_empty());
    let ours = [
        KeyValue::new("service.name", "cineportal"),
        KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        KeyValue::new("service.instance.id", server.to_owned()),
    ];
    Resource::builder_empty()
        .with_attributes(ours)
        .with_detector(Box::new(EnvResourceDetector::new()))
        .with_attributes(named.map(|name| KeyValue::new("service.name", name.to_owned())))
        .build()
}

fn is_span(about: &Metadata<'_>) -> bool {
    about.is_span() && about.target() == TARGET
}

/// The store is asked all the time, by many tasks: only what belongs to something else is worth a look.
fn is_exported<S>(about: &Metadata<'_>, context: &Context<'_, S>) -> bool
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    is_span(about) && (about.name() != "store" || context.lookup_current().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_named_by_its_root_or_by_where_it_takes_spans() {
        for endpoint in ["http://tempo:4318", "http://tempo:4318/", "http://tempo:4318/v1/traces"] {
            assert_eq!(traces_url(endpoint).unwrap().as_str(), "http://tempo:4318/v1/traces");
        }
        let below = traces_url("https://in.example/otlp").unwrap();
        assert_eq!(below.as_str(), "https://in.example/otlp/v1/traces");
    }

    #[test]
    fn a_wrong_address_is_refused_and_not_told_back() {
        for wrong in ["http://", "tempo:4318", "http://kim:secret@tempo:4318"] {
            let refusal = traces_url(wrong).unwrap_err().to_string();
            assert!(!refusal.contains("secret") && !refusal.contains("tempo"), "{refusal}");
        }
    }

    #[test]
    fn the_service_is_called_cineportal_unless_somebody_says_otherwise() {
        let name = |service| resource(service, "hall-1").get(&"service.name".into()).unwrap().to_string();
        assert_eq!(
            [name(None), name(Some("")), name(Some("portal-b"))],
            ["cineportal", "cineportal", "portal-b"]
        );
    }
}
