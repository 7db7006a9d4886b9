//! A region in GraphQL.
#![expect(clippy::too_many_arguments, reason = "what GraphQL calls arguments are parameters of a resolver")]

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use cineportal_regions::Region;

use super::error::{Nullable, store_failed};
use super::filter::IncidentFilter;
use super::incident::DateTime;
use super::list::{IncidentConnection, IncidentOrder, list, list_cost};
use super::machines::{MachineConnection, MachineFilter, RegionMachineCounts, machines, machines_cost};
use super::paging::PageArguments;
use super::silence::{SilenceObject, SilenceState};
use super::source::SourceObject;
use crate::desk::Desk;
use crate::domain::silence::State;

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

    /// Panels of its page, in their order; a portal leaves out what it does not know.
    async fn panels(&self) -> &[String] {
        &self.0.panels
    }

    /// How many of its incidents are in which state. Null with an error until the server has read the store once.
    #[graphql(complexity = "20 + child_complexity")]
    async fn counts(&self, context: &Context<'_>) -> Nullable<RegionCounts> {
        Some(counts(context, &self.0))
    }

    /// Since when nothing is heard of it, so that a fault would not show; null: it is seen.
    async fn blind_since(&self, context: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(context.data::<Desk>()?.blind_since(&self.0).map(DateTime))
    }

    /// Where its readings come from, and how each of these sources is.
    #[graphql(complexity = "5 * child_complexity")]
    async fn sources(&self, context: &Context<'_>) -> Result<Vec<SourceObject>> {
        Ok(context.data::<Desk>()?.sources(&self.0).into_iter().map(SourceObject::from).collect())
    }

    /// Its incidents: open ones by `orderBy`, lists with closed ones newest first. The filter's `region` is this one.
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
        let mut filter = filter.unwrap_or_default();
        filter.region = Some(vec![ID(self.0.id.to_string())]);
        let page = PageArguments { first, after, last, before };
        Some(list(context, filter, order_by, page).await)
    }

    /// Its machines that exporters tell of: by name of cinema, name of screen and id, as people count: Screen 2
    /// before Screen 10. The filter's `region` is this one.
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
        let mut filter = filter.unwrap_or_default();
        filter.region = Some(ID(self.0.id.to_string()));
        machines(context.data::<Desk>()?, filter, PageArguments { first, after, last, before })
    }

    /// How many machines it has, and how they are.
    #[graphql(complexity = "20 + child_complexity")]
    async fn machine_counts(&self, context: &Context<'_>) -> Result<RegionMachineCounts> {
        Ok(context.data::<Desk>()?.machine_counts(&self.0).into())
    }

    /// Its silences, at most 500: those first that end or begin first, of those that are over the newest
    /// first. What is over for more than 30 days is left out.
    #[graphql(complexity = "20 + 10 * child_complexity")]
    async fn silences(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only in these states; active and upcoming if left out.")] state: Option<
            Vec<SilenceState>,
        >,
    ) -> Result<Vec<SilenceObject>> {
        let states = state.unwrap_or_else(|| vec![SilenceState::Active, SilenceState::Upcoming]);
        let states: Vec<State> = states.into_iter().map(State::from).collect();
        let silences = context.data::<Desk>()?.silences(&self.0, &states);
        Ok(silences.into_iter().map(SilenceObject).collect())
    }

    /// When its silences were last read from the store; null: not yet, and nothing is muted.
    async fn silences_as_of(&self, context: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(context.data::<Desk>()?.silences_as_of().map(DateTime))
    }
}

fn counts(context: &Context<'_>, region: &Region) -> Result<RegionCounts> {
    let desk = context.data::<Desk>()?;
    let counts = desk.counts(region).map_err(|error| store_failed(&error))?;
    let muted = desk.muted_count(region).map_err(|error| store_failed(&error))?;
    Ok(RegionCounts {
        open: counts.open,
        in_progress: counts.in_progress,
        closed: counts.closed,
        critical: counts.critical,
        muted,
    })
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
    /// Open or in progress, and people are left in peace about them.
    muted: u64,
}
