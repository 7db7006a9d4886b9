//! Metrics of the change feed, and of the board that it keeps.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::durations::seconds;

/// What came through the feed, and how late.
pub struct FeedMetrics {
    changes: Counter,
    lag: Histogram,
    live: Gauge,
    heard: Heard,
}

/// When the board last heard of the store; `None`: it does not stand yet.
#[derive(Clone, Debug, Default)]
struct Heard(Arc<Mutex<Option<Instant>>>);

impl FeedMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let changes = Counter::default();
        registry.register("feed_changes", "Changes that came through the feed", changes.clone());
        let lag = seconds();
        let help = "Time from a change's being decided, on whatever server, to its coming through the feed";
        registry.register_with_unit("feed_lag", help, Unit::Seconds, lag.clone());
        let live = Gauge::default();
        registry.register("feed_live", "1 while the board follows the store, else 0", live.clone());
        let heard = Heard::default();
        registry.register_collector(Box::new(heard.clone()));
        Self { changes, lag, live, heard }
    }

    /// A change came that was decided so many seconds ago. Clocks of servers differ: never less than none.
    pub fn note_change(&self, lag_seconds: f64) {
        self.changes.inc();
        self.lag.observe(lag_seconds.max(0.0));
        self.heard.now();
    }

    /// The board was built anew, and follows the store.
    pub fn note_start(&self) {
        self.live.set(1);
        self.heard.now();
    }

    /// The board does not follow the store any more.
    pub fn note_loss(&self) {
        self.live.set(0);
    }
}

impl Heard {
    fn now(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}

impl Collector for Heard {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let heard = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(heard) = heard else { return Ok(()) };
        let age = ConstGauge::new(heard.elapsed().as_secs_f64());
        let help = "Time since the board last heard of a change, or was built.";
        age.encode(encoder.encode_descriptor("board_age", help, Some(&Unit::Seconds), age.metric_type())?)
    }
}
