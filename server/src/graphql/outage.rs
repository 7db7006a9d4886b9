//! What belongs to a cinema outage.

use async_graphql::{Context, ID, Object, Result};

use super::error::store_failed;
use super::incident::{DateTime, IncidentObject};
use crate::desk::Desk;
use crate::domain::incident::Member;

pub(super) struct OutageMember(pub(super) Member);

/// A machine of a cinema outage.
#[Object]
impl OutageMember {
    /// Identifier of the machine.
    async fn machine_id(&self) -> ID {
        ID(self.0.machine_id.clone())
    }

    /// Its incident; null once that was forgotten.
    #[graphql(complexity = "5 + child_complexity")]
    async fn incident(&self, context: &Context<'_>) -> Result<Option<IncidentObject>> {
        let incident = context.data::<Desk>()?.incident(&self.0.incident).await;
        Ok(incident.map_err(|error| store_failed(&error))?.map(IncidentObject))
    }

    /// When it joined.
    async fn joined_at(&self) -> DateTime {
        DateTime(self.0.joined_at)
    }

    /// When it worked again; null while it does not.
    async fn recovered_at(&self) -> Option<DateTime> {
        self.0.recovered_at.map(DateTime)
    }
}
