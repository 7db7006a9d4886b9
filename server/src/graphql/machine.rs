//! A machine in GraphQL.

use async_graphql::{Context, ID, Object, Result};

use super::series::{SeriesMetric, SeriesObject, SeriesRange, series, series_cost};

/// A machine, by its identifier.
pub(super) struct MachineObject(pub(super) String);

/// A machine.
#[Object(name = "Machine")]
impl MachineObject {
    /// Identifier, unique in the fleet.
    async fn id(&self) -> ID {
        ID(self.0.clone())
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
