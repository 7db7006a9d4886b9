//! What can be asked.

use async_graphql::{Context, ID, Object, Result};
use cineportal_regions::RegionId;

use super::error::{bad_input, store_failed};
use super::incident::{DateTime, IncidentObject};
use super::list::{IncidentConnection, IncidentFilter, IncidentOrder, list, list_cost};
use super::machine::MachineObject;
use super::machines::{MachineConnection, MachineFilter, PageArguments, machines, machines_cost};
use super::region::RegionObject;
use super::silence::SilenceObject;
use crate::desk::Desk;
use crate::domain::history::Unknown;
use crate::domain::incident::IncidentId;
use crate::domain::silence::SilenceId;

/// What can be asked.
pub struct Query;

/// What can be asked; a part of the root.
#[Object(name = "QueryFields")]
impl Query {
    /// All regions that you may see, in alphabetical order, `unassigned` last.
    #[graphql(complexity = "10 * child_complexity")]
    async fn regions(&self, context: &Context<'_>) -> Result<Vec<RegionObject>> {
        Ok(context.data::<Desk>()?.regions().into_iter().map(RegionObject).collect())
    }

    /// One region; null where there is none that you may see.
    async fn region(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which region.")] id: ID,
    ) -> Result<Option<RegionObject>> {
        Ok(context.data::<Desk>()?.region(&RegionId::new(id.0)).map(RegionObject))
    }

    /// One incident; null where there is none that you may see.
    async fn incident(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which incident.")] id: ID,
    ) -> Result<Option<IncidentObject>> {
        let incident = context.data::<Desk>()?.incident(&IncidentId(id.0)).await;
        Ok(incident.map_err(|error| store_failed(&error))?.map(IncidentObject))
    }

    /// One incident as it stood at this time: status, severity, texts, assignee, members and timeline as
    /// they were then. Null where there is none that you may see, or it did not exist yet.
    async fn incident_at(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which incident.")] id: ID,
        #[graphql(desc = "As it was then.")] time: DateTime,
    ) -> Result<Option<IncidentObject>> {
        let past = context.data::<Desk>()?.incident_at(&IncidentId(id.0), time.0).await;
        match past.map_err(|error| store_failed(&error))? {
            Some(Ok(incident)) => Ok(Some(incident.into())),
            None | Some(Err(Unknown::NotYet)) => Ok(None),
            Some(Err(error @ Unknown::Forgotten)) => Err(bad_input(error.to_string())),
        }
    }

    /// One silence; null where there is none that you may see, or where it is over for more than 30 days.
    async fn silence(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which silence.")] id: ID,
    ) -> Result<Option<SilenceObject>> {
        let silence = context.data::<Desk>()?.silence(&SilenceId(id.0)).await;
        Ok(silence.map_err(|error| store_failed(&error))?.map(SilenceObject))
    }

    /// Incidents of all regions that you may see: open ones by `orderBy`, lists with closed ones newest first.
    #[graphql(complexity = "list_cost(first, child_complexity)")]
    async fn incidents(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which of them; what is open if left out.")] filter: Option<IncidentFilter>,
        #[graphql(desc = "Only for open incidents; `DEADLINE` if left out.")] order_by: Option<IncidentOrder>,
        #[graphql(desc = "How many at most: 1 to 100, 50 if left out.")] first: Option<i32>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Result<IncidentConnection> {
        list(context.data::<Desk>()?, filter.unwrap_or_default(), order_by, first, after.as_deref()).await
    }

    /// One machine that an exporter tells of, or an incident; null where there is none that you may see.
    async fn machine(&self, context: &Context<'_>, id: ID) -> Result<Option<MachineObject>> {
        let machine = context.data::<Desk>()?.machine(&id.0).await;
        Ok(machine.map_err(|error| store_failed(&error))?.map(MachineObject))
    }

    /// Machines that exporters tell of, of all regions that you may see: by name of cinema, name of screen
    /// and id, as people count: Screen 2 before Screen 10.
    /// A page costs 50, and each machine asked for 1 per 20 fields or part of them; all of its fields if they
    /// cost 50 or more, as any list below a machine does.
    #[graphql(complexity = "machines_cost(first, last, child_complexity)")]
    async fn machines(
        &self,
        context: &Context<'_>,
        filter: Option<MachineFilter>,
        #[graphql(desc = "How many of the first ones at most: 1 to 1,000, 50 if left out.")] first: Option<
            i32,
        >,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
        #[graphql(desc = "How many of the last ones at most: 1 to 1,000; not together with `first`.")]
        last: Option<i32>,
        #[graphql(desc = "The `startCursor` of the page behind.")] before: Option<String>,
    ) -> Result<MachineConnection> {
        let page = PageArguments { first, after, last, before };
        machines(context.data::<Desk>()?, filter.unwrap_or_default(), page)
    }
}
