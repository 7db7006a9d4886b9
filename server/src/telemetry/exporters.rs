//! Metrics about the exporters that the server reads.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ExporterLabels {
    exporter: String,
}

/// How well the exporters can be read.
#[derive(Default)]
pub struct ExporterMetrics {
    up: Family<ExporterLabels, Gauge>,
    reading_age_seconds: Family<ExporterLabels, Gauge<f64, AtomicU64>>,
    foreign_machines: Family<ExporterLabels, Gauge>,
    machines: Gauge,
}

impl ExporterMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        let help = "1 while the exporter can be read, else 0";
        registry.register("exporter_up", help, metrics.up.clone());
        let (name, help) =
            ("exporter_reading_age", "Age of what is known from the exporter, at its last poll");
        registry.register_with_unit(name, help, Unit::Seconds, metrics.reading_age_seconds.clone());
        let help = "Machines that are left out: they are of regions that did not name this exporter";
        registry.register("exporter_foreign_machines", help, metrics.foreign_machines.clone());
        registry.register("machines", "Machines that the exporters list", metrics.machines.clone());
        metrics
    }

    /// How the last poll of an exporter went; an age only if there ever was a reading.
    pub fn report(&self, exporter: &str, is_up: bool, reading_age_seconds: Option<f64>) {
        let labels = ExporterLabels { exporter: exporter.to_owned() };
        self.up.get_or_create(&labels).set(i64::from(is_up));
        if let Some(age) = reading_age_seconds {
            self.reading_age_seconds.get_or_create(&labels).set(age);
        }
    }

    /// How many machines of an exporter are left out.
    pub fn leave_out(&self, exporter: &str, machines: usize) {
        let labels = ExporterLabels { exporter: exporter.to_owned() };
        self.foreign_machines.get_or_create(&labels).set(i64::try_from(machines).unwrap_or(i64::MAX));
    }

    /// This exporter is not read any more.
    pub fn forget(&self, exporter: &str) {
        let labels = ExporterLabels { exporter: exporter.to_owned() };
        self.up.remove(&labels);
        self.reading_age_seconds.remove(&labels);
        self.foreign_machines.remove(&labels);
    }

    /// How many machines are known.
    pub fn know_machines(&self, count: usize) {
        self.machines.set(i64::try_from(count).unwrap_or(i64::MAX));
    }
}
