//! Where a region's readings come from.

use cineportal_regions::{Region, RegionId};

use super::ingredients::Ingredient;
use super::{Desk, Services};
use crate::clock;
use crate::series::Seen;
use crate::watch::{Source, SourceState};

impl Desk {
    /// Where a region's readings come from, and how each of them is.
    pub fn sources(&self, region: &Region) -> Vec<Source> {
        sources(self.services.reading([Ingredient::Sources(region.id.clone())]), &region.id)
    }
}

/// All sources of a region: those that tell alerts, and those that are asked for charts.
pub(super) fn sources(services: &Services, region: &RegionId) -> Vec<Source> {
    let mut all = services.watch.sources(region, clock::now());
    for seen in services.series.seen(region) {
        match all.iter_mut().find(|source| source.name == seen.name) {
            Some(source) => doubt(source, seen),
            None => all.push(source(seen)),
        }
    }
    all
}

/// A source that tells its alerts, but does not answer questions, fails.
fn doubt(source: &mut Source, seen: Seen) {
    if source.error.is_none() && seen.error.is_some() {
        (source.state, source.error) = (SourceState::Failing, seen.error);
    }
}

fn source(seen: Seen) -> Source {
    let state = match (&seen.error, seen.answered_at) {
        (Some(_), _) => SourceState::Failing,
        (None, Some(_)) => SourceState::Ok,
        (None, None) => SourceState::Unknown,
    };
    Source { name: seen.name, state, as_of: seen.answered_at, error: seen.error }
}
