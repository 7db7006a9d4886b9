//! The regions that one can go to, as they are when somebody looks.

use leptos::prelude::*;

use super::latest_task::LatestTask;
use crate::api::Server;
use crate::model::{Region, Trouble};

/// What the menu of regions offers.
#[derive(Clone, Copy)]
pub(crate) struct RegionsMenu {
    server: Server,
    /// Nothing before the first answer; then the last good one.
    pub(crate) regions: RwSignal<Option<Vec<Region>>>,
    pub(crate) trouble: RwSignal<Option<Trouble>>,
    reads: LatestTask,
}

impl RegionsMenu {
    /// An empty menu, which belongs to the current component.
    pub(crate) fn new() -> Self {
        Self {
            server: Server::used(),
            regions: RwSignal::new(None),
            trouble: RwSignal::new(None),
            reads: LatestTask::new(),
        }
    }

    /// Reads the regions anew.
    pub(crate) fn read(self) {
        self.reads.run(async move {
            match self.server.read_regions().await {
                Ok(regions) => {
                    self.regions.set(Some(regions.into_iter().map(|summary| summary.region).collect()));
                    self.trouble.set(None);
                }
                Err(trouble) => self.trouble.set(Some(trouble)),
            }
        });
    }
}
