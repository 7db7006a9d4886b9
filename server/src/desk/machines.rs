//! Machines as one viewer may see them: from memory only, but for one that nothing but old incidents know.

use std::sync::Arc;

use cineportal_regions::{Region, RegionId};

use super::ingredients::Ingredient;
use super::{Desk, ListQuery, Listing};
use crate::clock;
use crate::domain::incident::{Incident, Named, Place, Status};
use crate::domain::machine::{Machine, MachinePosition};
use crate::domain::paging::Paging;
use crate::domain::search::{Search, finds};
use crate::fleet::{Fleet, Known, MachineCounts, NextShow};
use crate::store::{Period, StoreError};

/// A machine as exporters tell of it, or as an incident names it.
#[derive(Clone, Debug)]
pub struct MachineView {
    /// Identifier, unique in the fleet.
    pub id: String,
    /// The region that it belongs to; once its file is gone, `unassigned`.
    pub region: RegionId,
    /// The cinema, if it is known.
    pub cinema: Option<Named>,
    /// The screen that it serves, if it is known.
    pub screen: Option<Named>,
    /// What an exporter tells of it; `None`: none does.
    pub known: Option<Known>,
}

/// Which machines a list shows.
#[derive(Default)]
pub struct MachineQuery {
    /// Only this region; else all that the viewer may see.
    pub region: Option<RegionId>,
    /// Only those of this cinema.
    pub cinema: Option<String>,
    /// Only those that the cloud sees, or only those that it does not see.
    pub online: Option<bool>,
    /// Only those with words that begin like these in their id or the names of their cinema or screen.
    pub text: Option<String>,
    /// Only those with an incident that is not closed, or only those without.
    pub has_incident: Option<bool>,
    /// Which part of the list.
    pub slice: Slice,
}

/// A part of a list of machines: so many of those between two places.
#[derive(Debug, Default)]
pub struct Slice {
    /// Behind this place.
    pub after: Option<MachinePosition>,
    /// Before this place.
    pub before: Option<MachinePosition>,
    /// How many at most.
    pub limit: usize,
    /// Whether the last ones are wanted, not the first ones.
    pub from_end: bool,
}

/// One page of a list of machines.
pub struct MachinePage {
    /// Those on this page, with their places.
    pub machines: Vec<(MachinePosition, MachineView)>,
    /// Whether there are more before this page.
    pub has_previous: bool,
    /// Whether there are more behind this page.
    pub has_next: bool,
    /// How many match, on all pages.
    pub total: usize,
}

impl Desk {
    /// A machine that an exporter tells of, or an incident; `None` where there is none, or none for this viewer.
    ///
    /// # Errors
    /// [`StoreError`], if no exporter tells of it and the store does not answer.
    pub async fn machine(&self, id: &str) -> Result<Option<MachineView>, StoreError> {
        let known = self.fleet_now().machine(id, clock::now());
        if let Some(known) = known.filter(|known| self.shows(&known.machine.region, "machine")) {
            return Ok(Some(self.view(known)));
        }
        let query = ListQuery {
            regions: None,
            statuses: vec![Status::Open, Status::InProgress, Status::Closed],
            search: Search { machine_ids: Some(vec![id.to_owned()]), ..Search::default() },
            assigned: None,
            opened: Period::default(),
            listing: Listing::History { closed: Period::default(), paging: Paging::first(1) },
        };
        let newest = self.incidents(query).await?.page.items.into_iter().next();
        Ok(newest.and_then(|listed| self.machine_of(&listed.incident)).filter(|machine| machine.id == id))
    }

    /// The machine that an incident names. What an exporter tells of it is left out if the viewer may see the
    /// incident but not the machine's region.
    pub fn machine_of(&self, incident: &Incident) -> Option<MachineView> {
        let id = incident.place.machine_id.as_ref()?;
        Some(self.known_machine(id).map(|known| self.view(known)).unwrap_or_else(|| MachineView {
            id: id.clone(),
            region: self.home(&incident.key.region).id,
            cinema: incident.place.cinema.clone(),
            screen: incident.place.screen.clone(),
            known: None,
        }))
    }

    /// A page of the machines that exporters tell of, in the order of lists.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], if incidents matter and the board does not stand yet.
    pub fn machines(&self, query: &MachineQuery) -> Result<MachinePage, StoreError> {
        let is_wanted =
            |machine: &Machine| query.matches(machine) && self.is_in(machine, query.region.as_ref());
        let mut machines = self.fleet_now().select(is_wanted, clock::now());
        if let Some(wanted) = query.has_incident {
            let mut has_incident = Vec::with_capacity(machines.len());
            for known in &machines {
                has_incident.push(self.open_at_machine(&known.machine.id)? > 0);
            }
            let mut has_incident = has_incident.into_iter();
            machines.retain(|_| has_incident.next() == Some(wanted));
        }
        Ok(self.page(machines, &query.slice))
    }

    /// How many machines of a region exporters tell of, and how they are.
    pub fn machine_counts(&self, region: &Region) -> MachineCounts {
        let wanted = |id: &RegionId| self.services.regions().home(id).id == region.id;
        self.fleet_now().counts(wanted, clock::now())
    }

    /// How many incidents of a machine are not closed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], while the board does not stand yet.
    pub fn open_at_machine(&self, id: &str) -> Result<usize, StoreError> {
        let regions = self.regions().into_iter().map(|region| Ingredient::Incidents(region.id));
        let services = self.services.reading(regions);
        let is_open = |incident: &&Arc<Incident>| {
            let region = &self.services.regions().home(&incident.key.region).id;
            incident.status != Status::Closed && self.viewer.grants.covers(region)
        };
        Ok(services.board.of_machine(id)?.iter().filter(is_open).count())
    }

    /// The next show on the screen of a machine.
    pub fn next_show_of(&self, machine: &MachineView) -> NextShow {
        let (fleet, now) = (self.fleet_now(), clock::now());
        let place = || Place {
            machine_id: Some(machine.id.clone()),
            cinema: machine.cinema.clone(),
            screen: machine.screen.clone(),
        };
        let known = machine.known.as_ref().map(|known| known.next_show(now));
        known.unwrap_or_else(|| fleet.next_show_among(&place(), now, |id| self.may_know(id)))
    }

    /// Why no exporter tells of this machine, in a sentence.
    pub fn why_unknown(&self, machine: &MachineView) -> String {
        self.fleet_now().why_unknown(&machine.id)
    }

    /// The fleet; how old its readings are depends on the clock.
    fn fleet_now(&self) -> &Fleet {
        &self.services.reading([Ingredient::Fleet, Ingredient::Clock]).fleet
    }

    fn known_machine(&self, id: &str) -> Option<Known> {
        let known = self.fleet_now().machine(id, clock::now())?;
        self.is_in(&known.machine, None).then_some(known)
    }

    /// Whether the viewer may see this machine, and it is of this region.
    fn is_in(&self, machine: &Machine, wanted: Option<&RegionId>) -> bool {
        let region = &self.services.regions().home(&machine.region).id;
        self.viewer.grants.covers(region) && wanted.is_none_or(|wanted| wanted == region)
    }

    fn view(&self, known: Known) -> MachineView {
        let machine = &known.machine;
        MachineView {
            id: machine.id.clone(),
            region: self.home(&machine.region).id,
            cinema: machine.cinema.clone(),
            screen: machine.screen.clone(),
            known: Some(known),
        }
    }

    fn page(&self, machines: Vec<Known>, slice: &Slice) -> MachinePage {
        let total = machines.len();
        let Slice { after, before, limit, from_end } = slice;
        let start = after
            .as_ref()
            .map_or(0, |after| machines.partition_point(|known| after.compare(&known.machine).is_le()));
        let end = before
            .as_ref()
            .map_or(total, |before| machines.partition_point(|known| before.compare(&known.machine).is_lt()));
        let length = end.saturating_sub(start).min(*limit);
        let first = if *from_end { end.saturating_sub(length) } else { start };
        let shown = machines.into_iter().skip(first).take(length);
        let machines = shown.map(|known| (MachinePosition::of(&known.machine), self.view(known))).collect();
        MachinePage { machines, has_previous: first > 0, has_next: first + length < total, total }
    }
}

impl MachineQuery {
    fn matches(&self, machine: &Machine) -> bool {
        let cinema = machine.cinema.as_ref();
        let is_there = |wanted: &String| cinema.is_some_and(|cinema| cinema.id == *wanted);
        let names =
            || [cinema, machine.screen.as_ref()].into_iter().flatten().map(|named| named.name.as_str());
        let is_found = |text: &String| finds(text, &names().chain([machine.id.as_str()]).collect::<Vec<_>>());
        self.cinema.as_ref().is_none_or(is_there)
            && self.online.is_none_or(|online| machine.online == Some(online))
            && self.text.as_ref().is_none_or(is_found)
    }
}
