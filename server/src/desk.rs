//! The incident desk as one viewer may use it. Resolvers reach data only through this handle,
//! so what lies outside the viewer's scope cannot be asked for by accident.

use std::sync::Arc;

use cineportal_regions::{Region, RegionId, Regions};
use futures::StreamExt;
use futures::stream::BoxStream;

use crate::access::Viewer;
use crate::board::{Board, Counts, NotBuilt};
use crate::clock;
use crate::commands::{self, CommandError};
use crate::domain::command::{Action, Command};
use crate::domain::incident::{Incident, IncidentId, Status};
use crate::feed::{Event, Feed};
use crate::store::{PagePosition, PageQuery, Store, StoreError};
use crate::telemetry::Metrics;

/// What all requests share.
pub struct Services {
    /// The regions, from their files.
    pub regions: Arc<Regions>,
    /// Where incidents live.
    pub store: Arc<dyn Store>,
    /// What stands on the screens now.
    pub board: Arc<Board>,
    /// Who is told of changes.
    pub feed: Arc<Feed>,
    /// What the server tells about itself.
    pub metrics: Arc<Metrics>,
}

/// The desk of one viewer.
#[derive(Clone)]
pub struct Desk {
    viewer: Viewer,
    services: Arc<Services>,
}

/// One page of a list of incidents, newest first.
pub struct IncidentPage {
    /// Those on this page.
    pub incidents: Vec<Arc<Incident>>,
    /// Whether more follow.
    pub has_next: bool,
    /// How many match, on all pages.
    pub total: u64,
}

/// Which incidents a list shows.
pub struct ListQuery {
    /// Only this region; else all that the viewer may see.
    pub region: Option<RegionId>,
    /// Only these statuses.
    pub statuses: Vec<Status>,
    /// Behind this incident.
    pub after: Option<PagePosition>,
    /// How many at most.
    pub limit: u32,
}

impl Desk {
    /// The desk of this viewer.
    pub fn new(viewer: Viewer, services: Arc<Services>) -> Self {
        Self { viewer, services }
    }

    /// The regions that the viewer may see, in their order.
    pub fn regions(&self) -> Vec<Region> {
        let regions = self.services.regions.iter();
        regions.filter(|region| self.viewer.scope.covers(&region.id)).cloned().collect()
    }

    /// A region; `None` where there is none, or none for this viewer.
    pub fn region(&self, id: &RegionId) -> Option<Region> {
        let region = self.services.regions.get(id)?;
        self.viewer.scope.covers(id).then(|| region.clone())
    }

    /// The region that an incident belongs to; `unassigned` once the file of its own is gone.
    pub fn home(&self, region: &RegionId) -> Region {
        self.services.regions.home(region).clone()
    }

    /// How many incidents of a region are in which state.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], while the board does not stand yet.
    pub fn counts(&self, region: &Region) -> Result<Counts, StoreError> {
        let regions = &self.services.regions;
        let wanted = |id: &RegionId| regions.home(id).id == region.id;
        Ok(self.services.board.counts(wanted, clock::now())?)
    }

    /// An incident; `None` where there is none, or none for this viewer.
    ///
    /// # Errors
    /// [`StoreError`], if the incident is not on the board and the store does not answer.
    pub async fn incident(&self, id: &IncidentId) -> Result<Option<Arc<Incident>>, StoreError> {
        let incident = match self.services.board.incident(id) {
            Some(incident) => Some(incident),
            None => self.services.store.incident(id).await?.map(Arc::new),
        };
        let regions = &self.services.regions;
        Ok(incident.filter(|incident| self.viewer.scope.covers(&regions.home(&incident.key.region).id)))
    }

    /// A page of incidents, newest first: open ones from the board, history from the store.
    ///
    /// # Errors
    /// [`StoreError`], if closed incidents are asked for and the store does not answer, or the board does
    /// not stand yet.
    pub async fn incidents(&self, query: ListQuery) -> Result<IncidentPage, StoreError> {
        let regions = self.regions().into_iter().map(|region| region.id);
        let regions: Vec<_> =
            regions.filter(|id| query.region.as_ref().is_none_or(|wanted| wanted == id)).collect();
        if !query.statuses.contains(&Status::Closed) {
            return self.page_from_board(&regions, &query);
        }
        let ListQuery { statuses, after, limit, .. } = query;
        let page = self.services.store.page(&PageQuery { regions, statuses, after, limit }).await?;
        let incidents = page.incidents.into_iter().map(Arc::new).collect();
        Ok(IncidentPage { incidents, has_next: page.has_next, total: page.total })
    }

    fn page_from_board(&self, regions: &[RegionId], query: &ListQuery) -> Result<IncidentPage, StoreError> {
        let wanted = |id: &RegionId| regions.contains(&self.services.regions.home(id).id);
        let incidents = self.services.board.select(wanted, &query.statuses, clock::now());
        let mut incidents = incidents?;
        let total = incidents.len() as u64;
        incidents.sort_unstable_by(|a, b| (b.opened_at, &b.id).cmp(&(a.opened_at, &a.id)));
        if let Some(after) = &query.after {
            incidents.retain(|incident| position(incident) < *after);
        }
        let has_next = incidents.len() > query.limit as usize;
        incidents.truncate(query.limit as usize);
        Ok(IncidentPage { incidents, has_next, total })
    }

    /// Does something to an incident in the viewer's name.
    ///
    /// # Errors
    /// [`CommandError`]; see [`commands::execute`].
    pub async fn act(
        &self,
        id: &IncidentId,
        expected_version: u64,
        action: Action,
    ) -> Result<Incident, CommandError> {
        if self.incident(id).await?.is_none() {
            return Err(CommandError::NotFound);
        }
        let command = Command { who: self.viewer.name.clone(), expected_version, action };
        commands::execute(self.services.store.as_ref(), id, &command).await
    }

    /// Changes of one region, or of all that the viewer may see; see [`Feed::subscribe`].
    pub fn changes(&self, region: Option<RegionId>, after: Option<&str>) -> BoxStream<'static, Event> {
        let scope = self.viewer.scope;
        let regions = Arc::clone(&self.services.regions);
        let metrics = Arc::clone(&self.services.metrics);
        let open = OpenSubscription::new(metrics);
        let events = self.services.feed.subscribe(after);
        let visible = events.filter(move |event| {
            let _counted = &open;
            let visible = match event {
                Event::Resync(_) => true,
                Event::Changed(change) => {
                    let changed = &regions.home(&change.incident.key.region).id;
                    scope.covers(changed) && region.as_ref().is_none_or(|wanted| wanted == changed)
                }
            };
            std::future::ready(visible)
        });
        visible.boxed()
    }
}

impl From<NotBuilt> for StoreError {
    fn from(error: NotBuilt) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// Where an incident stands in lists.
pub fn position(incident: &Incident) -> PagePosition {
    PagePosition { opened_at: incident.opened_at, id: incident.id.clone() }
}

/// Counts a subscription for as long as it lives.
struct OpenSubscription(Arc<Metrics>);

impl OpenSubscription {
    fn new(metrics: Arc<Metrics>) -> Self {
        metrics.subscribers.inc();
        Self(metrics)
    }
}

impl Drop for OpenSubscription {
    fn drop(&mut self) {
        self.0.subscribers.dec();
    }
}
