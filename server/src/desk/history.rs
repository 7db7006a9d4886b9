//! What the store holds, page by page.

use cineportal_regions::RegionId;

use super::Desk;
use crate::domain::incident::Status;
use crate::domain::paging::Paging;
use crate::store::{IncidentPage, PagePosition, PageQuery, Period, Selection, StoreError};

impl Desk {
    /// A page of the incidents that the viewer may see, newest first, without counting them all.
    ///
    /// # Errors
    /// [`StoreError`], if the store does not answer.
    pub async fn stored(
        &self,
        region: Option<&RegionId>,
        statuses: &[Status],
        opened: Period,
        after: Option<PagePosition>,
        limit: u32,
    ) -> Result<IncidentPage, StoreError> {
        let regions = self.regions().into_iter().map(|region| region.id);
        let regions = regions.filter(|id| region.is_none_or(|wanted| wanted == id)).collect();
        let selection = Selection { regions, statuses: statuses.to_vec(), opened, ..Selection::default() };
        let query = PageQuery { selection, paging: Paging { beyond: after, ..Paging::first(limit) } };
        self.services.store.page(&query).await
    }
}
