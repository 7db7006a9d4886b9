//! The one task that reads the exporters, all of them at once, on a beat.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::Fleet;
use crate::clock;
use crate::sources::exporter::Exporter;
use crate::telemetry::Metrics;

/// Keeps a [`Fleet`] up to date.
pub struct Poller {
    fleet: Arc<Fleet>,
    exporters: Vec<Exporter>,
    metrics: Arc<Metrics>,
}

impl Poller {
    /// A fleet that nothing is known of yet, and who reads these exporters for it, which must be
    /// [`run`](Self::run).
    pub fn new(exporters: Vec<Exporter>, metrics: Arc<Metrics>) -> (Arc<Fleet>, Self) {
        if exporters.is_empty() {
            tracing::info!("no exporter is configured (--exporter): machines and next shows are not known");
        }
        let fleet = Arc::new(Fleet::new(&exporters));
        (Arc::clone(&fleet), Self { fleet, exporters, metrics })
    }

    /// Reads at once and then every `interval`, until told to stop. Readings never overlap.
    pub async fn run(self, interval: Duration, stop: CancellationToken) {
        let mut beat = tokio::time::interval(interval);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let polling = async {
            loop {
                beat.tick().await;
                join_all((0..self.exporters.len()).map(|exporter| self.poll(exporter))).await;
                self.metrics.exporters.know_machines(self.fleet.machines());
            }
        };
        stop.run_until_cancelled(polling).await;
    }

    async fn poll(&self, exporter: usize) {
        let Some(client) = self.exporters.get(exporter) else { return };
        let name = client.name();
        let result = client.read().await;
        let now = clock::now();
        let is_up = result.is_ok();
        match result {
            Ok(reading) => {
                if self.fleet.is_failing(exporter) {
                    tracing::info!(exporter = name, "the exporter {name} answers again");
                }
                self.tell_of_foreign(exporter, &name, reading.foreign);
                self.fleet.take(exporter, reading, now);
            }
            Err(error) => {
                if self.fleet.fail(exporter, error.to_string(), now) {
                    tracing::warn!(exporter = name, %error, "the exporter {name} cannot be read: {error}");
                }
            }
        }
        let age = self.fleet.last_reading(exporter).map(|(as_of, _)| now.duration_since(as_of).as_secs_f64());
        self.metrics.exporters.report(&name, is_up, age);
    }

    /// Shows how many machines are left out, and logs it when that changes.
    fn tell_of_foreign(&self, exporter: usize, name: &str, foreign: usize) {
        let before = self.fleet.last_reading(exporter).map_or(0, |(_, foreign)| foreign);
        if foreign > before {
            tracing::warn!(
                exporter = name,
                machines = foreign,
                "the exporter {name} tells of {foreign} machines of regions that did not name it; they are left out"
            );
        }
        self.metrics.exporters.leave_out(name, foreign);
    }
}
