//! What the server tells about itself: log lines and metrics.

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, ServeConfig};

/// Starts logging to standard output.
///
/// # Errors
/// When the filter is malformed, or logging was started before.
pub fn start_logging(config: &ServeConfig) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log)?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter);
    let started = match config.log_format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("{error}"))
}

/// What became of an alert.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct AlertLabels {
    /// What became of it.
    pub outcome: AlertOutcome,
}

/// What became of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(non_camel_case_types, reason = "the names are the label values")]
pub enum AlertOutcome {
    /// What it says is durable.
    stored,
    /// The store did not take it; its sender was told to send it again.
    sent_back,
    /// It could not be read.
    refused,
}

/// The metrics of this server, as `/metrics` shows them.
pub struct Metrics {
    registry: Registry,
    /// Alerts received, by what became of them.
    pub alerts: Family<AlertLabels, Counter>,
    /// Writes of incidents, on behalf of alerts.
    pub incidents_written: Counter,
    /// Jobs that wait for the writer.
    pub ingest_queue: Gauge,
    /// Alerts that one commit took in.
    pub batch_alerts: Histogram,
    /// Time from taking a batch to its being durable.
    pub commit_seconds: Histogram,
    /// Changes that came through the feed.
    pub changes: Counter,
    /// Subscriptions that are open.
    pub subscribers: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("cineportal");
        let alerts = Family::default();
        registry.register("alerts", "Alerts received, by what became of them", alerts.clone());
        let incidents_written = Counter::default();
        let help = "Writes of incidents, on behalf of alerts";
        registry.register("incidents_written", help, incidents_written.clone());
        let ingest_queue = Gauge::default();
        registry.register("ingest_queue_length", "Jobs that wait for the writer", ingest_queue.clone());
        let batch_alerts = Histogram::new(exponential_buckets(1.0, 4.0, 7));
        registry.register("ingest_batch_alerts", "Alerts that one commit took in", batch_alerts.clone());
        let commit_seconds = Histogram::new(exponential_buckets(0.001, 2.0, 14));
        let help = "Time from taking a batch of alerts to its being durable";
        registry.register_with_unit("ingest_commit_duration", help, Unit::Seconds, commit_seconds.clone());
        let changes = Counter::default();
        registry.register("feed_changes", "Changes that came through the feed", changes.clone());
        let subscribers = Gauge::default();
        registry.register("subscribers", "Subscriptions that are open", subscribers.clone());
        Self {
            registry,
            alerts,
            incidents_written,
            ingest_queue,
            batch_alerts,
            commit_seconds,
            changes,
            subscribers,
        }
    }
}

impl Metrics {
    /// Counts what became of alerts.
    pub fn count_alerts(&self, outcome: AlertOutcome, count: usize) {
        self.alerts.get_or_create(&AlertLabels { outcome }).inc_by(count as u64);
    }

    /// All metrics in the OpenMetrics text format.
    ///
    /// # Errors
    /// Only if a metric cannot be written as text.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
