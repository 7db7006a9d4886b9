//! Makes a batch of alerts durable: reads the newest incident of every key in one query, lets the domain
//! decide, writes all of it in one command, and decides again what another server was faster with.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cineportal_regions::{RegionId, Regions};
use jiff::{SignedDuration, Timestamp};

use crate::clock;
use crate::domain::alert::{self, Alert, Rules};
use crate::domain::change;
use crate::domain::incident::{Incident, IncidentKey};
use crate::fleet::Fleet;
use crate::ingest::numbers::Numbers;
use crate::store::{Outcome, Store, StoreError};
use crate::telemetry::Metrics;

/// How often a batch is decided again because another server was faster, before giving up.
const MAX_ROUNDS: u32 = 20;
/// How long to wait before deciding again; another server's write has to reach the majority first.
const ROUND_DELAY: Duration = Duration::from_millis(10);

/// What all batches share.
pub(super) struct Committer {
    pub(super) store: Arc<dyn Store>,
    pub(super) regions: Arc<Regions>,
    pub(super) fleet: Arc<Fleet>,
    pub(super) flap_window: SignedDuration,
    pub(super) metrics: Arc<Metrics>,
}

/// What is to be decided: the alerts of each key, in the order in which they came.
type Pending<'a> = BTreeMap<&'a IncidentKey, Vec<&'a Alert>>;
/// When the first webhook arrived that brought an alert of a key.
type Arrivals<'a> = HashMap<&'a IncidentKey, Instant>;
/// The newest stored incident of each key that has one.
type Known = BTreeMap<IncidentKey, Incident>;

impl Committer {
    /// Returns when all alerts are durable. Nobody else may commit alerts of the same keys meanwhile.
    ///
    /// # Errors
    /// What the store says; then some of them may be durable, and all should be sent again.
    pub(super) async fn commit(
        &self,
        alerts: &[&Alert],
        arrivals: &Arrivals<'_>,
        numbers: &mut Numbers,
    ) -> Result<(), StoreError> {
        let mut pending = Pending::new();
        for alert in alerts {
            pending.entry(&alert.key).or_default().push(alert);
        }
        for _ in 0..MAX_ROUNDS {
            pending = self.round(pending, arrivals, numbers).await?;
            if pending.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(ROUND_DELAY).await;
        }
        Err(StoreError::Unavailable(format!("{} alerts kept colliding with other servers", pending.len())))
    }

    /// Decides and writes once; returns what has to be decided again.
    async fn round<'a>(
        &self,
        mut pending: Pending<'a>,
        arrivals: &Arrivals<'_>,
        numbers: &mut Numbers,
    ) -> Result<Pending<'a>, StoreError> {
        let keys: Vec<IncidentKey> = pending.keys().map(|key| (*key).clone()).collect();
        let (known, ()) = tokio::try_join!(self.store.newest(&keys), self.stock_numbers(&pending, numbers))?;
        let known: Known = known.into_iter().map(|incident| (incident.key.clone(), incident)).collect();
        let changed = self.decide(&pending, &known, numbers)?;
        let outcomes = self.write(&changed, arrivals).await?;
        let written = outcomes.iter().filter(|outcome| **outcome == Outcome::Written).count();
        self.metrics.incidents_written.inc_by(written as u64);
        let outcomes = changed.iter().zip(outcomes);
        let collided: BTreeSet<&IncidentKey> = outcomes
            .filter(|(_, outcome)| *outcome == Outcome::Conflict)
            .map(|(incident, _)| &incident.key)
            .collect();
        pending.retain(|key, _| collided.contains(*key));
        Ok(pending)
    }

    /// Whoever follows may be told of a change before its write has ended here, so its arrival is noted before.
    async fn write(&self, changed: &[Incident], arrivals: &Arrivals<'_>) -> Result<Vec<Outcome>, StoreError> {
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        for incident in changed {
            let arrived = arrivals.get(&incident.key);
            arrived.iter().for_each(|at| self.metrics.pushes.expect(&incident.id.0, incident.version, **at));
        }
        let outcomes = self.store.commit(changed).await;
        let is_written =
            |at: usize| outcomes.as_ref().is_ok_and(|all| all.get(at) == Some(&Outcome::Written));
        let unwritten = changed.iter().enumerate().filter(|(at, _)| !is_written(*at));
        unwritten.for_each(|(_, incident)| self.metrics.pushes.forget(&incident.id.0, incident.version));
        outcomes
    }

    /// Ticket numbers are taken before they are needed, while the store is read: one for each alert,
    /// because any may open an incident. What is left over is there for the next batch.
    async fn stock_numbers(&self, pending: &Pending<'_>, numbers: &mut Numbers) -> Result<(), StoreError> {
        let mut needed: BTreeMap<&RegionId, usize> = BTreeMap::new();
        for (key, alerts) in pending {
            *needed.entry(&key.region).or_default() += alerts.len();
        }
        for (region, count) in needed {
            numbers.stock(self.store.as_ref(), region, count).await?;
        }
        Ok(())
    }

    fn decide(
        &self,
        pending: &Pending<'_>,
        known: &Known,
        numbers: &mut Numbers,
    ) -> Result<Vec<Incident>, StoreError> {
        let now = clock::now();
        let mut changed = Vec::with_capacity(pending.len());
        for (key, alerts) in pending {
            changed.extend(self.fold(known.get(*key), alerts, numbers, now)?);
        }
        Ok(changed)
    }

    /// What several alerts of one key make of its newest incident: one state per incident, the last one.
    fn fold(
        &self,
        stored: Option<&Incident>,
        alerts: &[&Alert],
        numbers: &mut Numbers,
        now: Timestamp,
    ) -> Result<Vec<Incident>, StoreError> {
        let mut changed: Vec<Incident> = Vec::new();
        let Some(first) = alerts.first() else { return Ok(changed) };
        let region = self.regions.home(&first.key.region);
        for alert in alerts {
            let rules = Rules { close: region.close, flap_window: self.flap_window };
            let number = numbers.peek(region)?;
            let current = changed.last().or(stored);
            let Some(next) = alert::apply(current, alert, rules, &number, now) else { continue };
            if next.number == number {
                numbers.use_up(region);
            }
            changed.pop_if(|previous| previous.id == next.id);
            changed.push(next);
        }
        let stored_of = |next: &Incident| stored.filter(|stored| stored.id == next.id);
        let seal = |next: Incident| match stored_of(&next) {
            Some(stored) => change::seal(Some(stored), next, region, now),
            None => {
                let show = self.fleet.show_at_opening(&next.place, now);
                change::open(next, show, region, now)
            }
        };
        Ok(changed.into_iter().map(seal).collect())
    }
}
