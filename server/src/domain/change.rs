//! What turns a decision into the next stored state: numbers, history, and the messages it sends.
//! Every way to change an incident ends here.

use cineportal_regions::Region;
use jiff::Timestamp;

use super::incident::Incident;
use super::show::ShowAtOpening;
use super::{delivery, history};

/// The next state of an incident, ready to be written over `stored` (`None`: it is new).
pub fn seal(stored: Option<&Incident>, next: Incident, region: &Region, now: Timestamp) -> Incident {
    let (version, revision) = stored.map_or((0, 0), |stored| (stored.version, stored.revision));
    let mut next = Incident { version: version + 1, revision: revision + 1, ..next };
    if let Some(stored) = stored {
        history::remember(stored, &mut next, now);
    }
    delivery::plan(stored, &mut next, &region.notify, now);
    next
}

/// The first state of an incident, with what is known of the next show on its screen.
pub fn open(opened: Incident, show: ShowAtOpening, region: &Region, now: Timestamp) -> Incident {
    seal(None, Incident { show_at_opening: show, ..opened }, region, now)
}

/// The next state where only messages changed: nothing that people see, so the version stays.
pub fn seal_deliveries(stored: &Incident, next: Incident) -> Incident {
    Incident { version: stored.version, revision: stored.revision + 1, ..next }
}
