//! What the server tells about itself: log lines and metrics.

mod access;
mod arrivals;
mod durations;
mod exporters;
mod feed;
mod graphql;
mod json_line;
mod logging;
mod notifications;
mod operations;
mod pushes;
mod reloads;
mod requests;
mod runtime;
mod sources;
mod store;
mod upstreams;

use cineportal_metrics::{Format, plain_text, register_build, register_process};
use prometheus_client::encoding::text::{encode, encode_registry};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

pub use self::access::{AccessMetrics, Changed, Refused, Why};
pub use self::exporters::ExporterMetrics;
pub use self::feed::FeedMetrics;
pub use self::graphql::{CacheName, GraphqlMetrics};
pub use self::logging::{Logging, start_logging, start_logging_to_stdout};
pub use self::notifications::{NotificationMetrics, NotificationOutcome};
pub use self::operations::{OperationMetrics, OperationOutcome, RunningOperation};
pub use self::pushes::{PushMetrics, Subscribed, Transport};
pub use self::reloads::ReloadMetrics;
pub use self::requests::{RequestMetrics, RunningRequest};
pub use self::runtime::TaskDelay;
pub use self::sources::SourceMetrics;
pub use self::store::{RunningCall, StoreMetrics};
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

impl AlertOutcome {
    const ALL: [Self; 4] = [Self::stored, Self::sent_back, Self::refused, Self::doubted];
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

impl CommandOutcome {
    const ALL: [Self; 3] = [Self::done, Self::refused, Self::failed];
}

/// The metrics of this server, as `/metrics` shows them.
pub struct Metrics {
    /// What has a name of its own: the process.
    process: Registry,
    /// All else, as `cineportal_…`.
    registry: Registry,
    /// Requests over HTTP.
    pub requests: RequestMetrics,
    /// Calls of the store.
    pub store: StoreMetrics,
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
    /// The change feed, and the board.
    pub feed: FeedMetrics,
    /// Who follows changes, and how soon they hear.
    pub pushes: PushMetrics,
    /// How late the runtime is.
    pub task_delay: TaskDelay,
    /// Clients that were cut off because they read nothing any more.
    pub clients_cut: Counter,
    /// How well the exporters can be read.
    pub exporters: ExporterMetrics,
    /// Messages to people.
    pub notifications: NotificationMetrics,
    /// Those of the sources.
    pub sources: SourceMetrics,
    /// Those of sources that are asked while somebody waits.
    pub upstreams: UpstreamMetrics,
    /// What GraphQL remembers.
    pub graphql: GraphqlMetrics,
    /// Who was refused.
    pub access: AccessMetrics,
    /// Reading the regions anew.
    pub reloads: ReloadMetrics,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut process = Registry::default();
        register_process(&mut process);
        let mut registry = Registry::with_prefix("cineportal");
        register_build(&mut registry, env!("CARGO_PKG_VERSION"));
        let requests = RequestMetrics::register(&mut registry);
        let store = StoreMetrics::register(&mut registry);
        let alerts = Family::<AlertLabels, Counter>::default();
        // What was never seen is told as 0, so that the first one is an increase.
        AlertOutcome::ALL
            .iter()
            .for_each(|outcome| drop(alerts.get_or_create(&AlertLabels { outcome: *outcome })));
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
        let commands = Family::<CommandLabels, Counter>::default();
        CommandOutcome::ALL
            .iter()
            .for_each(|outcome| drop(commands.get_or_create(&CommandLabels { outcome: *outcome })));
        let help = "Commands of people and other services, by how they ended";
        registry.register("commands", help, commands.clone());
        let outages_written = Counter::default();
        registry.register("outages_written", "Writes of cinema outages", outages_written.clone());
        let feed = FeedMetrics::register(&mut registry);
        let pushes = PushMetrics::register(&mut registry);
        let task_delay = TaskDelay::register(&mut registry);
        let clients_cut = Counter::default();
        let help = "Clients that were cut off because they read nothing any more";
        registry.register("clients_cut", help, clients_cut.clone());
        let exporters = ExporterMetrics::register(&mut registry);
        let notifications = NotificationMetrics::register(&mut registry);
        let sources = SourceMetrics::register(&mut registry);
        let upstreams = UpstreamMetrics::register(&mut registry);
        let graphql = GraphqlMetrics::register(&mut registry);
        let access = AccessMetrics::register(&mut registry);
        let reloads = ReloadMetrics::register(&mut registry);
        Self {
            process,
            registry,
            requests,
            store,
            alerts,
            incidents_written,
            ingest_queue,
            batch_alerts,
            commit_seconds,
            commands,
            outages_written,
            feed,
            pushes,
            task_delay,
            clients_cut,
            exporters,
            notifications,
            sources,
            upstreams,
            graphql,
            access,
            reloads,
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

    /// All metrics in this format.
    ///
    /// # Errors
    /// Only if a metric cannot be written as text.
    pub fn text(&self, format: Format) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode_registry(&mut text, &self.process)?;
        encode(&mut text, &self.registry)?;
        Ok(match format {
            Format::OpenMetrics => text,
            Format::Plain => plain_text(&text),
        })
    }
}
