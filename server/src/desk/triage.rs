//! What an incident's next show and its past say about it now.

use super::Desk;
use super::ingredients::Ingredient;
use crate::clock;
use crate::domain::flapping;
use crate::domain::incident::Incident;
use crate::domain::triage::{self, FixLikely, Priority};
use crate::fleet::NextShow;

/// What to do about an incident, as of now.
pub struct Triage {
    /// The next show on its screen.
    pub next_show: NextShow,
    /// Whole minutes until then; see [`triage::minutes_to_next_show`].
    pub minutes_to_next_show: Option<u32>,
    /// How urgent it is; `None` once it is closed.
    pub priority: Option<Priority>,
    /// Whether the minutes left are enough.
    pub fix_likely: FixLikely,
    /// Whether its alert comes and goes.
    pub flapping: bool,
}

impl Desk {
    /// What to do about this incident, as of now.
    pub fn triage(&self, incident: &Incident) -> Triage {
        let now = clock::now();
        let services = self.services.reading([Ingredient::Fleet, Ingredient::Repairs, Ingredient::Clock]);
        let next_show = services.fleet.next_show_among(&incident.place, now, |id| self.may_know(id));
        let minutes = next_show.at.map(|show| triage::minutes_to_next_show(show, now));
        let priority = triage::priority(incident.severity, incident.status, minutes);
        let fix_likely = match next_show.at.filter(|_| priority.is_some()) {
            None => FixLikely::Unknown,
            Some(show) => {
                let past = services.repairs.seconds(&incident.error_id);
                let seconds =
                    |from, to: jiff::Timestamp| u64::try_from(to.duration_since(from).as_secs()).unwrap_or(0);
                triage::fix_likely(&past, seconds(incident.opened_at, now), seconds(now, show))
            }
        };
        let flapping = flapping::is_flapping(incident, now);
        Triage { next_show, minutes_to_next_show: minutes, priority, fix_likely, flapping }
    }
}
