//! Metrics of the sources: who answers, what was found by comparing, how long each region is silent.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

/// Which source.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct SourceLabels {
    /// Its name, as `prometheus 127.0.0.1:9090`.
    pub source: String,
}

/// Which region.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RegionLabels {
    /// Its id.
    pub region: String,
}

/// Of a metric that is not there before its first value.
type NoLabels = [(&'static str, &'static str); 0];

/// Metrics of the sources.
pub struct SourceMetrics {
    /// 1 if the source answered the last time, else 0.
    pub up: Family<SourceLabels, Gauge>,
    /// How often all sources were asked.
    pub rounds: Counter,
    /// Alerts that fired at a source and not here.
    pub opened: Counter,
    /// Occurrences that ended here because no source knew them any more.
    pub closed: Counter,
    /// Seconds since a region's watchdog was heard.
    pub silence: Family<RegionLabels, Gauge>,
    /// When the last backup was made, in seconds since 1970; nothing before the first.
    pub last_backup: Family<NoLabels, Gauge>,
}

impl SourceMetrics {
    /// New metrics, shown by this registry.
    pub fn register(registry: &mut Registry) -> Self {
        let up = Family::default();
        registry.register("source_up", "1 if the source answered the last time, else 0", up.clone());
        let rounds = Counter::default();
        registry.register("reconcile_rounds", "How often all sources were asked", rounds.clone());
        let opened = Counter::default();
        registry.register("reconcile_opened", "Alerts that fired at a source and not here", opened.clone());
        let closed = Counter::default();
        let help = "Occurrences that ended here because no source knew them any more";
        registry.register("reconcile_closed", help, closed.clone());
        let silence = Family::default();
        let help = "Time since a region's watchdog was heard";
        registry.register_with_unit("watchdog_silence", help, Unit::Seconds, silence.clone());
        let last_backup = Family::default();
        let help = "When the last backup was made, since 1970; nothing before the first";
        registry.register("backup_last_success_timestamp_seconds", help, last_backup.clone());
        Self { up, rounds, opened, closed, silence, last_backup }
    }

    /// Notes whether a source answered.
    pub fn note_up(&self, source: &str, is_up: bool) {
        self.up.get_or_create(&SourceLabels { source: source.to_owned() }).set(i64::from(is_up));
    }

    /// Notes when the last backup was made, in seconds since 1970.
    pub fn note_backup(&self, second: i64) {
        self.last_backup.get_or_create(&[]).set(second);
    }

    /// Notes for how long a region's watchdog was not heard.
    pub fn note_silence(&self, region: &str, seconds: i64) {
        self.silence.get_or_create(&RegionLabels { region: region.to_owned() }).set(seconds);
    }

    /// There is no such region any more.
    pub fn forget_silence(&self, region: &str) {
        self.silence.remove(&RegionLabels { region: region.to_owned() });
    }
}
