//! One reading of one exporter. A new one replaces it whole, so machines that are gone are forgotten.

use std::collections::BTreeSet;
use std::sync::Arc;

use cineportal_regions::RegionId;
use jiff::Timestamp;

use crate::domain::machine::Machine;
use crate::sources::exporter::ExporterReading;

/// All machines of one exporter.
pub(super) struct Reading {
    /// When it was true.
    pub(super) as_of: Timestamp,
    /// How many machines were left out: they are not its to tell of.
    pub(super) foreign: usize,
    machines: Vec<Arc<Machine>>,
}

impl Reading {
    /// What an exporter told at `now`; as old as the exporter's own reading of the machines.
    pub(super) fn new(told: ExporterReading, now: Timestamp) -> Self {
        let as_of = told.fleet_read_at.map_or(now, |read_at| read_at.min(now));
        let machines = told.machines.into_iter().map(Arc::new).collect();
        Self { as_of, foreign: told.foreign, machines }
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
