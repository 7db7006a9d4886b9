//! A region in GraphQL.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use cineportal_regions::Region;

use super::error::store_failed;
use super::list::{IncidentConnection, IncidentFilter, list, list_cost};
use crate::desk::Desk;

pub(super) struct RegionObject(pub(super) Region);

/// A country or another part of the fleet, with its own staff.
#[Object(name = "Region")]
impl RegionObject {
    /// Identifier, as in addresses and labels.
    async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Name, for people.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Languages of its staff, the first one preferred (BCP 47).
    async fn languages(&self) -> &[String] {
        &self.0.languages
    }

    /// IANA time zone, as `Europe/Copenhagen`.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// Accent colour of its pages, as `#rrggbb`.
    async fn accent_colour(&self) -> &str {
        &self.0.accent_colour
    }

    /// How many of its incidents are in which state.
    #[graphql(complexity = "20 + child_complexity")]
    async fn counts(&self, context: &Context<'_>) -> Result<RegionCounts> {
        let counts = context.data::<Desk>()?.counts(&self.0).map_err(|error| store_failed(&error))?;
        Ok(RegionCounts {
            open: counts.open,
            in_progress: counts.in_progress,
            closed: counts.closed,
            critical: counts.critical,
        })
    }

    /// Its incidents, newest first. The filter's `region` is this one.
    #[graphql(complexity = "list_cost(first, child_complexity)")]
    async fn incidents(
        &self,
        context: &Context<'_>,
        filter: Option<IncidentFilter>,
        #[graphql(desc = "How many at most: 1 to 100, 50 if left out.")] first: Option<i32>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Result<IncidentConnection> {
        let mut filter = filter.unwrap_or_default();
        filter.region = Some(ID(self.0.id.to_string()));
        list(context.data::<Desk>()?, filter, first, after.as_deref()).await
    }
}

/// How many incidents of a region are in which state.
#[derive(SimpleObject)]
struct RegionCounts {
    /// Nobody has taken them.
    open: u32,
    /// A person works on them.
    in_progress: u32,
    /// Closed within the last 24 hours.
    closed: u32,
    /// Open or in progress, and critical.
    critical: u32,
}
