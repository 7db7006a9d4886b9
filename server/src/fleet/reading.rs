//! One reading of one exporter. A new one replaces it whole, so machines that are gone are forgotten.

use std::collections::BTreeSet;
use std::sync::Arc;

use cineportal_regions::RegionId;
use jiff::Timestamp;

use crate::domain::machine::{Machine, in_list_order};
use crate::sources::exporter::ExporterReading;

/// All machines of one exporter, in the order of lists.
pub(super) struct Reading {
    /// When it was true.
    pub(super) as_of: Timestamp,
    /// How many machines were left out: they are not its to tell of.
    pub(super) foreign: usize,
    machines: Vec<Arc<Machine>>,
}

impl Reading {
    /// What an exporter told at `now`; as old as the exporter's own reading of the machines.
    pub(super) fn new(told: ExporterReading, before: Option<&Self>, now: Timestamp) -> Self {
        let as_of = told.fleet_read_at.map_or(now, |read_at| read_at.min(now));
        let kept = |machine: Machine| {
            before.and_then(|before| before.same(&machine)).unwrap_or_else(|| machine.into())
        };
        Self { as_of, foreign: told.foreign, machines: told.machines.into_iter().map(kept).collect() }
    }

    /// This machine, if it is known just so: an exporter is read far more often than it reads its machines,
    /// and what never moves does not scatter the memory.
    fn same(&self, machine: &Machine) -> Option<Arc<Machine>> {
        let at = self.machines.binary_search_by(|known| in_list_order(known, machine)).ok()?;
        self.machines.get(at).filter(|known| ***known == *machine).cloned()
    }

    /// Without the machines of other regions.
    pub(super) fn narrowed_to(mut self, regions: &BTreeSet<RegionId>) -> Self {
        self.machines.retain(|machine| regions.contains(&machine.region));
        self
    }

    pub(super) fn machines(&self) -> &[Arc<Machine>] {
        &self.machines
    }

    pub(super) fn regions(&self) -> BTreeSet<RegionId> {
        let mut regions: BTreeSet<RegionId> = BTreeSet::new();
        for machine in &self.machines {
            if !regions.contains(&machine.region) {
                regions.insert(machine.region.clone());
            }
        }
        regions
    }
}
