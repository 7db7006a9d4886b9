//! What became another between two readings of the same folder.

use crate::{Region, RegionId, Regions};

/// The ids of the regions that are not as they were before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// There was none before.
    pub added: Vec<RegionId>,
    /// There is none any more.
    pub removed: Vec<RegionId>,
    /// Its file says something else.
    pub changed: Vec<RegionId>,
}

impl Difference {
    /// Whether all regions are as they were before.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

impl Regions {
    /// What is not as it was in these other regions.
    pub fn difference_to(&self, before: &Self) -> Difference {
        let only_in =
            |these: &Self, others: &Self| ids(these.iter().filter(|region| others.get(&region.id).is_none()));
        let is_another = |region: &&Region| before.get(&region.id).is_some_and(|known| known != *region);
        Difference {
            added: only_in(self, before),
            removed: only_in(before, self),
            changed: ids(self.iter().filter(is_another)),
        }
    }
}

fn ids<'a>(regions: impl Iterator<Item = &'a Region>) -> Vec<RegionId> {
    regions.map(|region| region.id.clone()).collect()
}
