//! What can be asked.
#![expect(clippy::too_many_arguments, reason = "what GraphQL calls arguments are parameters of a resolver")]

use async_graphql::{Context, ID, Object, Result};
use cineportal_regions::RegionId;

use super::error::{Nullable, bad_input, store_failed};
use super::filter::IncidentFilter;
use super::incident::{DateTime, IncidentObject};
use super::list::{IncidentConnection, IncidentOrder, list, list_cost};
use super::machine::MachineObject;
use super::machines::{MachineConnection, MachineFilter, machines, machines_cost};
use super::me::Me;
use super::paging::PageArguments;
use super::period_report::{REPORT_COST, ReportObject, period_report};
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
    /// Who you are for this server, and what you may do.
    async fn me(&self, context: &Context<'_>) -> Result<Me> {
        Ok(Me::of(context.data::<Desk>()?))
    }

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
    ) -> Nullable<Option<IncidentObject>> {
        Some(incident(context, &IncidentId(id.0)).await)
    }

    /// One incident as it stood at this time: status, severity, texts, assignee, members and timeline as
    /// they were then. Null where there is none that you may see, or it did not exist yet.
    async fn incident_at(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which incident.")] id: ID,
        #[graphql(desc = "As it was then.")] time: DateTime,
    ) -> Nullable<Option<IncidentObject>> {
        Some(incident_at(context, &IncidentId(id.0), time).await)
    }

    /// One silence; null where there is none that you may see, or where it is over for more than 30 days.
    async fn silence(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which silence.")] id: ID,
    ) -> Nullable<Option<SilenceObject>> {
        Some(silence(context, &SilenceId(id.0)).await)
    }

    /// Incidents of all regions that you may see: open ones by `orderBy`, lists with closed ones newest first.
    /// Null with an error if whatever holds them cannot answer.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn incidents(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which of them; what is open if left out.")] filter: Option<IncidentFilter>,
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

    /// A report about the incidents that opened from `from` on and before `to`: at most 400 days, and at most
    /// 100,000 incidents. A report costs 2,000 beside its fields.
    /// Null with an error if the store cannot answer in time.
    #[graphql(complexity = "REPORT_COST + child_complexity")]
    async fn report(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which region; all that you may see if left out.")] region: Option<ID>,
        #[graphql(desc = "The first instant of the period.")] from: DateTime,
        #[graphql(desc = "The first instant behind the period.")] to: DateTime,
    ) -> Nullable<ReportObject> {
        Some(period_report(context, region, from, to).await)
    }

    /// One machine that an exporter tells of, or an incident; null where there is none that you may see.
    async fn machine(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which machine.")] id: ID,
    ) -> Nullable<Option<MachineObject>> {
        Some(machine(context, &id.0).await)
    }

    /// Machines that exporters tell of, of all regions that you may see: by name of cinema, name of screen
    /// and id, as people count: Screen 2 before Screen 10.
    /// A page costs 50, and each machine asked for 1 per 20 fields or part of them; all of its fields if they
    /// cost 50 or more, as any list below a machine does.
    #[graphql(complexity = "machines_cost(first, last, child_complexity)")]
    async fn machines(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which of them; all if left out.")] filter: Option<MachineFilter>,
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

pub(super) async fn incident(context: &Context<'_>, id: &IncidentId) -> Result<Option<IncidentObject>> {
    let incident = context.data::<Desk>()?.incident(id).await;
    Ok(incident.map_err(|error| store_failed(&error))?.map(IncidentObject))
}

pub(super) async fn machine(context: &Context<'_>, id: &str) -> Result<Option<MachineObject>> {
    let machine = context.data::<Desk>()?.machine(id).await;
    Ok(machine.map_err(|error| store_failed(&error))?.map(MachineObject))
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
