//! Metrics of what people are told: what waits, and what became of the rest.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// What became of a message to people.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct NotificationLabels {
    /// The channel's name in the channels file.
    channel: String,
    /// What the channel is, as `smtp`.
    kind: &'static str,
    outcome: NotificationOutcome,
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

/// Messages to people.
pub struct NotificationMetrics {
    messages: Family<NotificationLabels, Counter>,
    pending: Gauge,
    oldest_pending_seconds: Gauge,
    send_seconds: Histogram,
}

impl NotificationMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let messages = Family::default();
        let help = "Messages to people, by channel and by what became of them";
        registry.register("notifications", help, messages.clone());
        let pending = Gauge::default();
        let help = "What people are due to be told and have not been told yet";
        registry.register("notifications_pending", help, pending.clone());
        let oldest_pending_seconds = Gauge::default();
        let help = "How long the oldest of what people are due to be told waits";
        let oldest = oldest_pending_seconds.clone();
        registry.register_with_unit("notifications_oldest_pending", help, Unit::Seconds, oldest);
        let send_seconds = Histogram::new(exponential_buckets(0.005, 2.0, 14));
        let help = "Time that a channel took for a message, or to fail";
        registry.register_with_unit("notification_send_duration", help, Unit::Seconds, send_seconds.clone());
        Self { messages, pending, oldest_pending_seconds, send_seconds }
    }

    /// Counts what became of a message, after so many seconds.
    pub fn count(&self, channel: &str, kind: &'static str, outcome: NotificationOutcome, seconds: f64) {
        self.send_seconds.observe(seconds);
        let labels = NotificationLabels { channel: channel.to_owned(), kind, outcome };
        self.messages.get_or_create(&labels).inc();
    }

    /// Shows what people are due to be told, and for how long the oldest of it waits.
    pub fn show_pending(&self, pending: usize, oldest_seconds: i64) {
        self.pending.set(i64::try_from(pending).unwrap_or(i64::MAX));
        self.oldest_pending_seconds.set(oldest_seconds);
    }
}
