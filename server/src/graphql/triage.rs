//! What to do first, in GraphQL: fields of an incident that change with the clock.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, Result, SimpleObject};

use super::incident::DateTime;
use crate::desk::{self, Desk};
use crate::domain::incident::Incident;
use crate::domain::triage::{FixLikely, Priority};
use crate::fleet;

pub(super) struct TriageObject(pub(super) Arc<Incident>);

/// What to do first.
#[Object(name = "IncidentTriage")]
impl TriageObject {
    /// When the next show on its screen begins; null where none is planned or known. See `nextShow`.
    async fn next_show_at(&self, context: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.triage(context)?.next_show.at.map(DateTime))
    }

    /// The next show on its screen, with how far that can be trusted.
    async fn next_show(&self, context: &Context<'_>) -> Result<NextShow> {
        Ok(self.triage(context)?.next_show.into())
    }

    /// Whole minutes until the next show, rounded down; 0 once it has begun; null where none is known.
    async fn minutes_to_next_show(&self, context: &Context<'_>) -> Result<Option<u32>> {
        Ok(self.triage(context)?.minutes_to_next_show)
    }

    /// How urgent it is, from its severity and the minutes left; null once it is closed.
    async fn priority(&self, context: &Context<'_>) -> Result<Option<IncidentPriority>> {
        Ok(self.triage(context)?.priority.map(IncidentPriority::from))
    }

    /// Whether the minutes left are enough, going by how long the same error took to fix in the past.
    async fn fix_likely(&self, context: &Context<'_>) -> Result<IncidentFixLikely> {
        Ok(self.triage(context)?.fix_likely.into())
    }

    /// Whether its alert comes and goes: it began at least three times within the last hour.
    async fn flapping(&self, context: &Context<'_>) -> Result<bool> {
        Ok(self.triage(context)?.flapping)
    }
}

impl TriageObject {
    fn triage(&self, context: &Context<'_>) -> Result<desk::Triage> {
        Ok(context.data::<Desk>()?.triage(&self.0))
    }
}

/// The next show on a screen, as an exporter told it.
#[derive(SimpleObject)]
pub(super) struct NextShow {
    /// When it begins; null where none is planned or known.
    at: Option<DateTime>,
    /// When that was true; null where nothing was ever read about the place.
    as_of: Option<DateTime>,
    /// Why it is not known, or older than it should be, in English; null if all is well.
    error: Option<String>,
}

impl From<fleet::NextShow> for NextShow {
    fn from(fleet::NextShow { at, as_of, error }: fleet::NextShow) -> Self {
        Self { at: at.map(DateTime), as_of: as_of.map(DateTime), error }
    }
}

/// How urgent it is.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(name = "Priority", remote = "Priority")]
pub(super) enum IncidentPriority {
    /// Drop everything else: critical, and the next show is at most an hour away.
    P1,
    /// Now: critical, or a warning with a show at most an hour away.
    P2,
    /// Today: a warning, or good to know with a show at most an hour away.
    P3,
    /// When there is time.
    P4,
}

/// Whether the minutes left are enough.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(name = "FixLikely", remote = "FixLikely")]
enum IncidentFixLikely {
    /// At least half of the comparable repairs would be done before the show.
    Yes,
    /// Fewer.
    No,
    /// No next show is known, there are fewer than five comparable repairs, or it is closed.
    Unknown,
}
