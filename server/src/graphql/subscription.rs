//! What can be followed.

use async_graphql::{Context, ID, Result, SimpleObject, Subscription as SubscriptionRoot, Union};
use cineportal_regions::RegionId;
use futures::{Stream, stream};

use super::error::{bad_input, feed_interrupted};
use super::incident::IncidentObject;
use super::told::Telling;
use crate::desk::Desk;
use crate::feed::{Event, ResyncReason};

/// What can be followed.
pub struct Subscription;

/// What can be followed.
#[SubscriptionRoot]
impl Subscription {
    /// Every change of an incident. The first message is `Resync`: read your lists then, and nothing falls
    /// between. With the `cursor` of the last change you saw as `after`, what you missed is replayed instead,
    /// if it is still known. When the server itself does not see changes any more, the subscription ends with
    /// the error `UPSTREAM_UNAVAILABLE`: say that your lists may be old, and follow again in a while.
    async fn incident_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only this region; all that you may see if left out.")] region: Option<ID>,
        #[graphql(desc = "The `cursor` of the last change you saw.")] after: Option<String>,
    ) -> Result<impl Stream<Item = Result<IncidentEvent>> + 'static> {
        let told = match context.data::<Telling>()? {
            Telling::This(event) => Some(event.clone().map(IncidentEvent::from).map_err(feed_interrupted)),
            Telling::Open(slot) => {
                let region = region.map(|id| RegionId::new(id.0));
                let changes = context.data::<Desk>()?.changes(region, after.as_deref());
                let is_first = slot.put(changes.map_err(feed_interrupted)?);
                (!is_first).then(|| Err(bad_input("A subscription has one root field.")))
            }
        };
        Ok(stream::iter(told))
    }
}

/// What a follower is told.
#[derive(Union)]
enum IncidentEvent {
    Change(IncidentChange),
    Resync(Resync),
}

/// An incident changed.
#[derive(SimpleObject)]
struct IncidentChange {
    /// Where in the feed this is; give it as `after` when you come back.
    cursor: String,
    /// The incident after the change. Keep the highest `version` that you have seen.
    incident: IncidentObject,
}

/// Changes may have been missed: read your lists again. Changes from now on follow.
#[derive(SimpleObject)]
struct Resync {
    /// Why, for people, in English.
    reason: &'static str,
}

impl From<Event> for IncidentEvent {
    fn from(event: Event) -> Self {
        match event {
            Event::Changed(change) => Self::Change(IncidentChange {
                cursor: change.cursor.to_string(),
                incident: IncidentObject(change.incident),
            }),
            Event::Resync(reason) => Self::Resync(Resync { reason: explain(reason) }),
        }
    }
}

fn explain(reason: ResyncReason) -> &'static str {
    match reason {
        ResyncReason::Subscribed => "You have just subscribed.",
        ResyncReason::CursorTooOld => "What followed your cursor is no longer known.",
        ResyncReason::Lagged => "You read too slowly.",
        ResyncReason::FeedLost => "The server lost its feed for a moment.",
        ResyncReason::Forgotten => "Old incidents were forgotten.",
        ResyncReason::SilencesChanged => "A silence changed, began or ended.",
        ResyncReason::RegionsChanged => "The regions changed.",
    }
}
