//! One claimed message, until it is settled: worded, carried, and noted in its incidents.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cineportal_regions::Region;
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span};

use super::message::{self, Message, Order};
use super::round::{Batch, Kind};
use super::told::{self, tell};
use super::{Channel, SendError};
use crate::clock;
use crate::domain::delivery::{Delivery, DeliveryState};
use crate::domain::incident::Incident;
use crate::domain::outbox::{self, MAX_ATTEMPTS, Tried};
use crate::domain::trace::TraceId;
use crate::spans;
use crate::store::{Outcome, Store};
use crate::telemetry::{Metrics, NotificationOutcome};

/// Longest time for one message. Well below the lease, so that nobody else sends it meanwhile.
const SEND_DEADLINE: Duration = Duration::from_secs(30);
/// How often the store is asked to note what became of a message.
const SETTLE_ROUNDS: u32 = 30;
/// In so many traces a message is shown; one about a storm tells of thousands.
const MAX_SPANS: usize = 100;
/// The pause between.
const SETTLE_DELAY: Duration = Duration::from_millis(200);

/// What all messages share.
pub(super) struct Sender {
    pub(super) store: Arc<dyn Store>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) public_url: String,
    /// Told when messages under way are to be given up, to be repeated later.
    pub(super) cut_off: CancellationToken,
}

/// A batch that is ours until its lease ends.
pub(super) struct Claimed {
    pub(super) batch: Batch,
    /// Its incidents, as they were claimed; not empty.
    pub(super) incidents: Vec<Incident>,
    pub(super) region: Region,
    pub(super) channel: Arc<dyn Channel>,
}

impl Sender {
    /// Sends the message and notes what became of it.
    pub(super) async fn deliver(self: Arc<Self>, claimed: Claimed) {
        let Some(message) = word(&claimed, &self.public_url) else {
            tracing::error!(
                batch = claimed.batch.id,
                "a message could not be worded; it will be tried again"
            );
            return;
        };
        let channel = channel_name(&claimed);
        let shown_in = spans_of(&message, &channel);
        let first = shown_in.first().cloned().unwrap_or_else(Span::none);
        let tried = self.carry(claimed, &message, &channel).instrument(first).await;
        if let Some(reason) = failure(&tried) {
            shown_in.iter().for_each(|span| spans::fail(span, reason));
        }
    }

    async fn carry(&self, claimed: Claimed, message: &Message, channel: &str) -> Tried {
        let started = Instant::now();
        let result = tokio::select! {
            result = tokio::time::timeout(SEND_DEADLINE, claimed.channel.send(message)) => result
                .unwrap_or_else(|_| Err(unknown("it took too long"))),
            () = self.cut_off.cancelled() => Err(unknown("the server stopped")),
        };
        let seconds = started.elapsed().as_secs_f64();
        let tried = tried(result, claimed.batch.kind, message.attempt, self.cut_off.is_cancelled());
        let (kind, outcome) = (claimed.channel.kind(), outcome(&tried, message.attempt));
        self.metrics.notifications.count(channel, kind, outcome, seconds);
        tell(&tried, message, channel);
        self.settle(claimed.incidents, &message.batch, &tried).await;
        tried
    }

    async fn settle(&self, mut claimed: Vec<Incident>, batch: &str, tried: &Tried) {
        for _ in 0..SETTLE_ROUNDS {
            claimed = self.settle_once(claimed, batch, tried).await;
            if claimed.is_empty() {
                return;
            }
            tokio::time::sleep(SETTLE_DELAY).await;
        }
        let count = claimed.len();
        tracing::error!(%batch, count, "what became of a message could not be noted; it will be sent again, marked");
    }

    /// What has to be settled again, as far as it can be read: an answer that was lost may mean "written".
    async fn settle_once(&self, claimed: Vec<Incident>, batch: &str, tried: &Tried) -> Vec<Incident> {
        let now = clock::now();
        let settled = |incident: Incident| Some((outbox::settle(&incident, batch, tried, now)?, incident));
        let (settled, claimed): (Vec<Incident>, Vec<Incident>) =
            claimed.into_iter().filter_map(settled).unzip();
        if settled.is_empty() {
            return Vec::new();
        }
        let outcomes = self.store.commit(&settled).await;
        let outcomes = outcomes.unwrap_or_else(|_| vec![Outcome::Conflict; settled.len()]);
        let unsettled =
            claimed.into_iter().zip(outcomes).filter(|(_, outcome)| *outcome == Outcome::Conflict);
        let mut again = Vec::new();
        for (incident, _) in unsettled {
            let stored = self.store.incident(&incident.id).await;
            // The store is away: what was claimed is settled again, and collides if it is old.
            again.extend(stored.unwrap_or(Some(incident)));
        }
        again
    }
}

/// One span in each trace that the message tells of; what it takes to send it stands in the first.
fn spans_of(message: &Message, channel: &str) -> Vec<Span> {
    let mut traces: Vec<TraceId> = message.notices.iter().filter_map(told::trace_id).collect();
    traces.sort_unstable_by_key(|trace_id| trace_id.number());
    traces.dedup();
    traces.truncate(MAX_SPANS);
    let region = message.region.to_string();
    traces.into_iter().map(|trace_id| spans::message(&region, &message.route, channel, trace_id)).collect()
}

fn channel_name(claimed: &Claimed) -> String {
    let routes = claimed.region.notify.iter();
    let mut of_route = routes.filter(|route| route.name == claimed.batch.key.route);
    of_route.next().map(|route| route.channel.clone()).unwrap_or_default()
}

fn word(claimed: &Claimed, public_url: &str) -> Option<Message> {
    let Claimed { batch, incidents, region, .. } = claimed;
    let route = region.notify.iter().find(|route| route.name == batch.key.route)?;
    let in_batch = |delivery: &&Delivery| matches!(&delivery.state, DeliveryState::Leased { batch: of, .. } if *of == batch.id);
    let told: Vec<(&Incident, &Delivery)> = incidents
        .iter()
        .flat_map(|incident| incident.deliveries.iter().map(move |delivery| (incident, delivery)))
        .filter(|(_, delivery)| in_batch(delivery))
        .collect();
    let attempt = told.iter().map(|(_, delivery)| delivery.attempts).max()?;
    let perhaps_repeated = batch.kind == Kind::Repeat;
    message::render(&Order { batch: &batch.id, attempt, perhaps_repeated, region, route, told, public_url })
}

fn unknown(reason: &str) -> SendError {
    SendError::Unknown { reason: reason.to_owned() }
}

/// What came of a try. A message that may have been taken before stays one that may have been, also when this try was
/// surely in vain.
fn tried(result: Result<Option<String>, SendError>, kind: Kind, attempt: u32, at_once: bool) -> Tried {
    let pause = if at_once { SignedDuration::ZERO } else { outbox::backoff(attempt, fastrand::f64()) };
    let after = |pause: SignedDuration| clock::to_millisecond(clock::now() + pause);
    match result {
        Ok(but) => Tried::Taken { but },
        Err(SendError::NotTaken { reason, retry_after }) => {
            let again_at = after(retry_after.map_or(pause, |asked| asked.max(pause)));
            match kind {
                Kind::Repeat => Tried::Unknown { reason, again_at },
                Kind::Single | Kind::Retry | Kind::Digest => Tried::NotTaken { reason, again_at },
            }
        }
        Err(SendError::Unknown { reason }) => Tried::Unknown { reason, again_at: after(pause) },
        Err(SendError::Refused { reason }) => Tried::Refused { reason },
    }
}

fn failure(tried: &Tried) -> Option<&String> {
    match tried {
        Tried::Taken { .. } => None,
        Tried::NotTaken { reason, .. } | Tried::Unknown { reason, .. } | Tried::Refused { reason } => {
            Some(reason)
        }
    }
}

fn outcome(tried: &Tried, attempt: u32) -> NotificationOutcome {
    match tried {
        Tried::Taken { .. } => NotificationOutcome::sent,
        Tried::Refused { .. } => NotificationOutcome::failed,
        Tried::NotTaken { .. } | Tried::Unknown { .. } if attempt >= MAX_ATTEMPTS => {
            NotificationOutcome::failed
        }
        Tried::NotTaken { .. } | Tried::Unknown { .. } => NotificationOutcome::retried,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_been_taken_before_is_not_surely_untaken_because_a_later_try_was_in_vain() {
        let in_vain = || Err(SendError::not_taken("nobody listens"));
        assert!(matches!(tried(in_vain(), Kind::Repeat, 2, false), Tried::Unknown { .. }));
        for kind in [Kind::Single, Kind::Retry, Kind::Digest] {
            assert!(matches!(tried(in_vain(), kind, 2, false), Tried::NotTaken { .. }), "{kind:?}");
        }
    }
}
