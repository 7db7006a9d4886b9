//! What opens, joins, reopens and forgets incidents: alerts, outages, the next show, age.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::base::Base;
use super::tasks::Tasks;
use crate::config::ServeConfig;
use crate::correlator::Correlator;
use crate::domain::correlation::OutageRule;
use crate::domain::incident::Status;
use crate::fleet::Fleet;
use crate::ingest::writer::{Ingest, Writer};
use crate::reopening::Reopener;
use crate::repairs::Repairs;
use crate::retention::Retention;

/// Where alerts are handed in, and the writer behind it, which outlives all others.
pub(super) fn ingest(base: &Base, fleet: &Arc<Fleet>, config: &ServeConfig) -> (Ingest, Writer) {
    Ingest::new(
        Arc::clone(&base.store),
        Arc::clone(&base.regions),
        Arc::clone(fleet),
        config.rules.flap_window(),
        Arc::clone(&base.metrics),
        config.max_waiting_alerts,
    )
}

/// Finds cinema outages.
pub(super) fn correlate(base: &Base, fleet: &Arc<Fleet>, config: &ServeConfig, tasks: &mut Tasks) {
    let correlator = Correlator::new(
        Arc::clone(&base.board),
        Arc::clone(&base.store),
        Arc::clone(&base.regions),
        Arc::clone(fleet),
        OutageRule { machines: config.rules.outage_machines as usize, window: config.rules.outage_window() },
        config.rules.flap_window(),
        Arc::clone(&base.metrics),
    );
    let feed = Arc::clone(&base.feed);
    tasks.add("correlator", move |stop| correlator.run(feed, stop));
}

/// Opens again, before a show, what still fires.
pub(super) fn reopen(base: &Base, fleet: &Arc<Fleet>, config: &ServeConfig, tasks: &mut Tasks) {
    let (store, regions) = (Arc::clone(&base.store), Arc::clone(&base.regions));
    let reopener = Reopener::new(store, regions, Arc::clone(fleet), config.rules.reopen_before_show());
    let feed = Arc::clone(&base.feed);
    tasks.add("reopener", move |stop| reopener.run(feed, stop));
}

/// Forgets what the operator does not want to keep.
pub(super) fn forget(base: &Base, config: &ServeConfig, tasks: &mut Tasks) {
    let keep_days = [
        (Status::Open, config.rules.keep_open_days),
        (Status::InProgress, config.rules.keep_in_progress_days),
        (Status::Closed, config.rules.keep_closed_days),
    ];
    let retention = Retention::new(Arc::clone(&base.store), Arc::clone(&base.feed), keep_days);
    tasks.add("retention", move |stop: CancellationToken| retention.run(stop));
}

/// Learns how long past repairs took.
pub(super) fn repairs(base: &Base, tasks: &mut Tasks) -> Arc<Repairs> {
    let repairs = Arc::new(Repairs::default());
    let learning = Arc::clone(&repairs);
    let (feed, store) = (Arc::clone(&base.feed), Arc::clone(&base.store));
    tasks.add("repairs", move |stop| learning.run(feed, store, stop));
    repairs
}
