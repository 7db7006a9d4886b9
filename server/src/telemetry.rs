//! What the server tells about itself: log lines and metrics.

mod access;
mod exporters;
mod graphql;
mod json_line;
mod logging;
mod sources;
mod upstreams;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

pub use self::access::{AccessMetrics, Changed, Refused, Why};
pub use self::exporters::ExporterMetrics;
pub use self::graphql::{CacheName, GraphqlMetrics};
pub use self::logging::{start_logging, start_logging_to_stdout};
pub use self::sources::SourceMetrics;
pub use self::upstreams::{QueryOutcome, UpstreamMetrics};
use crate::logs::Losses;

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
    /// Its end was not believed, because a Prometheus does not answer; comparing with it will tell.
    doubted,
}

/// What became of a message to people.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct NotificationLabels {
    /// The channel's name in the channels file.
    pub channel: String,
    /// What became of it.
    pub outcome: NotificationOutcome,
}

/// What became of a message to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(non_camel_case_types, reason = "the names are the label values")]
pub enum NotificationOutcome {
    /// The channel took it.
    sent,
    /// It will be tried again.
    retried,
    /// It is given up.
    failed,
}

/// How a command of a person or another service ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct CommandLabels {
    /// How it ended.
    pub outcome: CommandOutcome,
}

/// How a command of a person or another service ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(non_camel_case_types, reason = "the names are the label values")]
pub enum CommandOutcome {
    /// It is done, and durable.
    done,
    /// It was refused: somebody was faster, or it makes no sense.
    refused,
    /// The store did not take it.
    failed,
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
    /// Commands of people and other services, by how they ended.
    pub commands: Family<CommandLabels, Counter>,
    /// Writes of cinema outages.
    pub outages_written: Counter,
    /// Changes that came through the feed.
    pub changes: Counter,
    /// Subscriptions that are open.
    pub subscribers: Gauge,
    /// Clients that were cut off because they read nothing any more.
    pub clients_cut: Counter,
    /// How well the exporters can be read.
    pub exporters: ExporterMetrics,
    /// Messages to people, by what became of them.
    pub notifications: Family<NotificationLabels, Counter>,
    /// What people are still to be told.
    pub notifications_pending: Gauge,
    /// How long the oldest of it waits.
    pub notifications_oldest_pending_seconds: Gauge,
    /// Time that a channel took for a message, or to fail.
    pub send_seconds: Histogram,
    /// Those of the sources.
    pub sources: SourceMetrics,
    /// Those of sources that are asked while somebody waits.
    pub upstreams: UpstreamMetrics,
    /// What GraphQL remembers.
    pub graphql: GraphqlMetrics,
    /// Who was refused.
    pub access: AccessMetrics,
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
        let commands = Family::default();
        let help = "Commands of people and other services, by how they ended";
        registry.register("commands", help, commands.clone());
        let outages_written = Counter::default();
        registry.register("outages_written", "Writes of cinema outages", outages_written.clone());
        let changes = Counter::default();
        registry.register("feed_changes", "Changes that came through the feed", changes.clone());
        let subscribers = Gauge::default();
        registry.register("subscribers", "Subscriptions that are open", subscribers.clone());
        let clients_cut = Counter::default();
        let help = "Clients that were cut off because they read nothing any more";
        registry.register("clients_cut", help, clients_cut.clone());
        let exporters = ExporterMetrics::register(&mut registry);
        let notifications = Family::default();
        let help = "Messages to people, by channel and by what became of them";
        registry.register("notifications", help, notifications.clone());
        let notifications_pending = Gauge::default();
        let help = "What people are due to be told and have not been told yet";
        registry.register("notifications_pending", help, notifications_pending.clone());
        let notifications_oldest_pending_seconds = Gauge::default();
        let help = "How long the oldest of what people are due to be told waits";
        let oldest = notifications_oldest_pending_seconds.clone();
        registry.register_with_unit("notifications_oldest_pending", help, Unit::Seconds, oldest);
        let send_seconds = Histogram::new(exponential_buckets(0.005, 2.0, 14));
        let help = "Time that a channel took for a message, or to fail";
        registry.register_with_unit("notification_send_duration", help, Unit::Seconds, send_seconds.clone());
        let sources = SourceMetrics::register(&mut registry);
        let upstreams = UpstreamMetrics::register(&mut registry);
        let graphql = GraphqlMetrics::register(&mut registry);
        let access = AccessMetrics::register(&mut registry);
        Self {
            registry,
            alerts,
            incidents_written,
            ingest_queue,
            batch_alerts,
            commit_seconds,
            commands,
            outages_written,
            changes,
            subscribers,
            clients_cut,
            exporters,
            notifications,
            notifications_pending,
            notifications_oldest_pending_seconds,
            send_seconds,
            sources,
            upstreams,
            graphql,
            access,
        }
    }
}

impl Metrics {
    /// The same, with what the log lost.
    #[must_use]
    pub fn with_log(mut self, losses: &Losses) -> Self {
        losses.register(&mut self.registry);
        self
    }

    /// Counts what became of alerts.
    pub fn count_alerts(&self, outcome: AlertOutcome, count: usize) {
        self.alerts.get_or_create(&AlertLabels { outcome }).inc_by(count as u64);
    }

    /// Counts how a command ended.
    pub fn count_command(&self, outcome: CommandOutcome) {
        self.commands.get_or_create(&CommandLabels { outcome }).inc();
    }

    /// Counts what became of a message.
    pub fn count_notification(&self, channel: &str, outcome: NotificationOutcome) {
        let labels = NotificationLabels { channel: channel.to_owned(), outcome };
        self.notifications.get_or_create(&labels).inc();
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
