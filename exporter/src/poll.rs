//! Polls the cloud on a beat and publishes what is known after each poll.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{Stream, StreamExt, stream};
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::cloud::{CloudClient, CloudError, MachinesPage, wire};
use crate::fleet::{Fleet, Reading};

/// A million machines at a hundred a page; a cloud that announces more is not believed.
const MAX_PAGES: u32 = 10_000;
/// After so many failed requests the cloud is down rather than a page broken: the poll ends.
const GIVE_UP_AFTER_FAILURES: u64 = 10;

/// All that the exporter knows after a poll.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The machines with their last good values.
    pub fleet: Fleet,
    /// How long the last poll took; none before the first has ended.
    pub poll_duration: Option<Duration>,
    /// How many requests and machines could not be read since the start.
    pub poll_errors: u64,
    /// When the whole fleet was last read; none before the first time.
    pub last_success: Option<Timestamp>,
}

/// The one task that asks the cloud.
#[derive(Debug)]
pub struct Poller {
    client: CloudClient,
    concurrency: usize,
    snapshots: watch::Sender<Arc<Snapshot>>,
}

impl Poller {
    /// A poller that asks for at most `concurrency` pages at once, and where its snapshots appear.
    pub fn new(client: CloudClient, concurrency: usize) -> (Self, watch::Receiver<Arc<Snapshot>>) {
        let (snapshots, receiver) = watch::channel(Arc::default());
        (Self { client, concurrency, snapshots }, receiver)
    }

    /// Polls at once and then every `interval`, until `stop`. Polls never overlap.
    pub async fn run(self, interval: Duration, stop: &CancellationToken) {
        let mut beat = tokio::time::interval(interval);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let polling = async {
            loop {
                beat.tick().await;
                self.poll().await;
            }
        };
        stop.run_until_cancelled(polling).await;
    }

    /// Reads the fleet once and publishes what is known then.
    pub async fn poll(&self) {
        let started = Instant::now();
        let last = self.snapshots.borrow().clone();
        let mut tally = Tally::default();
        self.read_pages(&last.fleet, &mut tally).await;
        let snapshot = tally.into_snapshot(&last, started.elapsed(), Timestamp::now());
        log_outcome(&last, &snapshot);
        self.snapshots.send_replace(Arc::new(snapshot));
    }

    async fn read_pages(&self, known: &Fleet, tally: &mut Tally) {
        let first = self.client.machines_page(1).await;
        let pages =
            first.as_ref().map_or_else(|_| page_count(known.len(), wire::MAX_PER_PAGE), pages_announced);
        tally.expected_machines = first.as_ref().map_or(known.len(), |page| page.total as usize);
        tally.take(1, first);
        let mut rest = self.pages(2..=pages.min(MAX_PAGES));
        while let Some((number, page)) = rest.next().await {
            tally.take(number, page);
            if tally.errors >= GIVE_UP_AFTER_FAILURES {
                tracing::warn!(errors = tally.errors, "gave up this poll after {} failures", tally.errors);
                return;
            }
        }
        if pages > MAX_PAGES {
            tally.fail(&format!("the cloud announces {pages} pages, more than {MAX_PAGES}"));
        }
    }

    fn pages(
        &self,
        numbers: impl Iterator<Item = u32>,
    ) -> impl Stream<Item = (u32, Result<MachinesPage, CloudError>)> + Unpin {
        let requests =
            numbers.map(move |number| async move { (number, self.client.machines_page(number).await) });
        Box::pin(stream::iter(requests).buffer_unordered(self.concurrency))
    }
}

/// What a poll has brought so far.
#[derive(Debug, Default)]
struct Tally {
    reading: Reading,
    expected_machines: usize,
    errors: u64,
}

impl Tally {
    fn take(&mut self, number: u32, page: Result<MachinesPage, CloudError>) {
        match page {
            Ok(page) => {
                page.machines.into_iter().for_each(|machine| self.reading.add(machine));
                page.rejected.iter().for_each(|why| self.fail(&format!("a machine on page {number}: {why}")));
            }
            Err(error) => self.fail(&format!("page {number}: {error}")),
        }
    }

    fn fail(&mut self, reason: &str) {
        tracing::warn!("could not read {reason}");
        self.errors += 1;
        self.reading.note_failure();
    }

    fn into_snapshot(self, last: &Snapshot, poll_duration: Duration, now: Timestamp) -> Snapshot {
        let whole = self.reading.is_whole(self.expected_machines);
        Snapshot {
            fleet: if whole {
                Fleet::replaced_by(self.reading)
            } else {
                last.fleet.updated_with(self.reading)
            },
            poll_duration: Some(poll_duration),
            poll_errors: last.poll_errors + self.errors,
            last_success: if whole { Some(now) } else { last.last_success },
        }
    }
}

fn pages_announced(first: &MachinesPage) -> u32 {
    page_count(first.total as usize, first.per_page)
}

fn page_count(machines: usize, per_page: u32) -> u32 {
    u32::try_from(machines).unwrap_or(u32::MAX).div_ceil(per_page)
}

fn log_outcome(last: &Snapshot, now: &Snapshot) {
    let machines = now.fleet.len();
    let milliseconds = now.poll_duration.unwrap_or_default().as_millis();
    if now.last_success == last.last_success {
        tracing::warn!(machines, "the poll was not complete; {machines} machines are known");
    } else if last.fleet.len() == machines {
        tracing::debug!(machines, milliseconds, "read {machines} machines in {milliseconds} ms");
    } else {
        tracing::info!(machines, milliseconds, "the fleet now has {machines} machines");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::tests::{machine, reading};

    const NOW: Timestamp = Timestamp::constant(1_700_000_000, 0);

    fn tally(ids: &[&str], expected_machines: usize) -> Tally {
        Tally { reading: reading(ids.iter().map(|id| machine(id))), expected_machines, errors: 0 }
    }

    #[test]
    fn a_whole_reading_is_a_success() {
        let snapshot = tally(&["a"], 1).into_snapshot(&Snapshot::default(), Duration::ZERO, NOW);
        assert_eq!(snapshot.last_success, Some(NOW));
    }

    #[test]
    fn pages_that_shifted_while_being_read_are_no_success() {
        let snapshot = tally(&["a"], 2).into_snapshot(&Snapshot::default(), Duration::ZERO, NOW);
        assert_eq!(snapshot.last_success, None);
    }

    #[test]
    fn errors_add_up_over_polls() {
        let last = Snapshot { poll_errors: 3, ..Snapshot::default() };
        let mut failed = tally(&["a"], 1);
        failed.fail("page 7: no answer");
        assert_eq!(failed.into_snapshot(&last, Duration::ZERO, NOW).poll_errors, 4);
    }

    #[test]
    fn seven_hundred_machines_are_seven_pages_of_a_hundred() {
        assert_eq!((page_count(700, 100), page_count(701, 100)), (7, 8));
    }
}
