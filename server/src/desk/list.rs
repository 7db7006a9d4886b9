//! Lists of incidents, page by page: open ones from the board in any order, history from the store.

use std::sync::Arc;

use cineportal_regions::RegionId;
use jiff::Timestamp;

use super::deadline::in_time;
use super::ingredients::Ingredient;
use super::{Desk, Services};
use crate::domain::incident::{Incident, Status};
use crate::domain::order::{Order, Rank};
use crate::domain::paging::{Page, Paging};
use crate::domain::search::{Assigned, Search};
use crate::domain::tally::Tally;
use crate::domain::triage::Priority;
use crate::store::{PagePosition, PageQuery, Period, Selection, StoreError};

/// Most that is counted in the history.
const COUNT_LIMIT: u32 = 10_000;
/// The same where more than one clause must be met: the store reads far more then than it counts.
const COUNT_LIMIT_OF_SEVERAL: u32 = 1_000;

/// One page of a list of incidents.
pub struct IncidentPage {
    /// Those on this page.
    pub page: Page<Listed>,
    /// How many match, on all pages.
    pub total: Total,
    /// How many of them are of which kind, if that was asked.
    pub tally: Option<Tally>,
}

/// How many incidents match.
pub enum Total {
    /// So many.
    Exactly(u64),
    /// [`Desk::count`] counts them.
    NotCounted(Selection),
}

/// How many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// So many were counted.
    pub counted: u64,
    /// Whether these are all; else there are more.
    pub is_exact: bool,
}

/// An incident in a list.
pub struct Listed {
    /// The incident.
    pub incident: Arc<Incident>,
    /// Where it stands.
    pub position: Position,
}

/// Where an incident stands in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// In the history.
    History(PagePosition),
    /// In a list of open incidents.
    Open(OpenPosition),
}

/// A place in a list of open incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPosition {
    /// What the list is ordered by.
    pub order: Order,
    /// When the first page was read: all pages are in the order as of then.
    pub as_of: Timestamp,
    /// The place in that order.
    pub rank: Rank,
}

/// Which incidents a list shows. All of it must be met; an empty list is met by nothing.
pub struct ListQuery {
    /// Only these regions; else all that the viewer may see.
    pub regions: Option<Vec<RegionId>>,
    /// Only these statuses.
    pub statuses: Vec<Status>,
    /// Only what this finds.
    pub search: Search,
    /// Only what somebody works on, or nobody.
    pub assigned: Option<Assigned>,
    /// Only what opened then.
    pub opened: Period,
    /// In which order, and which page.
    pub listing: Listing,
}

/// How a list is read.
pub enum Listing {
    /// Newest first, closed ones too.
    History {
        /// Only what closed then.
        closed: Period,
        /// Which page.
        paging: Paging<PagePosition>,
    },
    /// In any order; only of what is open, and what closed within the last day.
    Open {
        /// What changes with the clock.
        live: LiveFilter,
        /// What it is ordered by.
        order: Order,
        /// Which page.
        paging: Paging<OpenPosition>,
        /// Whether to count how many are of which kind.
        with_tally: bool,
    },
}

/// What only the board can answer, because it changes as the clock moves and is not stored.
#[derive(Default)]
pub struct LiveFilter {
    /// Only what is muted, or only what is not.
    pub muted: Option<bool>,
    /// Only what comes and goes, or only what does not.
    pub flapping: Option<bool>,
    /// Only what has its next show within so many minutes.
    pub minutes_to_next_show_at_most: Option<u32>,
    /// Only these.
    pub priorities: Option<Vec<Priority>>,
}

impl Desk {
    /// A page of incidents.
    ///
    /// # Errors
    /// [`StoreError`], if history is asked for and the store does not answer in time, or the board does not
    /// stand yet.
    pub async fn incidents(&self, query: ListQuery) -> Result<IncidentPage, StoreError> {
        let ListQuery { regions, statuses, search, assigned, opened, listing } = query;
        let visible = self.regions().into_iter().map(|region| region.id);
        let regions =
            visible.filter(|id| regions.as_ref().is_none_or(|wanted| wanted.contains(id))).collect();
        let clauses = search.clauses();
        let selection = Selection { regions, statuses, clauses, assigned, opened, closed: Period::default() };
        match listing {
            Listing::History { closed, paging } => {
                self.page_of_store(Selection { closed, ..selection }, paging).await
            }
            Listing::Open { live, order, paging, with_tally } => {
                self.page_of_board(&selection, &live, order, paging, with_tally)
            }
        }
    }

    /// How many incidents of the history match; counts up to 10,000, or 1,000 where several clauses must be met.
    ///
    /// # Errors
    /// [`StoreError`], if the store does not answer in time.
    pub async fn count(&self, selection: &Selection) -> Result<Count, StoreError> {
        let services = self.history_of(selection);
        let limit = if selection.clauses.len() > 1 { COUNT_LIMIT_OF_SEVERAL } else { COUNT_LIMIT };
        let counted = in_time(services.store.count(selection, limit + 1)).await?;
        let limit = u64::from(limit);
        Ok(Count { counted: counted.min(limit), is_exact: counted <= limit })
    }

    /// The store, to read only the history of these regions. The retention forgets without telling.
    fn history_of(&self, selection: &Selection) -> &Services {
        let incidents = selection.regions.iter().cloned().map(Ingredient::Incidents);
        self.services.reading(incidents.chain([Ingredient::Clock]))
    }

    async fn page_of_store(
        &self,
        selection: Selection,
        paging: Paging<PagePosition>,
    ) -> Result<IncidentPage, StoreError> {
        let query = PageQuery { selection, paging };
        let page = in_time(self.history_of(&query.selection).store.page(&query)).await?;
        let page = page.map(|incident| {
            let position = Position::History(PagePosition::of(&incident));
            Listed { incident: Arc::new(incident), position }
        });
        Ok(IncidentPage { page, total: Total::NotCounted(query.selection), tally: None })
    }
}
