//! Pages of open incidents: whatever the order, only what is on the page is sorted.

use std::cmp::Ordering;
use std::sync::Arc;

use cineportal_regions::RegionId;
use jiff::Timestamp;

use super::Desk;
use super::ingredients::Ingredient;
use super::list::{IncidentPage, Listed, LiveFilter, OpenPosition, Position, Total};
use crate::board::Card;
use crate::clock;
use crate::domain::flapping::is_flapping;
use crate::domain::incident::Incident;
use crate::domain::order::{Key, Order, Rank};
use crate::domain::paging::{Paging, cut};
use crate::domain::search::Needles;
use crate::domain::tally::Tally;
use crate::domain::triage;
use crate::store::{Selection, StoreError};

/// An incident, and where it stands but for its id.
struct Placed {
    key: Key,
    card: Arc<Card>,
}

impl Desk {
    pub(super) fn page_of_board(
        &self,
        selection: &Selection,
        live: &LiveFilter,
        order: Order,
        paging: Paging<OpenPosition>,
        with_tally: bool,
    ) -> Result<IncidentPage, StoreError> {
        let now = clock::now();
        let as_of = paging.beyond.as_ref().map_or(now, |position| position.as_of);
        let placed = self.placed(selection, live, order, now, as_of)?;
        let total = Total::Exactly(placed.len() as u64);
        let tally = with_tally.then(|| Tally::of(placed.iter().map(|placed| placed.card.incident.as_ref())));
        let page = cut(placed, &paging.map(|position| position.rank), Placed::order, Placed::order_to);
        let page = page.map(|Placed { key, card }| {
            let incident = Arc::clone(&card.incident);
            let rank = Rank { key, id: incident.id.clone() };
            Listed { incident, position: Position::Open(OpenPosition { order, as_of, rank }) }
        });
        Ok(IncidentPage { page, total, tally })
    }

    /// Everything on the board that is wanted, in no order yet.
    fn placed(
        &self,
        selection: &Selection,
        live: &LiveFilter,
        order: Order,
        now: Timestamp,
        as_of: Timestamp,
    ) -> Result<Vec<Placed>, StoreError> {
        let Selection { regions, statuses, clauses, assigned, opened, .. } = selection;
        let incidents = regions.iter().cloned().map(Ingredient::Incidents);
        let services = self.services.reading(incidents.chain([Ingredient::Fleet, Ingredient::Clock]));
        let is_wanted = |id: &RegionId| regions.contains(&self.services.regions().home(id).id);
        let cards = services.board.cards(is_wanted, statuses, now)?;
        let needles = Needles::new(clauses);
        let asks_for_show = order == Order::Deadline || live.asks_for_show();
        let place = |card: Arc<Card>| {
            let incident = &card.incident;
            let found = opened.contains(incident.opened_at)
                && assigned.as_ref().is_none_or(|who| who.is_met(incident.assignee.as_deref()))
                && card.is_found_by(&needles);
            let show_at = || services.fleet.next_show_at(&incident.place, now, |id| self.may_know(id));
            let show_at = (found && asks_for_show).then(show_at).flatten();
            let key = Key::new(order, incident, show_at, as_of);
            (found && self.lets_through(live, incident, show_at, now)).then_some(Placed { key, card })
        };
        Ok(cards.into_iter().filter_map(place).collect())
    }

    /// Whether an incident whose next show is at this time is wanted.
    fn lets_through(
        &self,
        live: &LiveFilter,
        incident: &Incident,
        show_at: Option<Timestamp>,
        now: Timestamp,
    ) -> bool {
        let minutes = show_at.map(|show| triage::minutes_to_next_show(show, now));
        let is_soon = |most: u32| minutes.is_some_and(|minutes| minutes <= most);
        let is_urgent = |wanted: &Vec<triage::Priority>| {
            triage::priority(incident.severity, incident.status, minutes)
                .is_some_and(|priority| wanted.contains(&priority))
        };
        live.minutes_to_next_show_at_most.is_none_or(is_soon)
            && live.priorities.as_ref().is_none_or(is_urgent)
            && live.flapping.is_none_or(|wanted| is_flapping(incident, now) == wanted)
            && live.muted.is_none_or(|wanted| self.mute_of(incident).is_some() == wanted)
    }
}

impl LiveFilter {
    fn asks_for_show(&self) -> bool {
        self.minutes_to_next_show_at_most.is_some() || self.priorities.is_some()
    }
}

impl Placed {
    fn order(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key).then_with(|| self.card.incident.id.cmp(&other.card.incident.id))
    }

    fn order_to(&self, rank: &Rank) -> Ordering {
        self.key.cmp(&rank.key).then_with(|| self.card.incident.id.cmp(&rank.id))
    }
}
