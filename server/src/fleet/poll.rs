//! The one task that reads the exporters, all of them at once, on a beat.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::Fleet;
use crate::clock;
use crate::sources::exporter::Exporter;
use crate::telemetry::Metrics;

/// Keeps a [`Fleet`] up to date.
pub struct Poller {
    fleet: Arc<Fleet>,
    exporters: watch::Receiver<Vec<Exporter>>,
    metrics: Arc<Metrics>,
}

impl Poller {
    /// A fleet that nothing is known of yet, and who reads these exporters for it, which must be
    /// [`run`](Self::run). Others may replace them meanwhile.
    pub fn new(exporters: watch::Receiver<Vec<Exporter>>, metrics: Arc<Metrics>) -> (Arc<Fleet>, Self) {
        let fleet = Arc::new(Fleet::new(exporters.borrow().iter()));
        if exporters.borrow().is_empty() {
            tracing::info!("no exporter is configured (--exporter): machines and next shows are not known");
        }
        (Arc::clone(&fleet), Self { fleet, exporters, metrics })
    }

    /// Reads at once and then every `interval`, until told to stop. Readings never overlap. Exporters that replace
    /// others are read at once.
    pub async fn run(self, interval: Duration, stop: CancellationToken) {
        let Self { fleet, exporters: mut replaced, metrics } = self;
        let polling = async {
            let mut exporters = replaced.borrow_and_update().clone();
            loop {
                let polls = Polls { fleet: &fleet, exporters: &exporters, metrics: &metrics };
                tokio::select! {
                    () = polls.go_on(interval) => {}
                    () = until_replaced(&mut replaced) => {}
                }
                let next = replaced.borrow_and_update().clone();
                fleet.adopt(&next);
                polls.forget_all_but(&next);
                exporters = next;
            }
        };
        stop.run_until_cancelled(polling).await;
    }
}

/// Reads the same exporters again and again.
struct Polls<'a> {
    fleet: &'a Fleet,
    exporters: &'a [Exporter],
    metrics: &'a Metrics,
}

impl Polls<'_> {
    async fn go_on(&self, interval: Duration) {
        let mut beat = tokio::time::interval(interval);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            join_all((0..self.exporters.len()).map(|exporter| self.poll(exporter))).await;
            self.metrics.exporters.know_machines(self.fleet.machines());
        }
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

    /// Nobody is told any more of an exporter that is not read any more.
    fn forget_all_but(&self, next: &[Exporter]) {
        let is_gone = |name: &String| next.iter().all(|exporter| exporter.name() != *name);
        let gone = self.exporters.iter().map(Exporter::name).filter(is_gone);
        gone.for_each(|name| self.metrics.exporters.forget(&name));
        self.metrics.exporters.know_machines(self.fleet.machines());
    }
}

/// Ends when there are other exporters; never, if nobody can replace them any more.
async fn until_replaced(exporters: &mut watch::Receiver<Vec<Exporter>>) {
    if exporters.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}
