//! Opens incidents again that were closed while their alert still fires, before the next show.
//! [`domain::reopening`](crate::domain::reopening) decides; this knows when to ask.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use cineportal_regions::CurrentRegions;
use futures::StreamExt;
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use crate::clock;
use crate::domain::change;
use crate::domain::incident::{Incident, IncidentId};
use crate::domain::reopening::{before_show, is_closed_but_firing};
use crate::feed::{Event, Feed};
use crate::fleet::Fleet;
use crate::store::{Outcome, Store, StoreError};

/// How often the clock is looked at.
const BEAT: Duration = Duration::from_secs(30);
/// Most incidents that are watched; those that closed last.
const MAX_WATCHED: u32 = 10_000;

/// Watches what is closed but firing.
pub struct Reopener {
    store: Arc<dyn Store>,
    regions: Arc<CurrentRegions>,
    fleet: Arc<Fleet>,
    lead: SignedDuration,
    /// `None`: to be read from the store.
    watched: Option<HashMap<IncidentId, Arc<Incident>>>,
}

impl Reopener {
    /// Opens incidents again so long before the next show; a `lead` of zero: never.
    pub fn new(
        store: Arc<dyn Store>,
        regions: Arc<CurrentRegions>,
        fleet: Arc<Fleet>,
        lead: SignedDuration,
    ) -> Self {
        Self { store, regions, fleet, lead, watched: None }
    }

    /// Looks every 30 seconds, at every change, and at every reading of the fleet, until told to stop.
    pub async fn run(mut self, feed: Arc<Feed>, stop: CancellationToken) {
        let mut events = feed.subscribe(None);
        let mut readings = self.fleet.updates();
        let mut beat = tokio::time::interval(BEAT);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                Some(event) = events.next() => if !self.note(event) { continue },
                Ok(()) = readings.changed() => {}
                _ = beat.tick() => {}
            }
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "incidents that still fire cannot be opened again; trying again");
            }
        }
    }

    /// Takes in a change; answers whether it is a reason to look.
    fn note(&mut self, event: Event) -> bool {
        let (watched, Event::Changed(change)) = (&mut self.watched, event) else {
            self.watched = None;
            return true;
        };
        let Some(watched) = watched else { return false };
        let is_watched = is_closed_but_firing(&change.incident);
        if is_watched {
            watched.insert(change.incident.id.clone(), change.incident);
        } else {
            watched.remove(&change.incident.id);
        }
        is_watched
    }

    async fn look(&mut self) -> Result<(), StoreError> {
        let watched = match self.watched.take() {
            Some(watched) => watched,
            None => self.read().await?,
        };
        let due: Vec<_> =
            watched.values().filter(|incident| self.decide(incident).is_some()).cloned().collect();
        self.watched = Some(watched);
        for incident in due {
            self.reopen(&incident).await?;
        }
        Ok(())
    }

    async fn read(&self) -> Result<HashMap<IncidentId, Arc<Incident>>, StoreError> {
        let closed = self.store.closed_while_firing(MAX_WATCHED).await?;
        let watched = closed.into_iter().filter(is_closed_but_firing);
        Ok(watched.map(|incident| (incident.id.clone(), Arc::new(incident))).collect())
    }

    /// Only the newest incident of an alert opens again: an older one stands for an occurrence that is over,
    /// even if nobody saw its end. If somebody else writes in between, the feed tells us, and we look again.
    async fn reopen(&mut self, watched: &Incident) -> Result<(), StoreError> {
        let newest = self.store.newest(std::slice::from_ref(&watched.key)).await?;
        let Some(incident) = newest.into_iter().find(|newest| newest.id == watched.id) else {
            self.watched.as_mut().and_then(|all| all.remove(&watched.id));
            return Ok(());
        };
        let Some(next) = self.decide(&incident) else { return Ok(()) };
        let regions = self.regions.now();
        let region = regions.home(&incident.key.region);
        let next = change::seal(Some(&incident), next, region, clock::now());
        if self.store.commit(std::slice::from_ref(&next)).await?.contains(&Outcome::Written) {
            let number = &next.number.0;
            tracing::info!(incident = %next.id, %number, "{number} still fires before a show, and is open again");
        }
        Ok(())
    }

    fn decide(&self, incident: &Incident) -> Option<Incident> {
        let now = clock::now();
        let show_at = self.fleet.next_show(&incident.place, now).at?;
        before_show(incident, show_at, self.lead, now)
    }
}
