//! The board: what stands on the screens now, in memory. Open incidents of every region, and those
//! closed within [`CLOSED_WINDOW`]. Built from the store at start, kept by the feed.
//! Before it is built it knows nothing, and says so: an empty board would look like "all clear".

mod card;
mod shelf;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use cineportal_regions::RegionId;
use jiff::{SignedDuration, Timestamp};

pub use self::card::Card;
use self::shelf::Shelf;
use crate::domain::delivery::overdue;
use crate::domain::incident::{Incident, IncidentId, Status};

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

type Regions = BTreeMap<RegionId, Region>;

/// One region.
#[derive(Default)]
struct Region {
    /// Another one after every change, never one that was given out before.
    version: u64,
    shelf: Shelf,
}

impl Board {
    /// Starts over from what the store holds.
    pub fn rebuild(&self, incidents: Vec<Incident>) {
        let mut regions = Regions::new();
        for incident in incidents {
            regions.entry(incident.key.region.clone()).or_default().shelf.put(Arc::new(incident));
        }
        regions.values_mut().for_each(|region| region.version = self.next_version());
        *self.write() = Some(regions);
    }

    /// Takes in one commit. Answers whether it was news to people: a known version is none.
    pub fn apply(&self, incident: &Arc<Incident>) -> bool {
        let mut regions = self.write();
        let Some(regions) = regions.as_mut() else { return false };
        let region = regions.entry(incident.key.region.clone()).or_default();
        let known = region.shelf.incident(&incident.id);
        let known = known.map_or((0, 0), |known| (known.version, known.revision));
        if incident.revision > known.1 {
            region.shelf.put(Arc::clone(incident));
            region.version = self.next_version();
        }
        incident.version > known.0
    }

    /// Forgets what closed longer ago than [`CLOSED_WINDOW`].
    pub fn prune(&self, now: Timestamp) {
        for region in self.write().iter_mut().flat_map(BTreeMap::values_mut) {
            if region.shelf.prune(now) {
                region.version = self.next_version();
            }
        }
    }

    /// Forgets incidents in this status that have not changed since before this time, and of which nothing is
    /// still to be told. Answers whether there were any.
    pub fn forget(&self, status: Status, updated_before: Timestamp) -> bool {
        let mut forgotten = false;
        for region in self.write().iter_mut().flat_map(BTreeMap::values_mut) {
            if region.shelf.forget_unchanged(status, updated_before) {
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
        wanted.map(|(_, region)| region.version).max().unwrap_or(0)
    }

    /// Notes that something of a region changed in the store, which comes through the feed a moment later.
    pub fn touch(&self, region: &RegionId) {
        if let Some(regions) = self.write().as_mut() {
            regions.entry(region.clone()).or_default().version = self.next_version();
        }
    }

    /// The newest known state of an incident, if it is on the board.
    pub fn incident(&self, id: &IncidentId) -> Option<Arc<Incident>> {
        self.read().iter().flat_map(BTreeMap::values).find_map(|region| region.shelf.incident(id).cloned())
    }

    /// All incidents of one cinema on the board, in no particular order.
    pub fn of_cinema(&self, region: &RegionId, cinema_id: &str) -> Vec<Arc<Incident>> {
        let regions = self.read();
        let region = regions.as_ref().and_then(|regions| regions.get(region));
        region.into_iter().flat_map(|region| region.shelf.of_cinema(cinema_id)).cloned().collect()
    }

    /// All incidents of one machine on the board, whatever regions they are of, in no particular order.
    ///
    /// # Errors
    /// [`NotBuilt`].
    pub fn of_machine(&self, machine_id: &str) -> Result<Vec<Arc<Incident>>, NotBuilt> {
        let regions = self.read();
        let regions = regions.as_ref().ok_or(NotBuilt)?.values();
        Ok(regions.flat_map(|region| region.shelf.of_machine(machine_id)).cloned().collect())
    }

    /// Every cinema with an incident on the board.
    pub fn cinemas(&self) -> BTreeSet<(RegionId, String)> {
        let regions = self.read();
        let of_one = |(id, region): (&RegionId, &Region)| {
            region.shelf.cinemas().map(|cinema| (id.clone(), cinema.clone())).collect::<Vec<_>>()
        };
        regions.iter().flatten().flat_map(of_one).collect()
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
        Ok(regions.flat_map(|(_, region)| region.shelf.cards(statuses, now)).cloned().collect())
    }

    /// How many incidents of the wanted regions are in which state.
    ///
    /// # Errors
    /// [`NotBuilt`].
    pub fn counts(&self, wanted: impl Fn(&RegionId) -> bool, now: Timestamp) -> Result<Counts, NotBuilt> {
        let regions = self.read();
        let regions = regions.as_ref().ok_or(NotBuilt)?.iter().filter(|(region, _)| wanted(region));
        let mut counts = Counts::default();
        regions.for_each(|(_, region)| region.shelf.count(&mut counts, now));
        Ok(counts)
    }

    /// What people are due to be told and were not told yet: how much it is, and since when the oldest is due.
    pub fn outbox(&self, now: Timestamp) -> (usize, Option<Timestamp>) {
        let regions = self.read();
        let incidents = regions.iter().flat_map(BTreeMap::values).flat_map(|region| region.shelf.incidents());
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
