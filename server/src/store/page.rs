//! What a page of history is, and how it is asked for.

use cineportal_regions::RegionId;
use jiff::Timestamp;

use crate::domain::incident::{Incident, IncidentId, Status};
use crate::domain::paging::{Page, Paging};
use crate::domain::search::{Assigned, Clause};

/// A page of incidents.
pub type IncidentPage = Page<Incident>;

/// Which incidents, and which page of them. Order: newest `opened_at` first, then id.
#[derive(Clone, Debug)]
pub struct PageQuery {
    /// Which incidents.
    pub selection: Selection,
    /// Which page of them.
    pub paging: Paging<PagePosition>,
}

/// Which incidents. All of it must be met; an empty list is met by nothing.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these regions.
    pub regions: Vec<RegionId>,
    /// Only these statuses.
    pub statuses: Vec<Status>,
    /// Only what is found by all of these.
    pub clauses: Vec<Clause>,
    /// Only what somebody works on, or nobody.
    pub assigned: Option<Assigned>,
    /// Only what opened then.
    pub opened: Period,
    /// Only what closed then; what is not closed did not.
    pub closed: Period,
}

impl Selection {
    /// The same incidents in parts that have none in common, what is open first. Stores index the terms of closed
    /// incidents only: those of open ones would cost every alert most of its time, and open ones are few enough to
    /// be looked at.
    pub(super) fn parts(&self) -> Vec<Self> {
        let (closed, open): (Vec<Status>, Vec<Status>) =
            self.statuses.iter().partition(|status| **status == Status::Closed);
        if self.clauses.is_empty() || closed.is_empty() || open.is_empty() {
            return vec![self.clone()];
        }
        [open, closed].map(|statuses| Self { statuses, ..self.clone() }).into()
    }

    /// Whether an index of terms leads to them.
    pub(super) fn is_found_by_index(&self) -> bool {
        !self.clauses.is_empty() && self.statuses.iter().all(|status| *status == Status::Closed)
    }
}

/// A time from one instant up to, but not with, another; open where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
}

impl Period {
    /// Whether this instant is in it.
    pub fn contains(self, instant: Timestamp) -> bool {
        self.from.is_none_or(|from| instant >= from) && self.until.is_none_or(|until| instant < until)
    }

    /// Whether it has a beginning or an end.
    pub fn is_bounded(self) -> bool {
        self.from.is_some() || self.until.is_some()
    }
}

/// The place of an incident in the order of [`PageQuery`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PagePosition {
    /// When it opened.
    pub opened_at: Timestamp,
    /// Its id, where several opened at once.
    pub id: IncidentId,
}

impl PagePosition {
    /// Where this incident stands.
    pub fn of(incident: &Incident) -> Self {
        Self { opened_at: incident.opened_at, id: incident.id.clone() }
    }
}
