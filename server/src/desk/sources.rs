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

/// A source that answered about alerts, and then failed to answer a question about series, fails.
fn doubt(source: &mut Source, seen: Seen) {
    let is_later = |failed_at| source.as_of.is_none_or(|as_of| failed_at > as_of);
    if let Some((_, error)) = seen.failed.filter(|(at, _)| is_later(*at) && source.error.is_none()) {
        (source.state, source.error) = (SourceState::Failing, Some(error));
    }
}

fn source(seen: Seen) -> Source {
    let state = match (&seen.failed, seen.answered_at) {
        (Some(_), _) => SourceState::Failing,
        (None, Some(_)) => SourceState::Ok,
        (None, None) => SourceState::Unknown,
    };
    let error = seen.failed.map(|(_, reason)| reason);
    Source { name: seen.name, state, as_of: seen.answered_at, error }
}
