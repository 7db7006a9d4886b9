//! The one task that reads the exporters, all of them at once, on a beat.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::Fleet;
use crate::clock;
use crate::config::SourceAddress;
use crate::sources::exporter::{BadExporter, ExporterClient};
use crate::telemetry::Metrics;

/// Keeps a [`Fleet`] up to date.
pub struct Poller {
    fleet: Arc<Fleet>,
    exporters: Vec<ExporterClient>,
    metrics: Arc<Metrics>,
}

impl Poller {
    /// A fleet that nothing is known of yet, and who reads the exporters at these addresses for it, which
    /// must be [`run`](Self::run).
    ///
    /// # Errors
    /// [`BadExporter`].
    pub fn new(
        addresses: &[SourceAddress],
        metrics: Arc<Metrics>,
    ) -> Result<(Arc<Fleet>, Self), BadExporter> {
        let exporters: Vec<_> = addresses
            .iter()
            .map(|address| ExporterClient::new(address.as_str()))
            .collect::<Result<_, _>>()?;
        if exporters.is_empty() {
            tracing::info!("no exporter is configured (--exporter): next shows are not known");
        }
        let fleet = Arc::new(Fleet::new(exporters.iter().map(|exporter| exporter.name().to_owned())));
        Ok((Arc::clone(&fleet), Self { fleet, exporters, metrics }))
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
                self.fleet.take(exporter, reading, now);
            }
            Err(error) => {
                if self.fleet.fail(exporter, error.to_string(), now) {
                    tracing::warn!(exporter = name, %error, "the exporter {name} cannot be read: {error}");
                }
            }
        }
        let age = self.fleet.as_of(exporter).map(|as_of| now.duration_since(as_of).as_secs_f64());
        self.metrics.exporters.report(name, is_up, age);
    }
}
