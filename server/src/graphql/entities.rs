//! What gateways of several services resolve by its key: Apollo Federation 2.
//! Source: Apollo Federation subgraph specification, `_service` and `_entities`.

use async_graphql::{Context, ID, Object, Result};
use cineportal_regions::RegionId;

use super::incident::IncidentObject;
use super::machine::MachineObject;
use super::query;
use super::region::RegionObject;
use crate::desk::Desk;
use crate::domain::incident::IncidentId;

/// What is found by its key. A key that nothing has which the viewer may see finds null.
pub(super) struct Entities;

#[Object]
impl Entities {
    #[graphql(entity)]
    async fn find_incident(&self, context: &Context<'_>, id: ID) -> Result<Option<IncidentObject>> {
        query::incident(context, &IncidentId(id.0)).await
    }

    #[graphql(entity)]
    async fn find_region(&self, context: &Context<'_>, id: ID) -> Result<Option<RegionObject>> {
        Ok(context.data::<Desk>()?.region(&RegionId::new(id.0)).map(RegionObject))
    }

    #[graphql(entity)]
    async fn find_machine(&self, context: &Context<'_>, id: ID) -> Result<Option<MachineObject>> {
        query::machine(context, &id.0).await
    }
}
