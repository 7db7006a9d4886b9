//! What a viewer is told of changes, as long as they can be told.

use std::sync::Arc;

use cineportal_regions::RegionId;
use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt};

use super::Desk;
use crate::feed::{Event, ResyncReason};

/// The server does not see the store's changes now: what stands on a screen may be old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The server does not see changes at the moment. Follow again in a while.")]
pub struct FeedInterrupted;

impl Desk {
    /// Changes of one region, or of all that the viewer may see; see [`crate::feed::Feed::subscribe`].
    /// Ends with [`FeedInterrupted`] as soon as the server does not see the store's changes any more.
    ///
    /// # Errors
    /// [`FeedInterrupted`], if it does not see them now.
    pub fn changes(
        &self,
        region: Option<RegionId>,
        after: Option<&str>,
    ) -> Result<BoxStream<'static, Result<Event, FeedInterrupted>>, FeedInterrupted> {
        let feed = &self.services.feed;
        let interrupted = feed.until_lost();
        if !feed.is_live() {
            return Err(FeedInterrupted);
        }
        if let Some(region) = region.as_ref().filter(|region| self.services.regions().get(region).is_some()) {
            let _noted = self.shows(region, "changes");
        }
        let open = self.followed_over.map(|transport| self.services.metrics.pushes.subscribe(transport));
        let others = stream::select(self.silence_changes(region.clone()), self.region_changes());
        let events = stream::select(feed.subscribe(after), others);
        let (grants, regions) = (self.viewer.grants.clone(), Arc::clone(&self.services.regions));
        let visible = events.filter(move |event| {
            let _counted = &open;
            let visible = match event {
                Event::Resync(_) => true,
                Event::Changed(change) => {
                    let regions = regions.now();
                    let changed = &regions.home(&change.incident.key.region).id;
                    grants.covers(changed) && region.as_ref().is_none_or(|wanted| wanted == changed)
                }
            };
            std::future::ready(visible)
        });
        let end = stream::once(std::future::ready(Err(FeedInterrupted)));
        Ok(visible.map(Ok).take_until(interrupted).chain(end).boxed())
    }

    /// Whoever shows incidents reads them again when regions were reloaded: they may belong to others.
    fn region_changes(&self) -> impl Stream<Item = Event> + Send + use<> {
        stream::unfold(self.services.regions.changes(), |mut changes| async move {
            changes.changed().await.ok()?;
            Some((Event::Resync(ResyncReason::RegionsChanged), changes))
        })
    }

    /// Whoever shows incidents reads them again when a silence changes, begins or ends.
    fn silence_changes(&self, wanted: Option<RegionId>) -> impl Stream<Item = Event> + Send + use<> {
        let grants = self.viewer.grants.clone();
        self.services.silences.changes().filter_map(move |changed| {
            let told = changed.is_none_or(|changed| {
                grants.covers(&changed) && wanted.as_ref().is_none_or(|wanted| *wanted == changed)
            });
            std::future::ready(told.then_some(Event::Resync(ResyncReason::SilencesChanged)))
        })
    }
}
