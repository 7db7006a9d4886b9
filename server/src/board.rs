//! The board: what stands on the screens now, in memory. Open incidents of every region, and those
//! closed within [`CLOSED_WINDOW`]. Built from the store at start, kept by the feed.
//! Before it is built it knows nothing, and says so: an empty board would look like "all clear".

mod card;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use cineportal_regions::RegionId;
use jiff::{SignedDuration, Timestamp};

pub use self::card::Card;
use crate::domain::delivery::{next_wake, overdue};
use crate::domain::incident::{Incident, IncidentId, Severity, Status};

/// How long a closed incident stays on the board.
pub const CLOSED_WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// How many incidents of a region are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Nobody has taken them.
    pub open: u32,
    /// A person works on them.
    pub in_progress: u32,
    /// Closed within [`CLOSED_WINDOW`].
    pub closed: u32,
    /// Open or in progress, and critical.
    pub critical: u32,
}

/// The board was not built yet.
#[derive(Debug, thiserror::Error)]
#[error("the board does not stand yet")]
pub struct NotBuilt;

/// The incidents of all regions that a screen may show now.
#[derive(Default)]
pub struct Board {
    regions: RwLock<Option<Regions>>,
    /// The last version that was given out.
    last_version: AtomicU64,
}

type Regions = BTreeMap<RegionId, Shelf>;

/// The incidents of one region.
#[derive(Default)]
struct Shelf {
    /// Another one after every change, never one that was given out before.
    version: u64,
    cards: HashMap<IncidentId, Arc<Card>>,
    /// Which of them are of which cinema.
    by_cinema: HashMap<String, HashSet<IncidentId>>,
    /// Which of them are of which machine.
    by_machine: HashMap<String, HashSet<IncidentId>>,
}

impl Shelf {
    /// Puts an incident in its place; one does not move to another cinema or machine.
    fn put(&mut self, incident: Arc<Incident>) {
        if let Some(cinema) = &incident.place.cinema {
            self.by_cinema.entry(cinema.id.clone()).or_default().insert(incident.id.clone());
        }
        if let Some(machine) = &incident.place.machine_id {
            self.by_machine.entry(machine.clone()).or_default().insert(incident.id.clone());
        }
        self.cards.insert(incident.id.clone(), Arc::new(Card::new(incident)));
    }

    /// Answers whether something else was there.
    fn keep(&mut self, wanted: impl Fn(&Arc<Incident>) -> bool) -> bool {
        let before = self.cards.len();
        self.cards.retain(|_, card| wanted(&card.incident));
        for index in [&mut self.by_cinema, &mut self.by_machine] {
            index.retain(|_, ids| {
                ids.retain(|id| self.cards.contains_key(id));
                !ids.is_empty()
            });
        }
        self.cards.len() < before
    }

    fn incident(&self, id: &IncidentId) -> Option<&Arc<Incident>> {
        self.cards.get(id).map(|card| &card.incident)
    }

    fn incidents(&self) -> impl Iterator<Item = &Arc<Incident>> {
        self.cards.values().map(|card| &card.incident)
    }
}

impl Board {
    /// Starts over from what the store holds.
    pub fn rebuild(&self, incidents: Vec<Incident>) {
        let mut regions = Regions::new();
        for incident in incidents {
            regions.entry(incident.key.region.clone()).or_default().put(Arc::new(incident));
        }
        regions.values_mut().for_each(|region| region.version = self.next_version());
        *self.write() = Some(regions);
    }

    /// Takes in one commit. Answers whether it was news to people: a known version is none.
    pub fn apply(&self, incident: &Arc<Incident>) -> bool {
        let mut regions = self.write();
        let Some(regions) = regions.as_mut() else { return false };
        let region = regions.entry(incident.key.region.clone()).or_default();
        let known = region.incident(&incident.id);
        let known = known.map_or((0, 0), |known| (known.version, known.revision));
        if incident.revision > known.1 {
            region.put(Arc::clone(incident));
            region.version = self.next_version();
        }
        incident.version > known.0
    }

    /// Forgets what closed longer ago than [`CLOSED_WINDOW`].
    pub fn prune(&self, now: Timestamp) {
        for region in self.write().iter_mut().flat_map(BTreeMap::values_mut) {
            if region.keep(|incident| is_current(incident, now)) {
                region.version = self.next_version();
            }
        }
    }

    /// Forgets incidents in this status that have not changed since before this time, and of which nothing is
    /// still to be told. Answers whether there were any.
    pub fn forget(&self, status: Status, updated_before: Timestamp) -> bool {
        let is_old = |incident: &Incident| {
            incident.status == status && incident.updated_at < updated_before && next_wake(incident).is_none()
        };
        let mut forgotten = false;
        for region in self.write().iter_mut().flat_map(BTreeMap::values_mut) {
            if region.keep(|incident| !is_old(incident)) {
                region.version = self.next_version();
                forgotten = true;
            }
        }
        forgotten
    }

    /// Moves whenever an incident of the wanted regions changes; what is read later is at least as new.
    pub fn version(&self, wanted: impl Fn(&RegionId) -> bool) -> u64 {
        let regions = self.read();
        let wanted = regions.iter().flatten().filter(|(region, _)| wanted(region));
        wanted.map(|(_, shelf)| shelf.version).max().unwrap_or(0)
    }

    /// Notes that something of a region changed in the store, which comes through the feed a moment later.
    pub fn touch(&self, region: &RegionId) {
        if let Some(regions) = self.write().as_mut() {
            regions.entry(region.clone()).or_default().version = self.next_version();
        }
    }

    /// The newest known state of an incident, if it is on the board.
    pub fn incident(&self, id: &IncidentId) -> Option<Arc<Incident>> {
        self.read().iter().flat_map(BTreeMap::values).find_map(|region| region.incident(id).cloned())
    }

    /// All incidents of one cinema on the board, in no particular order.
    pub fn of_cinema(&self, region: &RegionId, cinema_id: &str) -> Vec<Arc<Incident>> {
        let regions = self.read();
        let shelf = regions.as_ref().and_then(|regions| regions.get(region));
        let ids = shelf.and_then(|shelf| shelf.by_cinema.get(cinema_id)).into_iter().flatten();
        ids.filter_map(|id| shelf?.incident(id).cloned()).collect()
    }

    /// All incidents of one machine on the board, whatever regions they are of, in no particular order.
    ///
    /// # Errors
    /// [`NotBuilt`].
    pub fn of_machine(&self, machine_id: &str) -> Result<Vec<Arc<Incident>>, NotBuilt> {
        let regions = self.read();
        let shelves = regions.as_ref().ok_or(NotBuilt)?.values();
        let incidents = shelves.flat_map(|shelf| {
            let ids = shelf.by_machine.get(machine_id).into_iter().flatten();
            ids.filter_map(|id| shelf.incident(id).cloned())
        });
        Ok(incidents.collect())
    }

    /// Every cinema with an incident on the board.
    pub fn cinemas(&self) -> BTreeSet<(RegionId, String)> {
        let regions = self.read();
        let shelves = regions.iter().flatten();
        shelves
            .flat_map(|(region, shelf)| shelf.by_cinema.keys().map(|cinema| (region.clone(), cinema.clone())))
            .collect()
    }

    /// The incidents of the wanted regions in these states, in no particular order.
    ///
    /// # Errors
    /// [`NotBuilt`].
    pub fn select(
        &self,
        wanted: impl Fn(&RegionId) -> bool,
        statuses: &[Status],
        now: Timestamp,
    ) -> Result<Vec<Arc<Incident>>, NotBuilt> {
        let cards = self.cards(wanted, statuses, now)?;
        Ok(cards.iter().map(|card| Arc::clone(&card.incident)).collect())
    }

    /// The same with what they are found by.
    ///
    /// # Errors
    /// [`NotBuilt`].
    pub fn cards(
        &self,
        wanted: impl Fn(&RegionId) -> bool,
        statuses: &[Status],
        now: Timestamp,
    ) -> Result<Vec<Arc<Card>>, NotBuilt> {
        let regions = self.read();
        let regions = regions.as_ref().ok_or(NotBuilt)?.iter().filter(|(region, _)| wanted(region));
        let cards = regions.flat_map(|(_, shelf)| shelf.cards.values());
        let shown =
            |card: &&Arc<Card>| statuses.contains(&card.incident.status) && is_current(&card.incident, now);
        Ok(cards.filter(shown).cloned().collect())
    }

    /// How many incidents of the wanted regions are in which state.
    ///
    /// # Errors
    /// [`NotBuilt`].
    pub fn counts(&self, wanted: impl Fn(&RegionId) -> bool, now: Timestamp) -> Result<Counts, NotBuilt> {
        let regions = self.read();
        let regions = regions.as_ref().ok_or(NotBuilt)?.iter().filter(|(region, _)| wanted(region));
        let mut counts = Counts::default();
        for incident in regions.flat_map(|(_, shelf)| shelf.incidents()) {
            count(&mut counts, incident, now);
        }
        Ok(counts)
    }

    /// What people are due to be told and were not told yet: how much it is, and since when the oldest is due.
    pub fn outbox(&self, now: Timestamp) -> (usize, Option<Timestamp>) {
        let regions = self.read();
        let incidents = regions.iter().flat_map(BTreeMap::values).flat_map(Shelf::incidents);
        let overdue: Vec<Timestamp> =
            incidents.flat_map(|incident| overdue(&incident.deliveries, now)).collect();
        (overdue.len(), overdue.iter().min().copied())
    }

    fn next_version(&self) -> u64 {
        self.last_version.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn read(&self) -> RwLockReadGuard<'_, Option<Regions>> {
        self.regions.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Option<Regions>> {
        self.regions.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count(counts: &mut Counts, incident: &Incident, now: Timestamp) {
    match incident.status {
        Status::Open => counts.open += 1,
        Status::InProgress => counts.in_progress += 1,
        Status::Closed if is_current(incident, now) => counts.closed += 1,
        Status::Closed => {}
    }
    let is_critical = incident.severity == Severity::Critical && incident.status != Status::Closed;
    counts.critical += u32::from(is_critical);
}

fn is_current(incident: &Incident, now: Timestamp) -> bool {
    incident.closed_at.is_none_or(|closed_at| now.duration_since(closed_at) <= CLOSED_WINDOW)
}
