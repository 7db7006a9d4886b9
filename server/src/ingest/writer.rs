//! Group commit: every alert of every concurrent webhook goes through one bounded queue to one writer.
//! While batches are under way the next one gathers, so a batch is as large as the load asks for.
//! Batches that are under way at once have no key in common, so what comes first is decided first.

use std::sync::Arc;
use std::time::Duration;

use cineportal_regions::CurrentRegions;
use jiff::SignedDuration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Span;

use crate::domain::alert::Alert;
use crate::fleet::Fleet;
use crate::ingest::arrival::Arrival;
use crate::ingest::committer::Committer;
use crate::ingest::under_way::{Batch, UnderWay};
use crate::spans;
use crate::store::Store;
use crate::telemetry::Metrics;

/// A batch stops gathering at this many alerts.
const MAX_BATCH_ALERTS: usize = 512;
/// Most webhooks that may wait.
const MAX_WAITING_JOBS: usize = 4_096;
/// While one batch waits for the disk, another one is read and decided.
const MAX_BATCHES_UNDER_WAY: usize = 2;
/// A batch of so many alerts starts beside another one.
const LARGE_BATCH_ALERTS: usize = 128;
/// How long a small batch waits for those who were just answered.
const MOMENT: Duration = Duration::from_millis(2);

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

/// The alerts of one webhook, and who waits for them.
pub(super) struct Job {
    pub(super) alerts: Vec<Alert>,
    /// How they came, if a webhook brought them.
    pub(super) arrival: Option<Arrival>,
    /// Spans from here until they are durable.
    pub(super) span: Span,
    /// The job's place in the queue.
    _place: OwnedSemaphorePermit,
    pub(super) done: oneshot::Sender<Result<(), IngestError>>,
}

impl Ingest {
    /// A queue for so many alerts, and the writer at its end, which must be [`run`](Writer::run).
    pub fn new(
        store: Arc<dyn Store>,
        regions: Arc<CurrentRegions>,
        fleet: Arc<Fleet>,
        flap_window: SignedDuration,
        metrics: Arc<Metrics>,
        max_waiting_alerts: u32,
    ) -> (Self, Writer) {
        let (queue, jobs) = mpsc::channel(MAX_WAITING_JOBS);
        let places = Arc::new(Semaphore::new(max_waiting_alerts as usize));
        let committer = Committer { store, regions, fleet, flap_window, metrics: Arc::clone(&metrics) };
        let writer = Writer { jobs, committer };
        (Self { queue, places, max_waiting_alerts, metrics }, writer)
    }

    /// Hands in alerts; returns when all of them are durable. `arrival`: how they came, if a webhook brought them.
    ///
    /// # Errors
    /// [`IngestError`]; then some of them may be durable, and all should be sent again.
    pub async fn submit(&self, alerts: Vec<Alert>, arrival: Option<Arrival>) -> Result<(), IngestError> {
        if alerts.is_empty() {
            return Ok(());
        }
        // A webhook that is larger than the whole queue takes all of it.
        let needed = u32::try_from(alerts.len()).unwrap_or(u32::MAX).min(self.max_waiting_alerts);
        let place = Arc::clone(&self.places).try_acquire_many_owned(needed);
        let (done, durable) = oneshot::channel();
        let span = spans::ingest(alerts.len());
        let job = Job {
            alerts,
            arrival,
            span: span.clone(),
            _place: place.map_err(|_| IngestError::QueueFull)?,
            done,
        };
        self.queue.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => IngestError::QueueFull,
            mpsc::error::TrySendError::Closed(_) => IngestError::Stopping,
        })?;
        self.metrics.ingest_queue.inc();
        spans::within(span, async { durable.await.unwrap_or(Err(IngestError::Stopping)) }).await
    }
}

/// The one task that writes what alerts decide.
pub struct Writer {
    jobs: mpsc::Receiver<Job>,
    committer: Committer,
}

impl Writer {
    /// Writes until told to finish; then takes no more, writes what waits, and ends.
    pub async fn run(self, finish: CancellationToken) {
        let Self { mut jobs, committer } = self;
        let mut under_way = UnderWay::new(&committer);
        let mut next = Batch::default();
        let mut regulars = Regulars::default();
        let (mut finishing, mut ended) = (false, false);
        while !ended || next.alerts() > 0 || under_way.count() > 0 {
            let waits = next.alerts() > 0 && under_way.count() == 0;
            tokio::select! {
                () = finish.cancelled(), if !finishing => {
                    finishing = true;
                    jobs.close();
                }
                answered = under_way.finish_one(), if under_way.count() > 0 => {
                    regulars = Regulars::expected_again(answered, &next);
                }
                job = jobs.recv(), if !ended && next.alerts() < MAX_BATCH_ALERTS => match job {
                    Some(job) => gather(&mut next, job, &mut jobs),
                    None => ended = true,
                },
                () = regulars.are_late(), if waits => {}
            }
            if may_start(&next, &under_way, &regulars) {
                committer.metrics.ingest_queue.dec_by(i64::try_from(next.jobs()).unwrap_or(i64::MAX));
                under_way.start(std::mem::take(&mut next));
            }
        }
    }
}

/// Who was just answered often comes again at once. A small batch waits a moment for them, because a batch
/// costs the store about as much as twenty alerts.
#[derive(Default)]
struct Regulars {
    jobs: usize,
    /// `None`: nobody is waited for.
    until: Option<Instant>,
}

impl Regulars {
    fn expected_again(answered: usize, waiting: &Batch) -> Self {
        Self { jobs: answered + waiting.jobs(), until: Some(Instant::now() + MOMENT) }
    }

    fn are_there(&self, batch: &Batch) -> bool {
        batch.jobs() >= self.jobs || self.until.is_none_or(|until| Instant::now() >= until)
    }

    async fn are_late(&self) {
        if let Some(until) = self.until {
            tokio::time::sleep_until(until).await;
        }
    }
}

fn gather(batch: &mut Batch, job: Job, jobs: &mut mpsc::Receiver<Job>) {
    batch.push(job);
    while batch.alerts() < MAX_BATCH_ALERTS {
        let Ok(job) = jobs.try_recv() else { break };
        batch.push(job);
    }
}

/// A small batch has the store to itself: it grows while another is under way. A large one need not wait.
fn may_start(batch: &Batch, under_way: &UnderWay<'_>, regulars: &Regulars) -> bool {
    let is_large = batch.alerts() >= LARGE_BATCH_ALERTS;
    let is_its_turn = match under_way.count() {
        0 => batch.alerts() > 0 && (is_large || regulars.are_there(batch)),
        count => is_large && count < MAX_BATCHES_UNDER_WAY,
    };
    is_its_turn && under_way.is_free_for(batch)
}
