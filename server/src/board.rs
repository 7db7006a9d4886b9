//! The board: what stands on the screens now, in memory. Open incidents of every region, and those
//! closed within [`CLOSED_WINDOW`]. Built from the store at start, kept by the feed.

use std::collections::HashMap;
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

/// The incidents of all regions that a screen may show now.
#[derive(Default)]
pub struct Board {
    incidents: RwLock<HashMap<IncidentId, Arc<Incident>>>,
}

impl Board {
    /// Starts over from what the store holds.
    pub fn rebuild(&self, incidents: Vec<Incident>) {
        *self.write() =
            incidents.into_iter().map(|incident| (incident.id.clone(), Arc::new(incident))).collect();
    }

    /// Takes in one commit. Answers whether it was news: an older or known version changes nothing.
    pub fn apply(&self, incident: &Arc<Incident>) -> bool {
        let mut incidents = self.write();
        let known = incidents.get(&incident.id).map_or(0, |known| known.version);
        if incident.version <= known {
            return false;
        }
        incidents.insert(incident.id.clone(), Arc::clone(incident));
        true
    }

    /// Forgets what closed longer ago than [`CLOSED_WINDOW`].
    pub fn prune(&self, now: Timestamp) {
        self.write().retain(|_, incident| is_current(incident, now));
    }

    /// The newest known state of an incident, if it is on the board.
    pub fn incident(&self, id: &IncidentId) -> Option<Arc<Incident>> {
        self.read().get(id).cloned()
    }

    /// The incidents of these regions in these states, in no particular order.
    pub fn select(&self, regions: &[RegionId], statuses: &[Status], now: Timestamp) -> Vec<Arc<Incident>> {
        let wanted = |incident: &&Arc<Incident>| {
            regions.contains(&incident.key.region)
                && statuses.contains(&incident.status)
                && is_current(incident, now)
        };
        self.read().values().filter(wanted).cloned().collect()
    }

    /// How many incidents of this region are in which state.
    pub fn counts(&self, region: &RegionId, now: Timestamp) -> Counts {
        let mut counts = Counts::default();
        for incident in self.read().values().filter(|incident| incident.key.region == *region) {
            match incident.status {
                Status::Open => counts.open += 1,
                Status::InProgress => counts.in_progress += 1,
                Status::Closed if is_current(incident, now) => counts.closed += 1,
                Status::Closed => {}
            }
            let is_critical = incident.severity == Severity::Critical && incident.status != Status::Closed;
            counts.critical += u32::from(is_critical);
        }
        counts
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<IncidentId, Arc<Incident>>> {
        self.incidents.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<IncidentId, Arc<Incident>>> {
        self.incidents.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_current(incident: &Incident, now: Timestamp) -> bool {
    incident.closed_at.is_none_or(|closed_at| now.duration_since(closed_at) <= CLOSED_WINDOW)
}
