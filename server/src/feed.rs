//! The change feed: the only source of events. One task reads the store's commits, keeps the board,
//! and tells every subscriber. When the feed is lost, the board is rebuilt and subscribers start over.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::{self, BoxStream};
use jiff::Timestamp;
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;

use crate::board::{Board, CLOSED_WINDOW};
use crate::clock;
use crate::domain::incident::{Incident, Status};
use crate::store::{Changes, Committed, Store, StoreError};
use crate::telemetry::Metrics;

/// How many messages a slow subscriber may be behind before it has to start over.
const SUBSCRIBER_LAG: usize = 4_096;
/// How many changes can be replayed to a subscriber that comes back.
const REPLAY_LENGTH: usize = 4_096;
/// How long to wait before the lost feed is opened again.
const REOPEN_DELAY: Duration = Duration::from_secs(1);
/// How often old closed incidents leave the board.
const PRUNE_INTERVAL: Duration = Duration::from_secs(60);

/// One change, as subscribers get it.
#[derive(Clone, Debug)]
pub struct Change {
    /// Where in the feed this is; give it to [`Feed::subscribe`] to go on behind it.
    pub cursor: Arc<str>,
    /// The incident after the change.
    pub incident: Arc<Incident>,
    /// When the webhook arrived at this server that made it; `None` for other changes, and when it is replayed.
    pub arrived: Option<Instant>,
}

/// What a subscriber is told.
#[derive(Clone, Debug)]
pub enum Event {
    /// An incident changed.
    Changed(Change),
    /// Changes may have been missed: read everything again, then go on from here.
    Resync(ResyncReason),
}

/// Why a subscriber has to read everything again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResyncReason {
    /// It has only just subscribed.
    Subscribed,
    /// It asked to go on behind a change that is no longer known.
    CursorTooOld,
    /// It was too slow.
    Lagged,
    /// The store's feed was interrupted.
    FeedLost,
    /// Old incidents were forgotten.
    Forgotten,
    /// A silence changed, began or ended: what is muted may be another.
    SilencesChanged,
    /// Regions were read anew: what is shown where may be another.
    RegionsChanged,
}

/// The live part of the server: the board, and who listens to it.
pub struct Feed {
    board: Arc<Board>,
    metrics: Arc<Metrics>,
    sender: broadcast::Sender<Event>,
    /// Guards sending too, so that a subscriber neither misses nor doubles a change.
    replay: Mutex<VecDeque<Change>>,
    live: watch::Sender<bool>,
}

impl Feed {
    /// A feed that is not yet live.
    pub fn new(board: Arc<Board>, metrics: Arc<Metrics>) -> Self {
        let (sender, _) = broadcast::channel(SUBSCRIBER_LAG);
        let replay = Mutex::new(VecDeque::with_capacity(REPLAY_LENGTH));
        Self { board, metrics, sender, replay, live: watch::Sender::new(false) }
    }

    /// Whether the board follows the store now.
    pub fn is_live(&self) -> bool {
        *self.live.borrow()
    }

    /// Returns once the board follows the store.
    pub async fn until_live(&self) {
        // The sender lives as long as this does, so there is always an answer.
        let _ = self.live.subscribe().wait_for(|live| *live).await;
    }

    /// Returns once the board does not follow the store any more; at once if it does not now.
    pub fn until_lost(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut live = self.live.subscribe();
        async move {
            // Without a sender the server ends, and so does whoever waits here.
            let _ = live.wait_for(|live| !*live).await;
        }
    }

    /// All changes from now on; or, where `after` is still known, all since that one.
    /// Starts with [`Event::Resync`] unless changes since `after` can be replayed.
    pub fn subscribe(&self, after: Option<&str>) -> BoxStream<'static, Event> {
        let replay = self.lock();
        let receiver = self.sender.subscribe();
        let first = match after {
            None => vec![Event::Resync(ResyncReason::Subscribed)],
            Some(cursor) => match replay.iter().position(|change| &*change.cursor == cursor) {
                None => vec![Event::Resync(ResyncReason::CursorTooOld)],
                Some(at) => replay.iter().skip(at + 1).cloned().map(Event::Changed).collect(),
            },
        };
        drop(replay);
        stream::iter(first).chain(stream::unfold(receiver, next_event)).boxed()
    }

    /// Follows the store until told to stop; opens the feed again when it is lost.
    pub async fn run(self: Arc<Self>, store: Arc<dyn Store>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let lost = tokio::select! {
                () = stop.cancelled() => break,
                result = self.follow(store.as_ref()) => result.err(),
            };
            self.live.send_replace(false);
            self.metrics.feed.note_loss();
            let reason = lost.map_or_else(|| "it ended".to_owned(), |error| error.to_string());
            tracing::error!(%reason, "the change feed was lost; opening it again");
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(REOPEN_DELAY) => {}
            }
        }
    }

    async fn follow(&self, store: &dyn Store) -> Result<(), StoreError> {
        // The feed is opened first: what is committed while the board is read comes through it.
        let mut changes = store.watch().await?;
        let incidents = store.current(clock::now() - CLOSED_WINDOW).await?;
        tracing::info!(incidents = incidents.len(), "the board stands");
        self.start_over(incidents);
        self.pump(&mut changes).await
    }

    /// Takes incidents off the board that the store forgot: those in this status that have not changed since
    /// before this time.
    pub fn forget(&self, status: Status, updated_before: Timestamp) {
        let mut replay = self.lock();
        if self.board.forget(status, updated_before) {
            // Nobody shall be told again of what is gone.
            replay.clear();
            self.send(Event::Resync(ResyncReason::Forgotten));
        }
    }

    fn start_over(&self, incidents: Vec<Incident>) {
        let mut replay = self.lock();
        replay.clear();
        self.board.rebuild(incidents);
        self.live.send_replace(true);
        self.metrics.feed.note_start();
        self.send(Event::Resync(ResyncReason::FeedLost));
    }

    async fn pump(&self, changes: &mut Changes) -> Result<(), StoreError> {
        let mut prune = tokio::time::interval(PRUNE_INTERVAL);
        loop {
            tokio::select! {
                _ = prune.tick() => self.board.prune(clock::now()),
                next = changes.next() => match next {
                    Some(committed) => self.publish(committed?),
                    None => return Ok(()),
                },
            }
        }
    }

    fn publish(&self, Committed { cursor, incident }: Committed) {
        let change = Change { cursor: cursor.into(), incident: Arc::new(incident), arrived: None };
        let mut replay = self.lock();
        if !self.board.apply(&change.incident) {
            return;
        }
        let lag = clock::now().duration_since(change.incident.updated_at);
        self.metrics.feed.note_change(lag.as_secs_f64());
        let arrived = self.metrics.pushes.arrival(&change.incident.id.0, change.incident.version);
        if replay.len() == REPLAY_LENGTH {
            replay.pop_front();
        }
        replay.push_back(change.clone());
        self.send(Event::Changed(Change { arrived, ..change }));
    }

    /// Nobody listening is no fault.
    fn send(&self, event: Event) {
        let _ = self.sender.send(event);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Change>> {
        self.replay.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn next_event(mut receiver: broadcast::Receiver<Event>) -> Option<(Event, broadcast::Receiver<Event>)> {
    match receiver.recv().await {
        Ok(event) => Some((event, receiver)),
        Err(broadcast::error::RecvError::Lagged(_)) => Some((Event::Resync(ResyncReason::Lagged), receiver)),
        Err(broadcast::error::RecvError::Closed) => None,
    }
}
