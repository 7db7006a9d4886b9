//! What nearly every part of the server stands on.

use std::sync::Arc;

use anyhow::Context;
use cineportal_regions::CurrentRegions;

use super::tasks::Tasks;
use crate::access::{self, Door};
use crate::board::Board;
use crate::clock;
use crate::config::ServeConfig;
use crate::feed::Feed;
use crate::logs::Losses;
use crate::store::{self, Store};
use crate::telemetry::Metrics;

/// What nearly every part stands on.
pub(super) struct Base {
    pub(super) regions: Arc<CurrentRegions>,
    pub(super) door: Arc<Door>,
    pub(super) store: Arc<dyn Store>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) board: Arc<Board>,
    pub(super) feed: Arc<Feed>,
}

impl Base {
    /// Reads the regions and the access file; the feed follows the store once tasks are started.
    ///
    /// # Errors
    /// What is wrong with these files.
    pub(super) fn new(
        store: Arc<dyn Store>,
        config: &ServeConfig,
        losses: &Losses,
        tasks: &mut Tasks,
    ) -> anyhow::Result<Self> {
        let regions = cineportal_regions::load(&config.regions).context("the regions are not valid")?;
        let door =
            access::load(config.access.as_deref(), &regions).context("the access file is not valid")?;
        let metrics = Arc::new(Metrics::default().with_log(losses));
        metrics.reloads.note_start(clock::now());
        let store = store::measured(store, metrics.store.clone());
        let board = Arc::new(Board::default());
        let feed = Arc::new(Feed::new(Arc::clone(&board), Arc::clone(&metrics)));
        let (following, followed) = (Arc::clone(&feed), Arc::clone(&store));
        tasks.add("feed", move |stop| following.run(followed, stop));
        let task_delay = metrics.task_delay.clone();
        tasks.add("task delay", move |stop| task_delay.measure(stop));
        Ok(Self {
            regions: Arc::new(CurrentRegions::new(regions)),
            door: Arc::new(door.for_pages_of(config.embed_origin.clone())),
            store,
            metrics,
            board,
            feed,
        })
    }
}
