//! What can be asked.

use async_graphql::{Context, ID, Object, Result};
use cineportal_regions::RegionId;

use super::error::store_failed;
use super::incident::IncidentObject;
use super::list::{IncidentConnection, IncidentFilter, list, list_cost};
use super::region::RegionObject;
use crate::desk::Desk;
use crate::domain::incident::IncidentId;

/// What can be asked.
pub struct Query;

/// What can be asked.
#[Object]
impl Query {
    /// All regions that you may see, in alphabetical order, `unassigned` last.
    #[graphql(complexity = "10 * child_complexity")]
    async fn regions(&self, context: &Context<'_>) -> Result<Vec<RegionObject>> {
        Ok(context.data::<Desk>()?.regions().into_iter().map(RegionObject).collect())
    }

    /// One region; null where there is none that you may see.
    async fn region(&self, context: &Context<'_>, id: ID) -> Result<Option<RegionObject>> {
        Ok(context.data::<Desk>()?.region(&RegionId::new(id.0)).map(RegionObject))
    }

    /// One incident; null where there is none that you may see.
    async fn incident(&self, context: &Context<'_>, id: ID) -> Result<Option<IncidentObject>> {
        let incident = context.data::<Desk>()?.incident(&IncidentId(id.0)).await;
        Ok(incident.map_err(|error| store_failed(&error))?.map(IncidentObject))
    }

    /// Incidents of all regions that you may see, newest first.
    #[graphql(complexity = "list_cost(first, child_complexity)")]
    async fn incidents(
        &self,
        context: &Context<'_>,
        filter: Option<IncidentFilter>,
        #[graphql(desc = "How many at most: 1 to 100, 50 if left out.")] first: Option<i32>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Result<IncidentConnection> {
        list(context.data::<Desk>()?, filter.unwrap_or_default(), first, after.as_deref()).await
    }
}
