//! Where a region's readings come from.

use cineportal_regions::Region;

use super::Desk;
use crate::clock;
use crate::series::Seen;
use crate::watch::{Source, SourceState};

impl Desk {
    /// Where a region's readings come from, and how each of them is.
    pub fn sources(&self, region: &Region) -> Vec<Source> {
        let mut all = self.services.watch.sources(&region.id, clock::now());
        for seen in self.services.series.seen(&region.id) {
            match all.iter_mut().find(|source| source.name == seen.name) {
                Some(source) => doubt(source, seen),
                None => all.push(source(seen)),
            }
        }
        all
    }
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
