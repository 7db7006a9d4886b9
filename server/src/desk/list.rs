//! Lists of incidents, page by page: open ones from the board in any order, history from the store.

use std::sync::Arc;

use cineportal_regions::RegionId;
use jiff::Timestamp;

use super::Desk;
use super::ingredients::Ingredient;
use crate::clock;
use crate::domain::incident::{Incident, Status};
use crate::domain::order::{Order, Rank};
use crate::domain::search::{Search, matches};
use crate::store::{PagePosition, PageQuery, Period, StoreError};

/// One page of a list of incidents.
pub struct IncidentPage {
    /// Those on this page.
    pub incidents: Vec<Listed>,
    /// Whether more follow.
    pub has_next: bool,
    /// How many match, on all pages.
    pub total: u64,
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

/// Which incidents a list shows.
pub struct ListQuery {
    /// Only this region; else all that the viewer may see.
    pub region: Option<RegionId>,
    /// Only these statuses.
    pub statuses: Vec<Status>,
    /// Only what this finds.
    pub search: Search,
    /// Only what opened then.
    pub opened: Period,
    /// Only what is muted, or only what is not; without closed incidents.
    pub muted: Option<bool>,
    /// In which order, and behind which incident.
    pub listing: Listing,
    /// How many at most.
    pub limit: u32,
}

/// How a list is read.
pub enum Listing {
    /// Newest first, closed ones too.
    History {
        /// Behind this incident.
        after: Option<PagePosition>,
    },
    /// In any order; only of what is open, and what closed within the last day.
    Open {
        /// What it is ordered by.
        order: Order,
        /// Behind this incident.
        after: Option<OpenPosition>,
    },
}

impl Desk {
    /// A page of incidents.
    ///
    /// # Errors
    /// [`StoreError`], if history is asked for and the store does not answer, or the board does not stand yet.
    pub async fn incidents(&self, query: ListQuery) -> Result<IncidentPage, StoreError> {
        let ListQuery { region, statuses, search, opened, muted, listing, limit } = query;
        let regions = self.regions().into_iter().map(|region| region.id);
        let regions = regions.filter(|id| region.as_ref().is_none_or(|wanted| wanted == id)).collect();
        let terms = search.terms();
        let wanted = PageQuery { regions, statuses, terms, opened, after: None, limit, count: true };
        match listing {
            Listing::History { after } => self.page_of_store(PageQuery { after, ..wanted }).await,
            Listing::Open { order, after } => self.page_of_board(&wanted, muted, order, after.as_ref()),
        }
    }

    async fn page_of_store(&self, query: PageQuery) -> Result<IncidentPage, StoreError> {
        let incidents = query.regions.iter().cloned().map(Ingredient::Incidents);
        let services = self.services.reading(incidents.chain([Ingredient::Clock]));
        let page = services.store.page(&query).await?;
        let listed = |incident: Incident| {
            let position = Position::History(PagePosition::of(&incident));
            Listed { incident: Arc::new(incident), position }
        };
        let incidents = page.incidents.into_iter().map(listed).collect();
        Ok(IncidentPage { incidents, has_next: page.has_next, total: page.total })
    }

    fn page_of_board(
        &self,
        wanted: &PageQuery,
        muted: Option<bool>,
        order: Order,
        after: Option<&OpenPosition>,
    ) -> Result<IncidentPage, StoreError> {
        let incidents = wanted.regions.iter().cloned().map(Ingredient::Incidents);
        let services = self.services.reading(incidents.chain([Ingredient::Fleet, Ingredient::Clock]));
        let now = clock::now();
        let is_wanted = |id: &RegionId| wanted.regions.contains(&services.regions.home(id).id);
        let mut incidents = services.board.select(is_wanted, &wanted.statuses, now)?;
        incidents.retain(|incident| {
            wanted.opened.contains(incident.opened_at)
                && matches(incident, &wanted.terms)
                && muted.is_none_or(|muted| self.mute_of(incident).is_some() == muted)
        });
        let total = incidents.len() as u64;
        let as_of = after.map_or(now, |after| after.as_of);
        let ranked = incidents.into_iter().map(|incident| {
            let show_at = services.fleet.next_show(&incident.place, now).at;
            (Rank::new(order, &incident, show_at, as_of), incident)
        });
        let is_behind = |rank: &Rank| after.is_none_or(|after| *rank > after.rank);
        let mut ranked: Vec<_> = ranked.filter(|(rank, _)| is_behind(rank)).collect();
        ranked.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let has_next = ranked.len() > wanted.limit as usize;
        let listed = |(rank, incident)| Listed {
            incident,
            position: Position::Open(OpenPosition { order, as_of, rank }),
        };
        let incidents = ranked.into_iter().take(wanted.limit as usize).map(listed).collect();
        Ok(IncidentPage { incidents, has_next, total })
    }
}
