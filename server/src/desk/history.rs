//! What the store holds, page by page.

use cineportal_regions::RegionId;

use super::Desk;
use crate::domain::incident::Status;
use crate::store::{Page, PagePosition, PageQuery, Period, StoreError};

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
    ) -> Result<Page, StoreError> {
        let regions = self.regions().into_iter().map(|region| region.id);
        let regions = regions.filter(|id| region.is_none_or(|wanted| wanted == id)).collect();
        let query = PageQuery {
            regions,
            statuses: statuses.to_vec(),
            terms: Vec::new(),
            opened,
            after,
            limit,
            count: false,
        };
        self.services.store.page(&query).await
    }
}
