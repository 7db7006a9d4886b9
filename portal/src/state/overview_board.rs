//! The regions and their counts, kept up to date.

use leptos::prelude::*;

use super::latest_task::LatestTask;
use super::{Clock, LiveStatus};
use crate::api::{Change, Server, pause_before_retry};
use crate::model::{Counts, RegionSummary, Trouble};

/// All regions. Changes make it read the counts again, at most once per tick of the clock.
#[derive(Clone, Copy)]
pub(crate) struct OverviewBoard {
    server: Server,
    /// Nothing before the first answer.
    pub(crate) regions: RwSignal<Option<Vec<RegionSummary>>>,
    /// Why the last reading failed.
    pub(crate) trouble: RwSignal<Option<Trouble>>,
    pub(crate) reading: RwSignal<bool>,
    outdated: StoredValue<bool>,
    read_at_ms: StoredValue<i64>,
    reads: LatestTask,
}

/// How soon regions are read again without a change: none tells of machines, or when a blind region is seen again.
const REREAD_MS: i64 = 10_000;

impl OverviewBoard {
    /// Reads the regions now and follows them until the current component goes.
    pub(crate) fn open() -> Self {
        let board = Self {
            server: Server::used(),
            regions: RwSignal::new(None),
            trouble: RwSignal::new(None),
            reading: RwSignal::new(false),
            outdated: StoredValue::new(false),
            read_at_ms: StoredValue::new(0),
            reads: LatestTask::new(),
        };
        board.read();
        let clock = Clock::used();
        clock.every_tick(move || board.read_if_outdated(clock.now_ms()));
        LiveStatus::used().follow(None, move |_: Change| board.outdated.set_value(true));
        board
    }

    /// Reads the regions anew, until it succeeds.
    pub(crate) fn read(self) {
        self.reads.run(async move {
            while let Err(trouble) = self.read_once().await {
                self.trouble.set(Some(trouble));
                pause_before_retry().await;
            }
        });
    }

    /// The counts of all regions together.
    pub(crate) fn counts(self) -> Counts {
        self.regions.with(|regions| {
            regions.iter().flatten().fold(Counts::default(), |sum, region| sum.plus(region.region.counts))
        })
    }

    async fn read_once(self) -> Result<(), Trouble> {
        self.reading.set(true);
        self.outdated.set_value(false);
        let answer = self.server.read_regions().await;
        self.reading.set(false);
        self.regions.set(Some(answer?));
        self.trouble.set(None);
        Ok(())
    }

    /// A reading that goes on, or waits to be tried again, is not disturbed.
    fn read_if_outdated(self, now_ms: i64) {
        let idle = !self.reading.get() && self.trouble.with(Option::is_none);
        let is_due = now_ms.saturating_sub(self.read_at_ms.get_value()) >= REREAD_MS;
        if idle && (self.outdated.get_value() || is_due) {
            self.read_at_ms.set_value(now_ms);
            self.read();
        }
    }
}
