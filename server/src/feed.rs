//! The change feed: the only source of events. One task reads the store's commits, keeps the board,
//! and tells every subscriber. When the feed is lost, the board is rebuilt and subscribers start over.

mod ring;

use std::future::ready;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::{self, BoxStream};
use jiff::Timestamp;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use self::ring::Ring;
use crate::board::{Board, CLOSED_WINDOW};
use crate::clock;
use crate::domain::incident::{Incident, Status};
use crate::store::{Changes, Committed, Store, StoreError};
use crate::telemetry::Metrics;

/// Most changes that subscribers are woken for once: in a storm, commits come faster than they can be told.
const TOLD_AT_ONCE: usize = 64;
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
    /// Guards the board, too, so that a subscriber neither misses nor doubles a change.
    ring: watch::Sender<Ring>,
    live: watch::Sender<bool>,
}

impl Feed {
    /// A feed that is not yet live.
    pub fn new(board: Arc<Board>, metrics: Arc<Metrics>) -> Self {
        Self { board, metrics, ring: watch::Sender::new(Ring::new()), live: watch::Sender::new(false) }
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
        let ring = self.ring.subscribe();
        let (first, next) = {
            let ring = ring.borrow();
            let resync = |reason| vec![Event::Resync(reason)];
            let first = match after {
                None => resync(ResyncReason::Subscribed),
                Some(cursor) => ring.behind(cursor).unwrap_or_else(|| resync(ResyncReason::CursorTooOld)),
            };
            (first, ring.next())
        };
        let portions = stream::once(ready(first)).chain(stream::unfold((ring, next), next_events));
        portions.flat_map(stream::iter).boxed()
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
        self.ring.send_if_modified(|ring| {
            let has_forgotten = self.board.forget(status, updated_before);
            if has_forgotten {
                // Nobody shall be told again of what is gone.
                ring.clear();
                ring.push(Event::Resync(ResyncReason::Forgotten));
            }
            has_forgotten
        });
    }

    fn start_over(&self, incidents: Vec<Incident>) {
        self.ring.send_modify(|ring| {
            ring.clear();
            self.board.rebuild(incidents);
            self.live.send_replace(true);
            self.metrics.feed.note_start();
            ring.push(Event::Resync(ResyncReason::FeedLost));
        });
    }

    async fn pump(&self, changes: &mut Changes) -> Result<(), StoreError> {
        let mut prune = tokio::time::interval(PRUNE_INTERVAL);
        let mut changes = changes.ready_chunks(TOLD_AT_ONCE);
        loop {
            tokio::select! {
                _ = prune.tick() => self.board.prune(clock::now()),
                next = changes.next() => match next {
                    Some(committed) => self.publish(committed)?,
                    None => return Ok(()),
                },
            }
        }
    }

    /// Tells of these, and then of what broke off behind them.
    fn publish(&self, committed: Vec<Result<Committed, StoreError>>) -> Result<(), StoreError> {
        let mut broken = Ok(());
        self.ring.send_if_modified(|ring| {
            let before = ring.next();
            for committed in committed {
                match committed {
                    Ok(committed) => self
                        .apply(committed)
                        .map(Event::Changed)
                        .into_iter()
                        .for_each(|event| ring.push(event)),
                    Err(error) => {
                        broken = Err(error);
                        break;
                    }
                }
            }
            ring.next() > before
        });
        broken
    }

    /// Puts it on the board; `None` if the board knows better already.
    fn apply(&self, Committed { cursor, incident }: Committed) -> Option<Change> {
        let incident = Arc::new(incident);
        if !self.board.apply(&incident) {
            return None;
        }
        let lag = clock::now().duration_since(incident.updated_at);
        self.metrics.feed.note_change(lag.as_secs_f64());
        let arrived = self.metrics.pushes.arrival(&incident.id.0, incident.version);
        Some(Change { cursor: cursor.into(), incident, arrived })
    }
}

type Position = (watch::Receiver<Ring>, u64);

/// All that came meanwhile, however many changes that is; waits only if nothing did.
async fn next_events((mut ring, next): Position) -> Option<(Vec<Event>, Position)> {
    loop {
        let missed = ring.borrow_and_update().from(next);
        if !missed.events.is_empty() {
            return Some((missed.events, (ring, missed.next)));
        }
        ring.changed().await.ok()?;
    }
}
