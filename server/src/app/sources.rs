//! What other programs are asked: exporters, Alertmanagers, Prometheuses; and whether they are heard of.

use std::sync::Arc;

use anyhow::Context;
use jiff::SignedDuration;
use tokio::sync::watch;

use super::base::Base;
use super::tasks::Tasks;
use crate::blind::BlindSpots;
use crate::clock;
use crate::config::ServeConfig;
use crate::fleet::{self, Fleet};
use crate::ingest::writer::Ingest;
use crate::reconcile::{self, Reconciler};
use crate::series;
use crate::sources::Sources;
use crate::sources::exporter::Exporter;
use crate::watch::{Patience, Watch};

/// Machines, what was read of them, and their next shows; and what replaces the exporters that tell of them.
///
/// # Errors
/// What is wrong with the addresses of exporters.
pub(super) fn fleet(
    base: &Base,
    config: &ServeConfig,
    tasks: &mut Tasks,
) -> anyhow::Result<(Arc<Fleet>, watch::Sender<Vec<Exporter>>)> {
    let (replace, exporters) =
        watch::channel(fleet::exporters(&config.sources.exporter, &base.regions.now())?);
    let (fleet, poller) = fleet::Poller::new(exporters, Arc::clone(&base.metrics));
    let poll = config.sources.exporter_poll();
    tasks.add("exporters", move |stop| poller.run(poll, stop));
    Ok((fleet, replace))
}

/// What was measured, for charts.
///
/// # Errors
/// If a Prometheus cannot be asked.
pub(super) fn series(
    base: &Base,
    sources: &Arc<Sources>,
    config: &ServeConfig,
    tasks: &mut Tasks,
) -> anyhow::Result<Arc<series::Reader>> {
    let asking = series::Asking {
        sources: Arc::clone(sources),
        shared: config.sources.prometheus.clone(),
        settings: series::Settings {
            deadline: config.sources.query_deadline(),
            pause: config.sources.query_pause(),
        },
        metrics: Arc::clone(&base.metrics),
        clock: Arc::new(clock::now),
    };
    let reader = series::Reader::new(asking, &base.regions.now());
    let reader = Arc::new(reader.context("a Prometheus cannot be asked")?);
    let (reading, interval) = (Arc::clone(&reader), config.sources.reconcile_interval());
    tasks.add("series", move |stop| reading.run(interval, stop));
    Ok(reader)
}

/// Who was heard of, and when.
pub(super) fn watch(base: &Base, sources: &Arc<Sources>, config: &ServeConfig) -> Arc<Watch> {
    let patience = config.sources.watchdog_silence().map(|watchdog| patience(watchdog, config));
    let (store, metrics) = (Arc::clone(&base.store), Arc::clone(&base.metrics));
    Arc::new(Watch::new(store, Arc::clone(sources), metrics, patience))
}

/// Compares incidents with the sources.
pub(super) fn reconcile(
    base: &Base,
    sources: Arc<Sources>,
    watch: &Arc<Watch>,
    ingest: &Ingest,
    config: &ServeConfig,
    tasks: &mut Tasks,
) {
    let reconciler = Reconciler {
        sources,
        watch: Arc::clone(watch),
        regions: Arc::clone(&base.regions),
        board: Arc::clone(&base.board),
        feed: Arc::clone(&base.feed),
        store: Arc::clone(&base.store),
        ingest: ingest.clone(),
        metrics: Arc::clone(&base.metrics),
        settings: reconcile::Settings {
            interval: config.sources.reconcile_interval(),
            settle_time: config.sources.source_settle_time(),
            receiver: config.sources.alertmanager_receiver.clone(),
        },
    };
    tasks.add("reconciler", move |stop| reconciler.run(stop));
}

/// Says when a region is not heard of.
pub(super) fn blind_spots(
    base: &Base,
    watch: &Arc<Watch>,
    fleet: &Arc<Fleet>,
    ingest: &Ingest,
    config: &ServeConfig,
    tasks: &mut Tasks,
) {
    let blind_spots = BlindSpots::new(
        Arc::clone(watch),
        Arc::clone(fleet),
        Arc::clone(&base.regions),
        Arc::clone(&base.store),
        ingest.clone(),
        config.sources.watchdog_silence(),
    );
    tasks.add("blind spots", move |stop| blind_spots.run(stop));
}

/// What is asked less often than a watchdog beats may be silent for longer: for three times.
fn patience(watchdog: SignedDuration, config: &ServeConfig) -> Patience {
    let thrice = |seconds: u32| watchdog.max(SignedDuration::from_secs(i64::from(seconds) * 3));
    let (source, exporter) = (config.sources.reconcile_seconds, config.sources.exporter_poll_seconds);
    Patience { watchdog, source: thrice(source), exporter: thrice(exporter) }
}
