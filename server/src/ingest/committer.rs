//! Makes a batch of alerts durable: reads the newest incident of every key in one query, lets the domain
//! decide, writes all of it in one command, and decides again what another server was faster with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use cineportal_regions::{CurrentRegions, RegionId, Regions};
use jiff::SignedDuration;

use crate::clock;
use crate::domain::incident::{Incident, IncidentKey};
use crate::fleet::Fleet;
use crate::ingest::arrival::Arrived;
use crate::ingest::decided::{Cause, Moment};
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
    pub(super) regions: Arc<CurrentRegions>,
    pub(super) fleet: Arc<Fleet>,
    pub(super) flap_window: SignedDuration,
    pub(super) metrics: Arc<Metrics>,
}

/// What is to be decided: the alerts of each key, in the order in which they came.
type Pending<'a> = BTreeMap<&'a IncidentKey, Vec<Arrived<'a>>>;
/// The newest stored incident of each key that has one.
type Known = BTreeMap<IncidentKey, Incident>;

impl Committer {
    /// Returns when all alerts are durable. Nobody else may commit alerts of the same keys meanwhile.
    ///
    /// # Errors
    /// What the store says; then some of them may be durable, and all should be sent again.
    pub(super) async fn commit(
        &self,
        alerts: &[Arrived<'_>],
        numbers: &mut Numbers,
    ) -> Result<(), StoreError> {
        let mut pending = Pending::new();
        for alert in alerts {
            pending.entry(&alert.alert.key).or_default().push(*alert);
        }
        for _ in 0..MAX_ROUNDS {
            pending = self.round(pending, numbers).await?;
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
        numbers: &mut Numbers,
    ) -> Result<Pending<'a>, StoreError> {
        let regions = self.regions.now();
        let keys: Vec<IncidentKey> = pending.keys().map(|key| (*key).clone()).collect();
        let stocked = self.stock_numbers(&pending, &regions, numbers);
        let (known, ()) = tokio::try_join!(self.store.newest(&keys), stocked)?;
        let known: Known = known.into_iter().map(|incident| (incident.key.clone(), incident)).collect();
        let (changed, causes) = self.decide(&pending, &known, &regions, numbers)?;
        let outcomes = self.write(&changed, &causes).await?;
        let mut collided: BTreeSet<&IncidentKey> = BTreeSet::new();
        for ((incident, cause), outcome) in changed.iter().zip(&causes).zip(outcomes) {
            match outcome {
                Outcome::Written => cause.steps.iter().for_each(|step| step.tell(incident)),
                Outcome::Conflict => drop(collided.insert(&incident.key)),
            }
        }
        pending.retain(|key, _| collided.contains(*key));
        Ok(pending)
    }

    /// Whoever follows may be told of a change before its write has ended here, so its arrival is noted before.
    async fn write(&self, changed: &[Incident], causes: &[Cause]) -> Result<Vec<Outcome>, StoreError> {
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        for (incident, cause) in changed.iter().zip(causes) {
            let arrived_at = cause.arrived_at.iter();
            arrived_at.for_each(|at| self.metrics.pushes.expect(&incident.id.0, incident.version, *at));
        }
        let outcomes = self.store.commit(changed).await;
        let is_written =
            |at: &usize| outcomes.as_ref().is_ok_and(|all| all.get(*at) == Some(&Outcome::Written));
        let (written, unwritten): (Vec<usize>, Vec<usize>) = (0..changed.len()).partition(is_written);
        self.metrics.incidents_written.inc_by(written.len() as u64);
        for incident in unwritten.into_iter().filter_map(|at| changed.get(at)) {
            self.metrics.pushes.forget(&incident.id.0, incident.version);
        }
        outcomes
    }

    /// Ticket numbers are taken before they are needed, while the store is read: one for each alert,
    /// because any may open an incident. What is left over is there for the next batch. The region that an alert was
    /// read for may be gone by now.
    async fn stock_numbers(
        &self,
        pending: &Pending<'_>,
        regions: &Regions,
        numbers: &mut Numbers,
    ) -> Result<(), StoreError> {
        let mut needed: BTreeMap<&RegionId, usize> = BTreeMap::new();
        for (key, alerts) in pending {
            *needed.entry(&regions.home(&key.region).id).or_default() += alerts.len();
        }
        numbers.stock(self.store.as_ref(), &needed).await
    }

    fn decide(
        &self,
        pending: &Pending<'_>,
        known: &Known,
        regions: &Regions,
        numbers: &mut Numbers,
    ) -> Result<(Vec<Incident>, Vec<Cause>), StoreError> {
        let now = clock::now();
        let mut decided = Vec::with_capacity(pending.len());
        for (key, alerts) in pending {
            let region = regions.home(&key.region);
            let moment = Moment { region, fleet: &self.fleet, flap_window: self.flap_window, now };
            decided.extend(moment.decide(known.get(*key), alerts, numbers)?);
        }
        Ok(decided.into_iter().unzip())
    }
}
