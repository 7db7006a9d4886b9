//! A machine in GraphQL: what exporters tell of it, and its incidents.

use async_graphql::{Context, ID, Object, Result};

use super::error::{Nullable, store_failed};
use super::filter::IncidentFilter;
use super::incident::IncidentStatus;
use super::list::{IncidentConnection, list, list_cost};
use super::paging::PageArguments;
use super::place::{Cinema, Screen};
use super::reading::MachineReading;
use super::region::RegionObject;
use super::series::{SeriesMetric, SeriesObject, SeriesRange, series, series_cost};
use super::triage::NextShow;
use crate::desk::{Desk, MachineView};

/// A machine, as the viewer may see it.
pub(super) struct MachineObject(pub(super) MachineView);

/// A machine of a cinema.
#[Object(name = "Machine")]
impl MachineObject {
    /// Identifier, unique in the fleet.
    async fn id(&self) -> ID {
        ID(self.0.id.clone())
    }

    /// The cinema that it stands in, if it is known.
    async fn cinema(&self) -> Option<Cinema> {
        self.0.cinema.clone().map(Cinema::from)
    }

    /// The screen that it serves, if it is known.
    async fn screen(&self) -> Option<Screen> {
        self.0.screen.clone().map(Screen::from)
    }

    /// The region that it belongs to.
    #[graphql(complexity = "10 * child_complexity")]
    async fn region(&self, context: &Context<'_>) -> Result<RegionObject> {
        Ok(RegionObject(context.data::<Desk>()?.home(&self.0.region)))
    }

    /// Whether the cloud saw it at `reading.asOf`; null: not known.
    async fn online(&self) -> Option<bool> {
        self.0.known.as_ref()?.machine.online
    }

    /// What was read of it last, with how far that can be trusted.
    async fn reading(&self, context: &Context<'_>) -> Result<MachineReading> {
        Ok(match &self.0.known {
            Some(known) => MachineReading::from(known),
            None => MachineReading::unknown(context.data::<Desk>()?.why_unknown(&self.0)),
        })
    }

    /// The next show on its screen, with how far that can be trusted.
    async fn next_show(&self, context: &Context<'_>) -> Result<NextShow> {
        Ok(context.data::<Desk>()?.next_show_of(&self.0).into())
    }

    /// How many of its incidents are open or in progress.
    async fn open_incidents(&self, context: &Context<'_>) -> Result<usize> {
        let count = context.data::<Desk>()?.open_at_machine(&self.0.id);
        count.map_err(|error| store_failed(&error))
    }

    /// Its incidents: open ones by next show, lists with closed ones newest first.
    #[graphql(complexity = "list_cost(first, None, child_complexity)")]
    async fn incidents(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only these statuses; open and in progress if left out.")] status: Option<
            Vec<IncidentStatus>,
        >,
        #[graphql(desc = "How many at most: 1 to 100, 50 if left out.")] first: Option<i32>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Nullable<IncidentConnection> {
        let filter = IncidentFilter::of_machine(&self.0.id, status);
        let page = PageArguments { first, after, last: None, before: None };
        Some(list(context, filter, None, page).await)
    }

    /// What was measured of it over time. A source that does not answer is told in `error`, beside what it
    /// told last.
    #[graphql(complexity = "series_cost(range, step_seconds, child_complexity)")]
    async fn series(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is measured.")] metric: SeriesMetric,
        #[graphql(desc = "How far back.")] range: SeriesRange,
        #[graphql(
            desc = "From one value to the next, in seconds; one that is too short for the range becomes the shortest, which is also taken if it is left out."
        )]
        step_seconds: Option<i32>,
    ) -> Result<SeriesObject> {
        series(context, &self.0, metric, range, step_seconds).await
    }
}
