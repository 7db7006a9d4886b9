//! One Prometheus with its guard: asked for many machines at once, and what it said last is kept.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::answer::Told;
use super::batch::Batches;
use super::gathered::Gathered;
use crate::domain::series::{Question, Series};
use crate::sources::guard::{Blame, Clock, Failure, Guard, LastGood, Limits, Patience};
use crate::sources::prometheus::query::{Prometheus, QueryError};
use crate::telemetry::{Metrics, QueryOutcome};

/// A Prometheus lets 20 queries run at once, and we are not alone.
const PARALLEL: u16 = 8;
/// More that wait would be late anyway.
const WAITING: u16 = 64;
/// So many failures in a row, and it is left alone for a while.
const FAILURES: u32 = 5;
/// Values that are kept, of one Prometheus: those of some 2,000 series, 8 MB.
const KEPT_VALUES: u64 = 500_000;

/// How to ask.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long an answer may take.
    pub deadline: Duration,
    /// How long a Prometheus is left alone after several failures.
    pub pause: SignedDuration,
}

/// How a Prometheus answered the last time.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What it is called, as `prometheus 127.0.0.1:9090`.
    pub name: String,
    /// When it last answered; `None`: never.
    pub answered_at: Option<Timestamp>,
    /// Why it did not the last time; `None`: it did, or was never asked.
    pub error: Option<String>,
}

/// What may be asked of it: whether it lives, or a question about machines.
#[derive(PartialEq, Eq, Hash)]
enum Asked {
    Alive,
    Series(Question, BTreeSet<String>),
}

type Outcome = Result<Arc<Gathered>, Failure<QueryError>>;

pub(super) struct Upstream {
    source: Prometheus,
    guard: Arc<Guard<Asked, Arc<Gathered>, QueryError>>,
    batches: Batches<Question, Outcome>,
    last_good: LastGood<(Question, String), Series>,
    seen: Mutex<Seen>,
    metrics: Arc<Metrics>,
    clock: Clock,
}

impl Upstream {
    pub(super) fn new(source: Prometheus, settings: Settings, metrics: Arc<Metrics>, clock: Clock) -> Self {
        let patience = Patience { failures: FAILURES, pause: settings.pause };
        let limits = Limits { deadline: settings.deadline, parallel: PARALLEL, waiting: WAITING, patience };
        let seen = Seen { name: source.name(), answered_at: None, error: None };
        Self {
            source,
            guard: Arc::new(Guard::new(limits, Arc::clone(&clock))),
            batches: Batches::new(),
            last_good: LastGood::new(KEPT_VALUES, |series: &Series| {
                u32::try_from(series.values.len()).unwrap_or(u32::MAX)
            }),
            seen: Mutex::new(seen),
            metrics,
            clock,
        }
    }

    /// What it tells of one machine, or told before.
    pub(super) async fn read(self: &Arc<Self>, question: Question, machine: &str) -> Told {
        let this = Arc::clone(self);
        let ask = move |machines| async move { this.gather(question, machines).await };
        match self.batches.join(question, machine, ask).await {
            Ok(gathered) => Told {
                series: gathered.series.get(machine).cloned(),
                as_of: Some(gathered.as_of),
                error: None,
                warnings: gathered.warnings.iter().map(|warning| self.sentence(warning)).collect(),
            },
            Err(failure) => {
                let known = self.last_good.get(&(question, machine.to_owned()));
                Told {
                    as_of: known.as_ref().map(|known| known.as_of),
                    series: known.map(|known| known.value),
                    error: Some(self.sentence(&self.reason(&failure))),
                    warnings: Vec::new(),
                }
            }
        }
    }

    /// Sees whether it answers at all.
    pub(super) async fn look(self: &Arc<Self>) {
        let (source, clock) = (self.source.clone(), Arc::clone(&self.clock));
        let request = async move {
            source.query("vector(1)").await?;
            Ok(Arc::new(Gathered::nothing(clock())))
        };
        self.note(&self.guard.ask(Asked::Alive, request).await);
    }

    pub(super) fn seen(&self) -> Seen {
        self.lock().clone()
    }

    async fn gather(&self, question: Question, machines: BTreeSet<String>) -> Outcome {
        let (source, clock, wanted) = (self.source.clone(), Arc::clone(&self.clock), machines.clone());
        let request = async move {
            let now = clock();
            let grid = question.grid(now);
            let promql = question.promql(wanted.iter().map(String::as_str));
            let reply =
                source.query_range(&promql, grid.starts_at, grid.ends_at(), grid.step_seconds).await?;
            Ok(Arc::new(Gathered::of(reply, wanted, grid, now)))
        };
        let outcome = self.guard.ask(Asked::Series(question, machines), request).await;
        if let Ok(gathered) = &outcome {
            for (machine, series) in &gathered.series {
                self.last_good.keep((question, machine.clone()), series.clone(), gathered.as_of);
            }
        }
        self.note(&outcome);
        outcome
    }

    /// Keeps what became of a question, and logs it when it is another outcome than before.
    fn note(&self, outcome: &Outcome) {
        let mut seen = self.lock();
        let source = seen.name.clone();
        let counted = match outcome {
            Ok(_) => {
                if seen.error.take().is_some() {
                    tracing::info!(%source, "a source answers questions again");
                }
                seen.answered_at = Some((self.clock)());
                QueryOutcome::answered
            }
            Err(Failure::Busy | Failure::LeftAlone(_)) => QueryOutcome::unasked,
            Err(error) if error.is_outage() => {
                if seen.error.replace(error.to_string()).is_none() {
                    tracing::warn!(%source, %error, "a source does not answer questions");
                }
                QueryOutcome::failed
            }
            Err(error) => {
                tracing::warn!(%source, %error, "a source answers, but not this question");
                QueryOutcome::failed
            }
        };
        self.metrics.upstreams.count(&source, counted);
        self.metrics.upstreams.show_breaker(&source, self.guard.state());
    }

    /// Why there is no answer. Of one that is left alone, people want to know what it died of.
    fn reason(&self, failure: &Failure<QueryError>) -> String {
        let seen = self.lock();
        match (failure, &seen.error) {
            (Failure::LeftAlone(_), Some(last)) => format!("{last}; {failure}"),
            _ => failure.to_string(),
        }
    }

    fn sentence(&self, what: &str) -> String {
        format!("{}: {what}", self.source.name())
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody is told any more whether a Prometheus is left alone that nobody asks any more.
impl Drop for Upstream {
    fn drop(&mut self) {
        self.metrics.upstreams.forget_breaker(&self.seen().name);
    }
}
