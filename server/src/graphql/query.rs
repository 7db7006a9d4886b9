//! What can be asked.
#![expect(clippy::too_many_arguments, reason = "what GraphQL calls arguments are parameters of a resolver")]

use async_graphql::{Context, ID, Object, Result};
use cineportal_regions::RegionId;

use super::error::{Nullable, bad_input, store_failed};
use super::filter::IncidentFilter;
use super::incident::{DateTime, IncidentObject};
use super::list::{IncidentConnection, IncidentOrder, list, list_cost};
use super::paging::PageArguments;
use super::region::RegionObject;
use super::silence::SilenceObject;
use crate::desk::Desk;
use crate::domain::history::Unknown;
use crate::domain::incident::IncidentId;
use crate::domain::silence::SilenceId;

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
    async fn incident(&self, context: &Context<'_>, id: ID) -> Nullable<Option<IncidentObject>> {
        Some(incident(context, &IncidentId(id.0)).await)
    }

    /// One incident as it stood at this time: status, severity, texts, assignee, members and timeline as
    /// they were then. Null where there is none that you may see, or it did not exist yet.
    async fn incident_at(
        &self,
        context: &Context<'_>,
        id: ID,
        time: DateTime,
    ) -> Nullable<Option<IncidentObject>> {
        Some(incident_at(context, &IncidentId(id.0), time).await)
    }

    /// One silence; null where there is none that you may see, or where it is over for more than 30 days.
    async fn silence(&self, context: &Context<'_>, id: ID) -> Nullable<Option<SilenceObject>> {
        Some(silence(context, &SilenceId(id.0)).await)
    }

    /// Incidents of all regions that you may see: open ones by `orderBy`, lists with closed ones newest first.
    /// Null with an error if whatever holds them cannot answer.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn incidents(
        &self,
        context: &Context<'_>,
        filter: Option<IncidentFilter>,
        #[graphql(desc = "Only for open incidents; `DEADLINE` if left out.")] order_by: Option<IncidentOrder>,
        #[graphql(desc = "How many of the first ones at most: 1 to 100, 50 if left out.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor: the `endCursor` of the page before.")] after: Option<String>,
        #[graphql(
            desc = "How many of the last ones at most: 1 to 100; not together with `first` or `after`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Before this cursor: the `startCursor` of the page behind.")] before: Option<String>,
    ) -> Nullable<IncidentConnection> {
        let page = PageArguments { first, after, last, before };
        Some(list(context, filter.unwrap_or_default(), order_by, page).await)
    }
}

async fn incident(context: &Context<'_>, id: &IncidentId) -> Result<Option<IncidentObject>> {
    let incident = context.data::<Desk>()?.incident(id).await;
    Ok(incident.map_err(|error| store_failed(&error))?.map(IncidentObject))
}

async fn incident_at(
    context: &Context<'_>,
    id: &IncidentId,
    time: DateTime,
) -> Result<Option<IncidentObject>> {
    let past = context.data::<Desk>()?.incident_at(id, time.0).await;
    match past.map_err(|error| store_failed(&error))? {
        Some(Ok(incident)) => Ok(Some(incident.into())),
        None | Some(Err(Unknown::NotYet)) => Ok(None),
        Some(Err(error @ Unknown::Forgotten)) => Err(bad_input(error.to_string())),
    }
}

async fn silence(context: &Context<'_>, id: &SilenceId) -> Result<Option<SilenceObject>> {
    let silence = context.data::<Desk>()?.silence(id).await;
    Ok(silence.map_err(|error| store_failed(&error))?.map(SilenceObject))
}
