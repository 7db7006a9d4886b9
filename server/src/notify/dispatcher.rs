//! The one task of a server that sends what is planned. It waits for the next due time or for the feed,
//! claims what is due by committing a lease, and hands each message to a sender.
//! Several servers do so on one store: whose lease is committed first sends.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use cineportal_regions::{CurrentRegions, RegionId, Regions};
use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Channel;
use super::channels::Channels;
use super::claim::{self, LEASE};
use super::round::{self, Batch, Mutes, Pace, Round};
use super::sender::{Claimed, Sender};
use crate::clock;
use crate::domain::delivery::{Delivery, DeliveryState, next_wake};
use crate::domain::incident::Incident;
use crate::domain::outbox::{self, Tidy};
use crate::feed::{Event, Feed};
use crate::silences::Silences;
use crate::store::{Store, StoreError};
use crate::telemetry::Metrics;

/// Most incidents looked at in one go.
const MAX_INCIDENTS: u32 = 1_000;
/// Most messages under way at once over one channel, so that one that is slow keeps no other waiting.
const MAX_SENDING_BY_CHANNEL: usize = 4;
/// Looks at the store this often although nobody called: a feed that is cut tells nothing.
const IDLE: SignedDuration = SignedDuration::from_secs(15);
/// How soon to look again at the earliest, as when more is due than one look takes.
const SOON: SignedDuration = SignedDuration::from_millis(50);
/// How long a batch is left to another server that was faster: it may still be claiming the rest of it.
const LOST: SignedDuration = SignedDuration::from_secs(2);
/// How soon to look again when the store is away, or when there was nothing to do although something is due.
const STUCK: SignedDuration = SignedDuration::from_secs(2);
/// How long messages under way may take once the server stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// The task that sends; [`run`](Dispatcher::run) it once.
pub struct Dispatcher {
    regions: Arc<CurrentRegions>,
    channels: watch::Receiver<Channels>,
    silences: Arc<Silences>,
    feed: Arc<Feed>,
    sender: Arc<Sender>,
    /// One permit for each message that may be under way, by channel.
    places: HashMap<String, Arc<Semaphore>>,
    pace: Pace,
    /// Another server is at it: it is left alone until then.
    not_before: Timestamp,
    /// The messages that we claimed lately, by their ids.
    ours: HashMap<String, Timestamp>,
}

impl Dispatcher {
    /// A dispatcher for the routes of these regions. `public_url`: where people find the portal.
    pub fn new(
        store: Arc<dyn Store>,
        regions: Arc<CurrentRegions>,
        channels: watch::Receiver<Channels>,
        silences: Arc<Silences>,
        feed: Arc<Feed>,
        metrics: Arc<Metrics>,
        public_url: String,
    ) -> Self {
        let cut_off = CancellationToken::new();
        let sender = Arc::new(Sender { store, metrics, public_url, cut_off });
        let (places, pace) = (HashMap::new(), Pace::default());
        let (not_before, ours) = (Timestamp::MIN, HashMap::new());
        Self { regions, channels, silences, feed, sender, places, pace, not_before, ours }
    }

    /// Sends until told to stop; then lets messages under way end, and releases those that do not.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut events = self.feed.subscribe(None);
        let mut sending = JoinSet::new();
        let mut wake_at = clock::now();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = sleep_until(wake_at.max(self.not_before)) => wake_at = self.look(&mut sending).await,
                Some(event) = events.next() => wake_at = wake_at.min(wake_of(&event)),
                // It may have to be tried again, and the feed does not tell that.
                Some(_) = sending.join_next() => wake_at = clock::now(),
            }
        }
        self.drain(sending).await;
    }

    async fn drain(&self, mut sending: JoinSet<()>) {
        let all = async { while sending.join_next().await.is_some() {} };
        if tokio::time::timeout(DRAIN_TIMEOUT, all).await.is_err() {
            self.sender.cut_off.cancel();
            while sending.join_next().await.is_some() {}
        }
    }

    /// Does what is due; answers when to look again.
    async fn look(&mut self, sending: &mut JoinSet<()>) -> Timestamp {
        match self.round(sending).await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(%error, "the outbox cannot be read");
                clock::now() + STUCK
            }
        }
    }

    async fn round(&mut self, sending: &mut JoinSet<()>) -> Result<Timestamp, StoreError> {
        let store = Arc::clone(&self.sender.store);
        let now = clock::now();
        let next = store.next_due().await?.unwrap_or(Timestamp::MAX);
        if next > now {
            return Ok(next.min(now + IDLE));
        }
        // Until silences were read nobody knows who wants to be left in peace.
        if self.silences.as_of().is_none() {
            return Ok(now + STUCK);
        }
        // What another server claims meanwhile is looked at, too.
        let horizon = lookahead(&self.regions.now()).max(LEASE + LOST);
        let mut incidents = store.due(clock::now() + horizon, MAX_INCIDENTS).await?;
        // Looked for only now: what was just planned for a new route must find that route.
        let regions = self.regions.now();
        let mut round = round::plan(&incidents, &regions, &self.pace, &self.mutes(&incidents, now), now);
        self.leave_to_others(&mut round, &incidents, now);
        self.tidy(&mut incidents, &round, now).await?;
        // What is due but nobody can do anything about must not keep us busy. A message that ends wakes us.
        let mut is_moving = !round.tidied.is_empty();
        for batch in round.batches {
            is_moving |= self.send(batch, &regions, &mut incidents, sending).await?;
        }
        let next = store.next_due().await?.unwrap_or(Timestamp::MAX);
        Ok(look_again(next, clock::now(), if is_moving { SOON } else { STUCK }))
    }

    /// Another server that has just claimed the first incident of a digest is about to claim the rest of it.
    fn leave_to_others(&mut self, round: &mut Round, incidents: &[Incident], now: Timestamp) {
        self.ours.retain(|_, claimed_at| now.duration_since(*claimed_at) < LEASE);
        let is_theirs = |batch: &str| !self.ours.contains_key(batch);
        let busy = round::claimed_since(incidents, now + LEASE - LOST, is_theirs);
        let planned = round.batches.len();
        round.batches.retain(|batch| !busy.contains(&batch.key));
        if round.batches.len() < planned {
            self.not_before = now + LOST;
        }
    }

    fn mutes(&self, incidents: &[Incident], now: Timestamp) -> Mutes {
        let until = |incident: &Incident| Some(self.silences.mute_of(incident, now)?.until);
        incidents.iter().filter_map(|incident| Some((incident.id.clone(), until(incident)?))).collect()
    }

    /// Drops what has nowhere to go, and puts off what a route still gathers.
    async fn tidy(
        &self,
        incidents: &mut [Incident],
        round: &Round,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tidied: Vec<Incident> = incidents
            .iter()
            .filter_map(|stored| outbox::tidy(stored, round.tidied.get(&stored.id)?, now))
            .collect();
        let dropped = round.tidied.values().flat_map(|tidied| tidied.values());
        let dropped = dropped.filter(|tidy| matches!(tidy, Tidy::Drop(_))).count();
        if dropped > 0 {
            tracing::warn!(dropped, "messages were dropped; the delivery log says why");
        }
        claim::commit(&*self.sender.store, tidied, incidents).await.map(drop)
    }

    /// Claims a message, and starts to send it if that succeeds. False where its channel has no place for it now.
    async fn send(
        &mut self,
        batch: Batch,
        regions: &Regions,
        incidents: &mut [Incident],
        sending: &mut JoinSet<()>,
    ) -> Result<bool, StoreError> {
        let Some(region) = regions.get(&RegionId::new(batch.key.region.clone())) else { return Ok(false) };
        let Some(route) = region.notify.iter().find(|route| route.name == batch.key.route) else {
            return Ok(false);
        };
        let Some(channel) = self.channel(&route.channel) else { return Ok(false) };
        let Some(place) = self.place(&route.channel) else { return Ok(false) };
        let claimed = claim::claim(&*self.sender.store, &batch, incidents).await?;
        if claimed.is_empty() {
            self.note_loss(&batch).await?;
            return Ok(true);
        }
        self.pace.note(&batch, clock::now());
        self.ours.insert(batch.id.clone(), clock::now());
        let claimed = Claimed { batch, incidents: claimed, region: region.clone(), channel };
        let sender = Arc::clone(&self.sender);
        sending.spawn(async move {
            sender.deliver(claimed).await;
            drop(place);
        });
        Ok(true)
    }

    fn channel(&self, name: &str) -> Option<Arc<dyn Channel>> {
        self.channels.borrow().get(name).cloned()
    }

    fn place(&mut self, channel: &str) -> Option<OwnedSemaphorePermit> {
        let places = self.places.entry(channel.to_owned());
        let places = places.or_insert_with(|| Arc::new(Semaphore::new(MAX_SENDING_BY_CHANNEL)));
        Arc::clone(places).try_acquire_owned().ok()
    }

    /// Somebody changed the first incident. If it was another server that sends, it is left alone for a while.
    async fn note_loss(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let Some((first, wanted)) = batch.picks.first_key_value() else { return Ok(()) };
        let Some(stored) = self.sender.store.incident(first).await? else { return Ok(()) };
        let is_taken =
            |delivery: &Delivery| wanted.contains(&delivery.id) && delivery.state != DeliveryState::Waiting;
        let is_taken = stored.deliveries.iter().any(is_taken);
        if is_taken {
            self.pace.note(batch, clock::now());
            self.not_before = clock::now() + LOST;
        }
        Ok(())
    }
}

/// When to look again: after this pause at the earliest, however long the last look took; and not much later than now.
fn look_again(next_due: Timestamp, now: Timestamp, pause: SignedDuration) -> Timestamp {
    next_due.min(now + IDLE).max(now + pause)
}

/// The longest `wait_seconds` of all routes: what is planned but not due yet may go along with a digest.
fn lookahead(regions: &Regions) -> SignedDuration {
    let waits = regions.iter().flat_map(|region| &region.notify).map(|route| route.wait);
    waits.max().unwrap_or_default()
}

/// When a change needs attention; at once if changes may have been missed.
fn wake_of(event: &Event) -> Timestamp {
    match event {
        Event::Changed(change) => next_wake(&change.incident).unwrap_or(Timestamp::MAX),
        Event::Resync(_) => clock::now(),
    }
}

async fn sleep_until(time: Timestamp) {
    let wait = time.duration_since(clock::now());
    tokio::time::sleep(Duration::try_from(wait).unwrap_or_default()).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::at;

    #[test]
    fn the_next_look_is_after_a_pause_and_before_long_whenever_something_is_due() {
        let now = at(60);
        assert_eq!(look_again(Timestamp::MIN, now, SOON), now + SOON);
        assert_eq!(look_again(at(0), now, STUCK), now + STUCK);
        assert_eq!(
            look_again(now + SignedDuration::from_secs(3), now, STUCK),
            now + SignedDuration::from_secs(3)
        );
        assert_eq!(look_again(Timestamp::MAX, now, SOON), now + IDLE);
    }
}
