//! The list of a region's incidents, kept right by versions.

mod order;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use self::order::Order;
use super::{Counts, Incident, Listed, Severity, Status};

/// The incident that says that nothing is heard of a region.
const REGION_BLIND: &str = "region_blind";
/// How many closed incidents are kept.
const CLOSED_KEPT: usize = 20;

/// The open incidents and the recently closed ones.
/// It is read as a whole and changed one by one, in any order: the newer version always wins.
#[derive(Clone, Debug, Default)]
pub(crate) struct BoardList {
    open: HashMap<String, Arc<Listed>>,
    /// The same, in order.
    order: Order,
    closed: Vec<Incident>,
    /// Versions that arrived since the running read began.
    arrived: Option<HashMap<String, i32>>,
    /// What the running read has found so far.
    read: HashSet<String>,
}

/// What a change did to the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Merge {
    /// It stands among the open ones now and did not before.
    Opened,
    Updated,
    Closed,
    /// The list held this version or a newer one.
    Ignored,
}

impl BoardList {
    /// Takes a changed incident in.
    pub(crate) fn merge(&mut self, incident: Incident) -> Merge {
        let (id, version) = (incident.id.clone(), incident.version);
        let merge = self.in_order(&id, |list| list.take(incident));
        if let (Some(arrived), true) = (&mut self.arrived, merge != Merge::Ignored) {
            arrived.insert(id, version);
        }
        merge
    }

    /// Marks that the lists are being read anew. What is merged from now on survives `finish_read`.
    pub(crate) fn begin_read(&mut self) {
        self.arrived = Some(HashMap::new());
        self.read.clear();
    }

    /// Takes in a page of what was read.
    pub(crate) fn read_page(&mut self, page: Vec<Incident>) {
        for incident in page {
            let id = incident.id.clone();
            let news = self.arrived.as_ref().and_then(|arrived| arrived.get(&id).copied());
            if news.is_none_or(|held| held < incident.version) {
                self.in_order(&id, |list| list.refresh(incident));
            }
            self.read.insert(id);
        }
    }

    /// Marks that all pages were read. An open incident that was on none, and did not change meanwhile, is gone.
    pub(crate) fn finish_read(&mut self) {
        let (read, arrived) = (std::mem::take(&mut self.read), self.arrived.take().unwrap_or_default());
        let is_there = |id: &str| read.contains(id) || arrived.contains_key(id);
        self.open.retain(|id, _| is_there(id));
        self.order.keep(is_there);
    }

    /// Lets time pass; tells whether that changed the order.
    pub(crate) fn advance(&mut self, now_ms: i64) -> bool {
        self.order.advance(now_ms)
    }

    /// The open incident with this id.
    pub(crate) fn open(&self, id: &str) -> Option<&Incident> {
        self.open.get(id).map(|listed| &listed.incident)
    }

    /// The same, to be kept.
    pub(crate) fn listed(&self, id: &str) -> Option<Arc<Listed>> {
        self.open.get(id).cloned()
    }

    /// The open incidents, what has to be done first first.
    pub(crate) fn ordered(&self) -> &[Arc<Listed>] {
        self.order.as_slice()
    }

    /// All open incidents, in no order.
    pub(crate) fn all_open(&self) -> impl Iterator<Item = &Incident> {
        self.open.values().map(|listed| &listed.incident)
    }

    /// The last closed incidents, the latest first.
    pub(crate) fn recently_closed(&self) -> &[Incident] {
        &self.closed
    }

    /// Since when nothing is heard of the region: what its incident says, which comes live, or else what was
    /// read, unless that is over.
    pub(crate) fn blind_since_ms(&self, read_ms: Option<i64>) -> Option<i64> {
        let is_blindness = |incident: &&Incident| incident.error_id == REGION_BLIND;
        let open = self.all_open().find(is_blindness).map(|incident| incident.opened_at_ms);
        let is_over = || self.closed.iter().any(|incident| is_blindness(&incident));
        open.or_else(|| read_ms.filter(|_| !is_over()))
    }

    /// How many incidents stand in each state.
    pub(crate) fn counts(&self) -> Counts {
        self.all_open().fold(Counts::default(), |counts, incident| Counts {
            open: counts.open + u32::from(incident.status == Status::Open),
            in_progress: counts.in_progress + u32::from(incident.status == Status::InProgress),
            critical: counts.critical + u32::from(incident.severity == Severity::Critical),
            muted: counts.muted + u32::from(incident.muted_until_ms.is_some()),
            ..counts
        })
    }

    /// Changes one incident, and puts it where it belongs then.
    fn in_order<Changed>(&mut self, id: &str, change: impl FnOnce(&mut Self) -> Changed) -> Changed {
        if let Some(held) = self.open.get(id) {
            self.order.lift(held);
        }
        let changed = change(self);
        if let Some(held) = self.open.get(id) {
            self.order.place(Arc::clone(held));
        }
        changed
    }

    fn take(&mut self, incident: Incident) -> Merge {
        if self.version(&incident.id).is_some_and(|held| held >= incident.version) {
            return Merge::Ignored;
        }
        self.put(incident)
    }

    /// Next shows, silences and likely fixes change without a new version; whoever reads anew gets them.
    fn refresh(&mut self, incident: Incident) {
        if self.version(&incident.id).is_none_or(|held| held <= incident.version) {
            self.put(incident);
        }
    }

    fn put(&mut self, incident: Incident) -> Merge {
        self.closed.retain(|closed| closed.id != incident.id);
        if incident.is_open() { self.put_open(incident) } else { self.put_closed(incident) }
    }

    fn version(&self, id: &str) -> Option<i32> {
        let closed = || self.closed.iter().find(|incident| incident.id == id);
        self.open(id).or_else(closed).map(|incident| incident.version)
    }

    fn put_open(&mut self, incident: Incident) -> Merge {
        match self.open.insert(incident.id.clone(), Arc::new(incident.into())) {
            Some(_) => Merge::Updated,
            None => Merge::Opened,
        }
    }

    fn put_closed(&mut self, incident: Incident) -> Merge {
        self.open.remove(&incident.id);
        let at = self.closed.partition_point(|one| one.closed_at_ms >= incident.closed_at_ms);
        self.closed.insert(at, incident);
        self.closed.truncate(CLOSED_KEPT);
        Merge::Closed
    }
}
