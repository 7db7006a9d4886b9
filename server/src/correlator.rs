//! Watches the feed, and makes machines of one cinema that fail together one cinema outage.
//!
//! Every server does so. All of them decide the same from the same incidents; whoever writes second
//! collides in the store, looks again, and finds nothing left to do.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cineportal_regions::{CurrentRegions, RegionId};
use futures::StreamExt;
use futures::stream::BoxStream;
use tokio_util::sync::CancellationToken;

use crate::board::Board;
use crate::clock;
use crate::domain::alert::Rules;
use crate::domain::change;
use crate::domain::correlation::{self, OutageRule};
use crate::domain::delivery;
use crate::domain::incident::{Incident, IncidentKey, IncidentNumber, Origin};
use crate::feed::{Event, Feed};
use crate::fleet::Fleet;
use crate::store::{Outcome, Store, StoreError};
use crate::telemetry::Metrics;

/// How long changes gather, so that a storm is looked at once and not alert by alert.
const GATHER: Duration = Duration::from_millis(100);
/// How long to wait after the store refused, before looking again.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// The task that finds cinema outages.
pub struct Correlator {
    board: Arc<Board>,
    store: Arc<dyn Store>,
    regions: Arc<CurrentRegions>,
    fleet: Arc<Fleet>,
    rule: OutageRule,
    flap_window: jiff::SignedDuration,
    metrics: Arc<Metrics>,
    /// Cinemas that have to be looked at.
    unsettled: BTreeSet<Cinema>,
}

type Cinema = (RegionId, String);

impl Correlator {
    /// One for this board and store, which must be [`run`](Self::run).
    pub fn new(
        board: Arc<Board>,
        store: Arc<dyn Store>,
        regions: Arc<CurrentRegions>,
        fleet: Arc<Fleet>,
        rule: OutageRule,
        flap_window: jiff::SignedDuration,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self { board, store, regions, fleet, rule, flap_window, metrics, unsettled: BTreeSet::new() }
    }

    /// Follows the feed until told to stop.
    pub async fn run(mut self, feed: Arc<Feed>, stop: CancellationToken) {
        let mut events = feed.subscribe(None);
        loop {
            let gathered = tokio::select! {
                () = stop.cancelled() => return,
                gathered = self.gather(&mut events) => gathered,
            };
            if !gathered {
                return;
            }
            if let Err(error) = self.settle().await {
                tracing::error!(%error, "cinema outages could not be looked at; trying again");
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(RETRY_DELAY) => {}
                }
            }
        }
    }

    /// Waits for something to look at, then a little longer. False when the feed has ended.
    async fn gather(&mut self, events: &mut BoxStream<'static, Event>) -> bool {
        if self.unsettled.is_empty() {
            let Some(event) = events.next().await else { return false };
            self.note(&event);
        }
        let more = async {
            while let Some(event) = events.next().await {
                self.note(&event);
            }
        };
        // What is noted stays noted when the time is up.
        tokio::time::timeout(GATHER, more).await.is_err()
    }

    fn note(&mut self, event: &Event) {
        match event {
            Event::Resync(_) => self.unsettled.extend(self.board.cinemas()),
            Event::Changed(change) => {
                let incident = &change.incident;
                let cinema = incident.place.cinema.as_ref().filter(|_| incident.origin != Origin::Outage);
                let cinema = cinema.map(|cinema| (incident.key.region.clone(), cinema.id.clone()));
                self.unsettled.extend(cinema);
            }
        }
    }

    async fn settle(&mut self) -> Result<(), StoreError> {
        while let Some(cinema) = self.unsettled.first().cloned() {
            if self.look_at(&cinema).await? {
                self.unsettled.remove(&cinema);
            }
        }
        Ok(())
    }

    /// Decides and writes once. False when another server was faster, and it has to be looked at again.
    async fn look_at(&self, (region, cinema_id): &Cinema) -> Result<bool, StoreError> {
        let incidents = self.board.of_cinema(region, cinema_id);
        let Some(key) = incidents.first().and_then(|incident| correlation::outage_key(incident)) else {
            return Ok(true);
        };
        let newest = self.store.newest(std::slice::from_ref(&key)).await?.pop();
        let incidents: Vec<&Incident> = incidents.iter().map(Arc::as_ref).collect();
        let Some(outage) = self.decide(&key, newest.as_ref(), &incidents).await? else { return Ok(true) };
        let outcomes = self.store.commit(std::slice::from_ref(&outage)).await?;
        if outcomes.contains(&Outcome::Conflict) {
            return Ok(false);
        }
        self.metrics.outages_written.inc();
        self.quieten(&outage, &incidents).await?;
        Ok(true)
    }

    async fn decide(
        &self,
        key: &IncidentKey,
        newest: Option<&Incident>,
        incidents: &[&Incident],
    ) -> Result<Option<Incident>, StoreError> {
        let regions = self.regions.now();
        let region = regions.home(&key.region);
        let rules = Rules { close: region.close, flap_window: self.flap_window };
        let now = clock::now();
        let unnumbered = IncidentNumber(String::new());
        let decided = correlation::correlate(newest, incidents, self.rule, rules, &unnumbered, now);
        let Some(mut outage) = decided else { return Ok(None) };
        if outage.number == unnumbered {
            outage.number = self.store.take_number(region).await?;
        }
        let stored = newest.filter(|stored| stored.id == outage.id);
        Ok(Some(match stored {
            Some(stored) => change::seal(Some(stored), outage, region, now),
            None => {
                let show = self.fleet.show_at_opening(&outage.place, now);
                change::open(outage, show, region, now)
            }
        }))
    }

    /// The outage tells of its members: their own messages, if not on their way yet, are not needed.
    /// A member that changes at this moment is told of twice, which is better than not at all.
    async fn quieten(&self, outage: &Incident, incidents: &[&Incident]) -> Result<(), StoreError> {
        let now = clock::now();
        let is_member =
            |incident: &&&Incident| outage.members.iter().any(|member| member.incident == incident.id);
        let members = incidents.iter().filter(is_member);
        let quiet: Vec<Incident> =
            members.filter_map(|member| delivery::told_by_outage(member, now)).collect();
        if !quiet.is_empty() && !outage.deliveries.is_empty() {
            self.store.commit(&quiet).await?;
        }
        Ok(())
    }
}
