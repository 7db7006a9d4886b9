//! The regions that count now. Files can be read anew while a program runs, so whoever needs regions looks here at
//! that moment, and keeps to what it got until it is done.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::watch;

use crate::Regions;

/// The regions that count now. A look waits for nobody and copies nothing.
#[derive(Debug)]
pub struct CurrentRegions {
    now: ArcSwap<Regions>,
    replaced: watch::Sender<()>,
}

impl CurrentRegions {
    /// These regions, until others replace them.
    pub fn new(regions: Regions) -> Self {
        Self { now: ArcSwap::from_pointee(regions), replaced: watch::Sender::new(()) }
    }

    /// The regions that count now.
    pub fn now(&self) -> Arc<Regions> {
        self.now.load_full()
    }

    /// These regions count from now on, as the next edition. Only one at a time may replace.
    pub fn replace(&self, regions: Regions) {
        let edition = self.now.load().edition + 1;
        self.now.store(Arc::new(Regions { edition, ..regions }));
        self.replaced.send_replace(());
    }

    /// Changes whenever regions were replaced.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.replaced.subscribe()
    }
}
