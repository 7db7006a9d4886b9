//! What followers are told: one change is executed once for all who are shown it in the same way.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::stream::BoxStream;
use moka::sync::Cache;
use serde_json::value::RawValue;
use tokio::sync::OnceCell;

use super::answer::{Answer, Executed};
use super::answers::write;
use super::operation::AskId;
use crate::access::Grants;
use crate::desk::FeedInterrupted;
use crate::feed::Event;
use crate::telemetry::{CacheName, GraphqlMetrics};

/// How long an executed change is told to others: minutes to a show depend on the clock.
const AGE: Duration = Duration::from_secs(1);
/// Most changes that are remembered.
const MAX_CHANGES: u64 = 10_000;

/// Events of the feed, as one viewer may see them.
pub(super) type Events = BoxStream<'static, Result<Event, FeedInterrupted>>;

/// What the resolver of a subscription is to do. It runs once to open the events, and once for each of them.
pub(super) enum Telling {
    /// To open the events, and leave them here.
    Open(Slot),
    /// To tell this one.
    This(Result<Event, FeedInterrupted>),
}

/// Where events are left.
#[derive(Clone, Default)]
pub(super) struct Slot(Arc<Mutex<Option<Events>>>);

impl Slot {
    /// Leaves events here; answers whether there was room.
    pub(super) fn put(&self, events: Events) -> bool {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_free = slot.is_none();
        slot.get_or_insert(events);
        is_free
    }

    /// Takes what was left here.
    pub(super) fn take(&self) -> Option<Events> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A change by how it is shown, to whom, with which edition of the regions, and where it is in the feed.
pub(super) type ChangeId = (AskId, Grants, u64, Arc<str>);

/// The changes that were executed a moment ago.
pub(super) struct Told {
    changes: Cache<ChangeId, Arc<OnceCell<Arc<RawValue>>>>,
    metrics: GraphqlMetrics,
}

impl Told {
    pub(super) fn new(metrics: GraphqlMetrics) -> Self {
        let changes = Cache::builder().max_capacity(MAX_CHANGES).time_to_live(AGE).build();
        Self { changes, metrics }
    }

    /// The change as it is told, executed if nobody else has done that. What fails is told to one only.
    pub(super) async fn tell<F: Future<Output = Answer>>(
        &self,
        change: ChangeId,
        execute: impl FnOnce() -> F,
    ) -> Answer {
        let cell = self.changes.get_with(change, Arc::default);
        let mut is_ours = false;
        let ready = cell.get_or_try_init(|| {
            is_ours = true;
            async {
                let answer = execute().await;
                write(&answer).ok_or(answer)
            }
        });
        let ready = ready.await;
        self.metrics.count_lookup(CacheName::told, !is_ours);
        match ready {
            Ok(json) => Answer::Executed(Executed::Ready(Arc::clone(json))),
            Err(answer) => answer,
        }
    }
}
