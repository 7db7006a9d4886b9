//! One reading of one exporter, with what it takes to find machines by screen and cinema.

use std::collections::{BTreeSet, HashMap};

use cineportal_regions::RegionId;
use jiff::Timestamp;

use super::At;
use crate::domain::machine::Machine;
use crate::sources::exporter::ExporterReading;

/// All machines of one exporter. A new reading replaces it whole, so machines that are gone are forgotten.
pub(super) struct Reading {
    /// When it was true.
    pub(super) as_of: Timestamp,
    machines: HashMap<String, Machine>,
    screens: HashMap<String, Vec<String>>,
    cinemas: HashMap<String, Vec<String>>,
}

impl Reading {
    /// What an exporter told at `now`; as old as the exporter's own reading of the machines.
    pub(super) fn new(told: ExporterReading, now: Timestamp) -> Self {
        let as_of = told.fleet_read_at.map_or(now, |read_at| read_at.min(now));
        let (mut screens, mut cinemas) = (HashMap::new(), HashMap::new());
        for machine in &told.machines {
            index(&mut screens, machine.screen.as_ref().map(|screen| &screen.id), machine);
            index(&mut cinemas, machine.cinema.as_ref().map(|cinema| &cinema.id), machine);
        }
        let machines = told.machines.into_iter().map(|machine| (machine.id.clone(), machine)).collect();
        Self { as_of, machines, screens, cinemas }
    }

    pub(super) fn machine(&self, id: &str) -> Option<&Machine> {
        self.machines.get(id)
    }

    pub(super) fn regions(&self) -> BTreeSet<RegionId> {
        self.machines.values().map(|machine| machine.region.clone()).collect()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.machines.keys().map(String::as_str)
    }

    /// The machines there; none where nothing is known of the place.
    pub(super) fn machines_at(&self, at: At<'_>) -> Vec<&Machine> {
        let ids = match at {
            At::Machine(id) => return self.machine(id).into_iter().collect(),
            At::Screen(id) => self.screens.get(id),
            At::Cinema(id) => self.cinemas.get(id),
        };
        ids.into_iter().flatten().filter_map(|id| self.machine(id)).collect()
    }
}

fn index(places: &mut HashMap<String, Vec<String>>, place: Option<&String>, machine: &Machine) {
    if let Some(place) = place {
        places.entry(place.clone()).or_default().push(machine.id.clone());
    }
}
