//! Group commit: every alert of every concurrent webhook goes through one bounded queue to one writer,
//! which reads the batch's incidents in one query and writes them in one command.
//! While one batch is being written the next one gathers, so a batch is as large as the load asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cineportal_regions::{RegionId, Regions};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::clock;
use crate::domain::alert::{self, Alert, Rules};
use crate::domain::incident::{Incident, IncidentKey};
use crate::ingest::numbers::Numbers;
use crate::store::{Outcome, Store, StoreError};
use crate::telemetry::{AlertOutcome, Metrics};

/// A batch stops gathering at this many alerts.
const MAX_BATCH_ALERTS: usize = 512;
/// Most webhooks that may wait.
const MAX_WAITING_JOBS: usize = 4_096;
/// How often a batch is decided again because another server was faster, before giving up.
const MAX_ROUNDS: u32 = 20;
/// How long to wait before deciding again; another server's write has to reach the majority first.
const ROUND_DELAY: Duration = Duration::from_millis(10);

/// Where webhooks hand in their alerts.
#[derive(Clone)]
pub struct Ingest {
    queue: mpsc::Sender<Job>,
    /// One permit for each alert that may wait.
    places: Arc<Semaphore>,
    max_waiting_alerts: u32,
    metrics: Arc<Metrics>,
}

/// Why alerts are not durable. All of them may be sent again: nothing is done twice.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// Too many alerts wait already.
    #[error("the queue is full")]
    QueueFull,
    /// The server is stopping.
    #[error("the server is stopping")]
    Stopping,
    /// The store did not take them.
    #[error("{0}")]
    Store(String),
}

struct Job {
    alerts: Vec<Alert>,
    /// The job's place in the queue.
    _place: OwnedSemaphorePermit,
    done: oneshot::Sender<Result<(), IngestError>>,
}

impl Ingest {
    /// A queue for so many alerts, and the writer at its end, which must be [`run`](Writer::run).
    pub fn new(
        store: Arc<dyn Store>,
        regions: Arc<Regions>,
        flap_window: SignedDuration,
        metrics: Arc<Metrics>,
        max_waiting_alerts: u32,
    ) -> (Self, Writer) {
        let (queue, jobs) = mpsc::channel(MAX_WAITING_JOBS);
        let places = Arc::new(Semaphore::new(max_waiting_alerts as usize));
        let writer = Writer {
            jobs,
            store,
            regions,
            flap_window,
            metrics: Arc::clone(&metrics),
            numbers: Numbers::default(),
        };
        (Self { queue, places, max_waiting_alerts, metrics }, writer)
    }

    /// Hands in alerts; returns when all of them are durable.
    ///
    /// # Errors
    /// [`IngestError`]; then some of them may be durable, and all should be sent again.
    pub async fn submit(&self, alerts: Vec<Alert>) -> Result<(), IngestError> {
        if alerts.is_empty() {
            return Ok(());
        }
        // A webhook that is larger than the whole queue takes all of it.
        let needed = u32::try_from(alerts.len()).unwrap_or(u32::MAX).min(self.max_waiting_alerts);
        let place = Arc::clone(&self.places).try_acquire_many_owned(needed);
        let (done, durable) = oneshot::channel();
        let job = Job { alerts, _place: place.map_err(|_| IngestError::QueueFull)?, done };
        self.queue.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => IngestError::QueueFull,
            mpsc::error::TrySendError::Closed(_) => IngestError::Stopping,
        })?;
        self.metrics.ingest_queue.inc();
        durable.await.unwrap_or(Err(IngestError::Stopping))
    }
}

/// The one task that writes what alerts decide.
pub struct Writer {
    jobs: mpsc::Receiver<Job>,
    store: Arc<dyn Store>,
    regions: Arc<Regions>,
    flap_window: SignedDuration,
    metrics: Arc<Metrics>,
    numbers: Numbers,
}

/// What is to be decided: the alerts of each key, in the order in which they came.
type Pending<'a> = BTreeMap<&'a IncidentKey, Vec<&'a Alert>>;
/// The newest stored incident of each key that has one.
type Known = BTreeMap<IncidentKey, Incident>;

impl Writer {
    /// Writes until told to finish; then takes no more, writes what waits, and ends.
    pub async fn run(mut self, finish: CancellationToken) {
        let mut finishing = false;
        loop {
            let first = tokio::select! {
                () = finish.cancelled(), if !finishing => {
                    finishing = true;
                    self.jobs.close();
                    continue;
                }
                first = self.jobs.recv() => first,
            };
            let Some(first) = first else { return };
            let batch = self.gather(first);
            // Who hung up will send again.
            let wanted = batch.iter().filter(|job| !job.done.is_closed());
            let alerts: Vec<&Alert> = wanted.flat_map(|job| &job.alerts).collect();
            let started = Instant::now();
            let result = self.commit(&alerts).await;
            let outcome = if result.is_ok() { AlertOutcome::stored } else { AlertOutcome::sent_back };
            self.metrics.count_alerts(outcome, alerts.len());
            self.metrics.batch_alerts.observe(alerts.len() as f64);
            self.metrics.commit_seconds.observe(started.elapsed().as_secs_f64());
            answer(batch, result);
        }
    }

    fn gather(&mut self, first: Job) -> Vec<Job> {
        let mut alerts = first.alerts.len();
        let mut batch = vec![first];
        while alerts < MAX_BATCH_ALERTS {
            let Ok(job) = self.jobs.try_recv() else { break };
            alerts += job.alerts.len();
            batch.push(job);
        }
        self.metrics.ingest_queue.dec_by(i64::try_from(batch.len()).unwrap_or(i64::MAX));
        batch
    }

    async fn commit(&mut self, alerts: &[&Alert]) -> Result<(), StoreError> {
        let mut pending = Pending::new();
        for alert in alerts {
            pending.entry(&alert.key).or_default().push(alert);
        }
        for _ in 0..MAX_ROUNDS {
            pending = self.round(pending).await?;
            if pending.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(ROUND_DELAY).await;
        }
        Err(StoreError::Unavailable(format!("{} alerts kept colliding with other servers", pending.len())))
    }

    /// Decides and writes once; returns what has to be decided again.
    async fn round<'a>(&mut self, mut pending: Pending<'a>) -> Result<Pending<'a>, StoreError> {
        let keys: Vec<IncidentKey> = pending.keys().map(|key| (*key).clone()).collect();
        let known = self.store.newest(&keys).await?;
        let known: Known = known.into_iter().map(|incident| (incident.key.clone(), incident)).collect();
        self.stock_numbers(&pending, &known).await?;
        let changed = self.decide(&pending, &known)?;
        let outcomes = if changed.is_empty() { Vec::new() } else { self.store.commit(&changed).await? };
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

    fn decide(&mut self, pending: &Pending<'_>, known: &Known) -> Result<Vec<Incident>, StoreError> {
        let now = clock::now();
        let mut changed = Vec::new();
        for (key, alerts) in pending {
            changed.extend(self.fold(known.get(*key), alerts, now)?);
        }
        Ok(changed)
    }

    /// What several alerts of one key make of its newest incident: one state per incident, the last one.
    fn fold(
        &mut self,
        stored: Option<&Incident>,
        alerts: &[&Alert],
        now: Timestamp,
    ) -> Result<Vec<Incident>, StoreError> {
        let mut changed: Vec<Incident> = Vec::new();
        for alert in alerts {
            let region = self.regions.home(&alert.key.region);
            let rules = Rules { close: region.close, flap_window: self.flap_window };
            let number = self.numbers.peek(region)?;
            let current = changed.last().or(stored);
            let Some(mut next) = alert::apply(current, alert, rules, &number, now) else { continue };
            if next.number == number {
                self.numbers.use_up(region);
            }
            next.version =
                stored.filter(|stored| stored.id == next.id).map_or(0, |stored| stored.version) + 1;
            changed.pop_if(|previous| previous.id == next.id);
            changed.push(next);
        }
        Ok(changed)
    }

    /// Ticket numbers are taken before they are needed, in one go per region.
    async fn stock_numbers(&mut self, pending: &Pending<'_>, known: &Known) -> Result<(), StoreError> {
        let mut needed: BTreeMap<&RegionId, usize> = BTreeMap::new();
        for (key, alerts) in pending {
            let newest = known.get(*key).map(|incident| incident.occurrence_started_at);
            let opening = alerts.iter().filter(|alert| newest.is_none_or(|newest| alert.starts_at > newest));
            *needed.entry(&key.region).or_insert(1) += opening.count();
        }
        for (region, count) in needed {
            self.numbers.stock(self.store.as_ref(), region, count).await?;
        }
        Ok(())
    }
}

fn answer(batch: Vec<Job>, result: Result<(), StoreError>) {
    if let Err(error) = &result {
        tracing::error!(%error, jobs = batch.len(), "alerts could not be stored; their senders are told to come again");
    }
    let reason = result.err().map(|error| error.to_string());
    for job in batch {
        // A sender that hung up will send again.
        let _ = job.done.send(reason.clone().map_or(Ok(()), |reason| Err(IngestError::Store(reason))));
    }
}
