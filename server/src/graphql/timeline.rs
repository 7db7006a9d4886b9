//! The timeline of an incident in GraphQL.

use async_graphql::{Enum, SimpleObject};

use super::date_time::DateTime;
use crate::domain::timeline::{Entry, What};

/// One line of the timeline.
#[derive(SimpleObject)]
pub(super) struct TimelineEntry {
    /// When.
    at: DateTime,
    /// A person's name, or `monitoring`.
    who: String,
    /// What happened.
    what: TimelineKind,
    /// Why, in the person's words, or details. Plain text.
    note: Option<String>,
}

/// What happened.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(remote = "What")]
enum TimelineKind {
    /// The alert fired for the first time, or somebody reported it.
    Opened,
    /// A person took it.
    Started,
    /// It closed.
    Closed,
    /// The alert fired again soon after it had closed, or a person opened it again.
    Reopened,
    /// The alert no longer fires, but the incident stays.
    Resolved,
    /// The alert changed how bad it is.
    SeverityChanged,
    /// A new occurrence began although the end of the last one was never seen.
    Repeated,
    /// Title or description changed.
    Reworded,
    /// Somebody else works on it, or nobody.
    Assigned,
    /// A person said something.
    Commented,
    /// A machine joined a cinema outage.
    MemberJoined,
    /// A machine of a cinema outage works again.
    MemberRecovered,
}

impl From<&Entry> for TimelineEntry {
    fn from(entry: &Entry) -> Self {
        Self {
            at: DateTime(entry.at),
            who: entry.who.clone(),
            what: entry.what.into(),
            note: entry.note.clone(),
        }
    }
}
