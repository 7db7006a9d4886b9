//! Batches that are being made durable now. No two of them have a key in common.

use std::collections::HashSet;
use std::time::Instant;

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;

use crate::domain::incident::IncidentKey;
use crate::ingest::arrival::Arrived;
use crate::ingest::committer::Committer;
use crate::ingest::numbers::Numbers;

use crate::ingest::writer::{IngestError, Job};
use crate::spans;
use crate::store::StoreError;
use crate::telemetry::AlertOutcome;

/// Jobs that become durable together.
#[derive(Default)]
pub(super) struct Batch {
    jobs: Vec<Job>,
    keys: HashSet<IncidentKey>,
    alerts: usize,
}

impl Batch {
    pub(super) fn push(&mut self, job: Job) {
        self.keys.extend(job.alerts.iter().map(|alert| alert.key.clone()));
        self.alerts += job.alerts.len();
        self.jobs.push(job);
    }

    /// How many jobs it holds.
    pub(super) fn jobs(&self) -> usize {
        self.jobs.len()
    }

    /// How many alerts it holds.
    pub(super) fn alerts(&self) -> usize {
        self.alerts
    }
}

/// The batches, and the keys that nobody else may decide meanwhile.
pub(super) struct UnderWay<'a> {
    committer: &'a Committer,
    commits: FuturesUnordered<BoxFuture<'a, Finished>>,
    keys: HashSet<IncidentKey>,
    /// Each batch has ticket numbers to itself. The last ones used are used first.
    spare_numbers: Vec<Numbers>,
}

struct Finished {
    answered: usize,
    keys: HashSet<IncidentKey>,
    numbers: Numbers,
}

impl<'a> UnderWay<'a> {
    pub(super) fn new(committer: &'a Committer) -> Self {
        Self { committer, commits: FuturesUnordered::new(), keys: HashSet::new(), spare_numbers: Vec::new() }
    }

    pub(super) fn count(&self) -> usize {
        self.commits.len()
    }

    /// Whether this batch is about nothing that is under way.
    pub(super) fn is_free_for(&self, batch: &Batch) -> bool {
        batch.keys.is_disjoint(&self.keys)
    }

    /// Begins with a batch; [`Self::finish_one`] carries it on.
    pub(super) fn start(&mut self, batch: Batch) {
        self.keys.extend(batch.keys.iter().cloned());
        let numbers = self.spare_numbers.pop().unwrap_or_default();
        self.commits.push(Box::pin(commit(self.committer, batch, numbers)));
    }

    /// Carries all batches on until one is durable, or refused; then its senders are answered, and this
    /// tells how many.
    pub(super) async fn finish_one(&mut self) -> usize {
        let Some(Finished { answered, keys, numbers }) = self.commits.next().await else { return 0 };
        self.keys.retain(|key| !keys.contains(key));
        self.spare_numbers.push(numbers);
        answered
    }
}

async fn commit(committer: &Committer, batch: Batch, mut numbers: Numbers) -> Finished {
    let Batch { jobs, keys, .. } = batch;
    // Who hung up will send again.
    let wanted = jobs.iter().filter(|job| !job.done.is_closed());
    let alerts: Vec<Arrived<'_>> = wanted
        .flat_map(|job| job.alerts.iter().map(move |alert| Arrived { alert, arrival: job.arrival }))
        .collect();
    let started = Instant::now();
    let span = spans::commit(alerts.len(), jobs.iter().map(|job| &job.span));
    let result = spans::within(span, committer.commit(&alerts, &mut numbers)).await;
    let outcome = if result.is_ok() { AlertOutcome::stored } else { AlertOutcome::sent_back };
    let metrics = &committer.metrics;
    metrics.count_alerts(outcome, alerts.len());
    metrics.batch_alerts.observe(alerts.len() as f64);
    metrics.commit_seconds.observe(started.elapsed().as_secs_f64());
    let answered = jobs.len();
    answer(jobs, result);
    Finished { answered, keys, numbers }
}

fn answer(jobs: Vec<Job>, result: Result<(), StoreError>) {
    if let Err(error) = &result {
        tracing::error!(%error, jobs = jobs.len(), "alerts could not be stored; their senders are told to come again");
    }
    let reason = result.err().map(|error| error.to_string());
    for job in jobs {
        // A sender that hung up will send again.
        let _ = job.done.send(reason.clone().map_or(Ok(()), |reason| Err(IngestError::Store(reason))));
    }
}
