//! Watches the feed, and makes machines of one cinema that fail together one cinema outage.
//!
//! Every server does so. All of them decide the same from the same incidents; whoever writes second
//! collides in the store, looks again, and finds nothing left to do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use cineportal_regions::{CurrentRegions, RegionId, Regions};
use futures::StreamExt;
use futures::future::try_join_all;
use futures::stream::BoxStream;
use jiff::Timestamp;
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
use crate::store::{Outcome, Store, StoreError, ticket};
use crate::telemetry::Metrics;

/// How long changes gather, so that a storm is looked at once and not alert by alert.
const GATHER: Duration = Duration::from_millis(100);
/// How long to wait after the store refused, before looking again.
const RETRY_DELAY: Duration = Duration::from_secs(1);
/// Most cinemas that are decided and written together.
const MAX_CINEMAS_AT_ONCE: usize = 256;
/// What an outage is called until its number was taken.
const UNNUMBERED: IncidentNumber = IncidentNumber(String::new());

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
/// The newest stored outage of each key that has one.
type Newest = BTreeMap<IncidentKey, Incident>;

/// A cinema whose machines may fail together.
struct Suspected {
    cinema: Cinema,
    key: IncidentKey,
    /// All of it that may be open.
    incidents: Vec<Arc<Incident>>,
}

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

    /// What nobody else was faster with is settled then. Where something of several cannot be read, each is tried alone,
    /// so that it keeps none of the others waiting; a store that is away would let each of them wait.
    ///
    /// # Errors
    /// What the store said last; those cinemas are still to be looked at.
    async fn settle(&mut self) -> Result<(), StoreError> {
        let (mut settled, mut refused, mut at_once) = (Ok(()), BTreeSet::new(), MAX_CINEMAS_AT_ONCE);
        loop {
            let waiting = self.unsettled.difference(&refused);
            let portion: Vec<Cinema> = waiting.take(at_once).cloned().collect();
            if portion.is_empty() {
                return settled;
            }
            match self.settle_these(&portion).await {
                Ok(()) => {}
                Err(away @ StoreError::Unavailable(_)) => return Err(away),
                Err(_) if portion.len() > 1 => at_once = 1,
                Err(error) => {
                    settled = Err(error);
                    refused.extend(portion);
                }
            }
        }
    }

    async fn settle_these(&mut self, cinemas: &[Cinema]) -> Result<(), StoreError> {
        let collided = self.look_at(cinemas).await?;
        for cinema in cinemas.iter().filter(|cinema| !collided.contains(cinema)) {
            self.unsettled.remove(cinema);
        }
        Ok(())
    }

    /// Reads, decides and writes once for all of them. Answers where another server was faster, so that it has to be
    /// looked at again.
    async fn look_at(&self, cinemas: &[Cinema]) -> Result<BTreeSet<Cinema>, StoreError> {
        let suspected: Vec<Suspected> = cinemas.iter().filter_map(|cinema| self.suspected(cinema)).collect();
        let keys: Vec<IncidentKey> = suspected.iter().map(|one| one.key.clone()).collect();
        if keys.is_empty() {
            return Ok(BTreeSet::new());
        }
        let newest = self.store.newest(&keys).await?;
        let newest: Newest = newest.into_iter().map(|outage| (outage.key.clone(), outage)).collect();
        let decided = self.decide(&suspected, &newest).await?;
        if decided.is_empty() {
            return Ok(BTreeSet::new());
        }
        let (whose, outages): (Vec<&Suspected>, Vec<Incident>) = decided.into_iter().unzip();
        let outcomes = self.store.commit(&outages).await?;
        let mut collided = BTreeSet::new();
        let mut quiet = Vec::new();
        for ((one, outage), outcome) in whose.into_iter().zip(&outages).zip(outcomes) {
            if outcome == Outcome::Conflict {
                collided.insert(one.cinema.clone());
                continue;
            }
            self.metrics.outages_written.inc();
            quiet.extend(quietened(outage, &one.incidents));
        }
        if !quiet.is_empty() {
            self.store.commit(&quiet).await?;
        }
        Ok(collided)
    }

    fn suspected(&self, cinema: &Cinema) -> Option<Suspected> {
        let (region, cinema_id) = cinema;
        let incidents = self.board.of_cinema(region, cinema_id);
        let key = correlation::outage_key(incidents.first()?)?;
        Some(Suspected { cinema: cinema.clone(), key, incidents })
    }

    /// The outages that begin or change, as they will be stored.
    async fn decide<'a>(
        &self,
        suspected: &'a [Suspected],
        newest: &Newest,
    ) -> Result<Vec<(&'a Suspected, Incident)>, StoreError> {
        let (regions, now) = (self.regions.now(), clock::now());
        let decided = suspected.iter().filter_map(|one| {
            let outage = self.correlate(one, newest.get(&one.key), &regions, now)?;
            Some((one, outage))
        });
        let mut decided: Vec<(&Suspected, Incident)> = decided.collect();
        self.number(decided.iter_mut().map(|(_, outage)| outage), &regions).await?;
        let sealed = |(one, outage): (&'a Suspected, Incident)| {
            let region = regions.home(&one.key.region);
            let stored = newest.get(&one.key).filter(|stored| stored.id == outage.id);
            let sealed = match stored {
                Some(stored) => change::seal(Some(stored), outage, region, now),
                None => {
                    let show = self.fleet.show_at_opening(&outage.place, now);
                    change::open(outage, show, region, now)
                }
            };
            (one, sealed)
        };
        Ok(decided.into_iter().map(sealed).collect())
    }

    /// An outage that begins has no number yet.
    fn correlate(
        &self,
        suspected: &Suspected,
        newest: Option<&Incident>,
        regions: &Regions,
        now: Timestamp,
    ) -> Option<Incident> {
        let region = regions.home(&suspected.key.region);
        let rules = Rules { close: region.close, flap_window: self.flap_window };
        let incidents: Vec<&Incident> = suspected.incidents.iter().map(Arc::as_ref).collect();
        correlation::correlate(newest, &incidents, self.rule, rules, &UNNUMBERED, now)
    }

    /// Gives numbers to those that have none; all regions are asked at once.
    async fn number<'a>(
        &self,
        outages: impl Iterator<Item = &'a mut Incident>,
        regions: &Regions,
    ) -> Result<(), StoreError> {
        let mut unnumbered: BTreeMap<&RegionId, Vec<&mut Incident>> = BTreeMap::new();
        for outage in outages.filter(|outage| outage.number == UNNUMBERED) {
            unnumbered.entry(&regions.home(&outage.key.region).id).or_default().push(outage);
        }
        let taken = unnumbered.iter().map(|(region, outages)| {
            let count = u32::try_from(outages.len()).unwrap_or(u32::MAX);
            self.store.take_numbers(region, count)
        });
        let taken = try_join_all(taken).await?;
        for ((region, outages), first) in unnumbered.into_iter().zip(taken) {
            for (number, outage) in (first..).zip(outages) {
                outage.number = ticket(regions.home(region), number);
            }
        }
        Ok(())
    }
}

/// The outage tells of its members: their own messages, if not on their way yet, are not needed.
/// A member that changes at this moment is told of twice, which is better than not at all.
fn quietened(outage: &Incident, incidents: &[Arc<Incident>]) -> Vec<Incident> {
    if outage.deliveries.is_empty() {
        return Vec::new();
    }
    let now = clock::now();
    let is_member =
        |incident: &&Arc<Incident>| outage.members.iter().any(|member| member.incident == incident.id);
    let members = incidents.iter().filter(is_member);
    members.filter_map(|member| delivery::told_by_outage(member, now)).collect()
}
