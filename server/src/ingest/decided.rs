//! What the alerts of one key make of its newest incident.

use std::time::Instant;

use cineportal_regions::Region;
use jiff::{SignedDuration, Timestamp};

use crate::domain::alert::{self, Rules};
use crate::domain::incident::Incident;
use crate::domain::{change, delivery};
use crate::fleet::Fleet;
use crate::ingest::arrival::Arrived;
use crate::ingest::numbers::Numbers;
use crate::ingest::steps::{Step, cause};
use crate::store::StoreError;

/// What led to an incident as it is to be written.
pub(super) struct Cause {
    pub(super) steps: Vec<Step>,
    /// When the first webhook arrived that brought an alert of its key.
    pub(super) arrived_at: Option<Instant>,
}

/// What decisions of one moment share.
pub(super) struct Moment<'a> {
    pub(super) region: &'a Region,
    pub(super) fleet: &'a Fleet,
    pub(super) flap_window: SignedDuration,
    pub(super) now: Timestamp,
}

impl Moment<'_> {
    /// What several alerts of one key make of its newest incident: one state per incident, the last one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], if there are no ticket numbers left.
    pub(super) fn decide(
        &self,
        stored: Option<&Incident>,
        alerts: &[Arrived<'_>],
        numbers: &mut Numbers,
    ) -> Result<Vec<(Incident, Cause)>, StoreError> {
        let arrived_at = alerts.iter().filter_map(|alert| Some(alert.arrival?.at)).min();
        let sealed = |(next, steps): (Incident, Vec<Step>)| {
            (self.seal(stored, next, &steps), Cause { steps, arrived_at })
        };
        Ok(self.fold(stored, alerts, numbers)?.into_iter().map(sealed).collect())
    }

    fn fold(
        &self,
        stored: Option<&Incident>,
        alerts: &[Arrived<'_>],
        numbers: &mut Numbers,
    ) -> Result<Vec<(Incident, Vec<Step>)>, StoreError> {
        let rules = Rules { close: self.region.close, flap_window: self.flap_window };
        let mut changed: Vec<(Incident, Vec<Step>)> = Vec::new();
        for Arrived { alert, arrival } in alerts {
            let number = numbers.peek(self.region)?;
            let current = changed.last().map(|(incident, _)| incident).or(stored);
            let Some(next) = alert::apply(current, alert, rules, &number, self.now) else { continue };
            if next.number == number {
                numbers.use_up(self.region);
            }
            let step = Step::between(current, &next, arrival.map(|arrival| arrival.trace_id));
            let previous = changed.pop_if(|(previous, _)| previous.id == next.id);
            let mut steps = previous.map(|(_, steps)| steps).unwrap_or_default();
            steps.push(step);
            changed.push((next, steps));
        }
        Ok(changed)
    }

    /// Adds what follows from the whole change: its version, and who is to be told, by which trace id.
    fn seal(&self, stored: Option<&Incident>, next: Incident, steps: &[Step]) -> Incident {
        let stored = stored.filter(|stored| stored.id == next.id);
        let mut sealed = match stored {
            Some(_) => change::seal(stored, next, self.region, self.now),
            None => {
                let show = self.fleet.show_at_opening(&next.place, self.now);
                change::open(next, show, self.region, self.now)
            }
        };
        if let Some(trace_id) = cause(steps) {
            delivery::trace(stored, &mut sealed, trace_id);
        }
        sealed
    }
}
