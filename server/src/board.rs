//! The board: what stands on the screens now, in memory. Open incidents of every region, and those
//! closed within [`CLOSED_WINDOW`]. Built from the store at start, kept by the feed.
//! Before it is built it knows nothing, and says so: an empty board would look like "all clear".

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use cineportal_regions::RegionId;
use jiff::{SignedDuration, Timestamp};

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
pub struct Board(RwLock<Option<Regions>>);

type Regions = BTreeMap<RegionId, HashMap<IncidentId, Arc<Incident>>>;

impl Board {
    /// Starts over from what the store holds.
    pub fn rebuild(&self, incidents: Vec<Incident>) {
        let mut regions = Regions::new();
        for incident in incidents {
            let region = regions.entry(incident.key.region.clone()).or_default();
            region.insert(incident.id.clone(), Arc::new(incident));
        }
        *self.write() = Some(regions);
    }

    /// Takes in one commit. Answers whether it was news: an older or known version changes nothing.
    pub fn apply(&self, incident: &Arc<Incident>) -> bool {
        let mut regions = self.write();
        let Some(regions) = regions.as_mut() else { return false };
        let region = regions.entry(incident.key.region.clone()).or_default();
        let known = region.get(&incident.id).map_or(0, |known| known.version);
        if incident.version <= known {
            return false;
        }
        region.insert(incident.id.clone(), Arc::clone(incident));
        true
    }

    /// Forgets what closed longer ago than [`CLOSED_WINDOW`].
    pub fn prune(&self, now: Timestamp) {
        for region in self.write().iter_mut().flat_map(BTreeMap::values_mut) {
            region.retain(|_, incident| is_current(incident, now));
        }
    }

    /// The newest known state of an incident, if it is on the board.
    pub fn incident(&self, id: &IncidentId) -> Option<Arc<Incident>> {
        self.read().iter().flat_map(BTreeMap::values).find_map(|region| region.get(id).cloned())
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
        let regions = self.read();
        let regions = regions.as_ref().ok_or(NotBuilt)?.iter().filter(|(region, _)| wanted(region));
        let incidents = regions.flat_map(|(_, incidents)| incidents.values());
        let shown =
            |incident: &&Arc<Incident>| statuses.contains(&incident.status) && is_current(incident, now);
        Ok(incidents.filter(shown).cloned().collect())
    }

    /// How many incidents of the wanted regions are in which state.
    ///
    /// # Errors
    /// [`NotBuilt`].
    pub fn counts(&self, wanted: impl Fn(&RegionId) -> bool, now: Timestamp) -> Result<Counts, NotBuilt> {
        let regions = self.read();
        let regions = regions.as_ref().ok_or(NotBuilt)?.iter().filter(|(region, _)| wanted(region));
        let mut counts = Counts::default();
        for incident in regions.flat_map(|(_, incidents)| incidents.values()) {
            count(&mut counts, incident, now);
        }
        Ok(counts)
    }

    fn read(&self) -> RwLockReadGuard<'_, Option<Regions>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Option<Regions>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
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
