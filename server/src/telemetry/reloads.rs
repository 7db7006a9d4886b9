//! Metrics about reading the regions anew while the server runs.

use jiff::Timestamp;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReloadLabels {
    outcome: ReloadOutcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(non_camel_case_types, reason = "the names are the label values")]
enum ReloadOutcome {
    /// What the files say counts now.
    done,
    /// A file is faulty, and nothing changed.
    refused,
}

/// How often the regions were read anew, and whether the last time went well.
#[derive(Default)]
pub struct ReloadMetrics {
    reloads: Family<ReloadLabels, Counter>,
    last_successful: Gauge,
    last_success: Gauge,
}

impl ReloadMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        // What was never seen is told as 0, so that the first one is an increase.
        for outcome in [ReloadOutcome::done, ReloadOutcome::refused] {
            drop(metrics.reloads.get_or_create(&ReloadLabels { outcome }));
        }
        let help = "How often the regions were read anew while the server ran, by what became of it";
        registry.register("regions_reloads", help, metrics.reloads.clone());
        let help = "1 if the files of the regions were right when they were last read, else 0";
        registry.register("regions_last_reload_successful", help, metrics.last_successful.clone());
        let help = "When the regions that count were read, since 1970";
        registry.register(
            "regions_last_reload_success_timestamp_seconds",
            help,
            metrics.last_success.clone(),
        );
        metrics
    }

    /// The regions were read when the server started.
    pub fn note_start(&self, now: Timestamp) {
        self.last_successful.set(1);
        self.last_success.set(now.as_second());
    }

    /// The regions were read anew, and count.
    pub fn count_done(&self, now: Timestamp) {
        self.reloads.get_or_create(&ReloadLabels { outcome: ReloadOutcome::done }).inc();
        self.note_start(now);
    }

    /// A file is faulty: what was read before goes on.
    pub fn count_refused(&self) {
        self.reloads.get_or_create(&ReloadLabels { outcome: ReloadOutcome::refused }).inc();
        self.last_successful.set(0);
    }
}
