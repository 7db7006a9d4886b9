//! The next show alone, for whole lists: without how far it can be trusted.

use jiff::Timestamp;

use super::{Fleet, ids, known_show};
use crate::domain::incident::Place;
use crate::domain::triage;

impl Fleet {
    /// When the next show at a place begins; the `at` of [`Self::next_show`], without the words that cost most.
    pub fn next_show_at(&self, place: &Place, now: Timestamp) -> Option<Timestamp> {
        let exporters = self.read();
        let machine = place.machine_id.as_deref().and_then(|id| {
            let readings = exporters.iter().filter_map(|exporter| exporter.reading.as_ref());
            let known = readings.filter_map(|reading| Some((reading.as_of, reading.machine(id)?)));
            // Of equally new readings the first one counts, as there.
            known.reduce(|first, next| if next.0 > first.0 { next } else { first })
        });
        match machine {
            Some((_, machine)) => machine.next_show.filter(|show| triage::counts(*show, now)),
            None => ids(place).iter().flatten().find_map(|at| known_show(&exporters, *at, now))?.at,
        }
    }
}
