//! What all exporters together tell, with what it takes to find machines by id, screen and cinema.
//! Indexes are sorted hashes with positions, eight bytes a machine: the fleet may be large, is replaced with each
//! reading, and every list of incidents looks each of them up.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use jiff::Timestamp;

use super::exporter::Exporter;
use crate::domain::machine::{Machine, in_list_order};

/// Where to look.
#[derive(Clone, Copy)]
pub(super) enum At<'a> {
    Machine(&'a str),
    Screen(&'a str),
    Cinema(&'a str),
}

/// A machine, and whose newest reading tells of it.
pub(super) struct Listed {
    /// The machine.
    pub(super) machine: Arc<Machine>,
    /// Which of the exporters it is.
    pub(super) exporter: usize,
}

/// All machines, each once, in the order of lists.
#[derive(Default)]
pub(super) struct Merged {
    machines: Vec<Listed>,
    by_id: Index,
    by_screen: Index,
    by_cinema: Index,
}

/// The hash of each machine's key, and where the machine stands, in this order.
type Index = Vec<(u32, u32)>;

impl Merged {
    /// Of a machine that several list, the newest reading.
    pub(super) fn new(exporters: &[Exporter]) -> Self {
        let readings = || {
            let numbered = exporters.iter().enumerate();
            numbered.filter_map(|(number, exporter)| Some((number, exporter.reading.as_ref()?)))
        };
        let mut newest: HashMap<&str, (Reverse<Timestamp>, usize)> = HashMap::new();
        for (exporter, reading) in readings() {
            let candidate = (Reverse(reading.as_of), exporter);
            for machine in reading.machines() {
                let known = newest.entry(&machine.id).or_insert(candidate);
                *known = candidate.min(*known);
            }
        }
        let mut machines = Vec::with_capacity(newest.len());
        for (exporter, reading) in readings() {
            let is_newest = |machine: &&Arc<Machine>| {
                newest.get(machine.id.as_str()).is_some_and(|(_, newest)| *newest == exporter)
            };
            let wanted = reading.machines().iter().filter(is_newest);
            machines.extend(wanted.map(|machine| Listed { machine: Arc::clone(machine), exporter }));
        }
        // Each reading is in order already: a stable sort only merges them.
        machines.sort_by(|a, b| in_list_order(&a.machine, &b.machine));
        let index = |key: Key| index(&machines, key);
        Self { by_id: index(id), by_screen: index(screen), by_cinema: index(cinema), machines }
    }

    /// All of them, in the order of lists.
    pub(super) fn machines(&self) -> &[Listed] {
        &self.machines
    }

    /// The machines there, in the order of lists; none where nothing is known of the place.
    pub(super) fn machines_at(&self, at: At<'_>) -> impl Iterator<Item = &Listed> {
        let (index, key, wanted): (_, Key, _) = match at {
            At::Machine(wanted) => (&self.by_id, id, wanted),
            At::Screen(wanted) => (&self.by_screen, screen, wanted),
            At::Cinema(wanted) => (&self.by_cinema, cinema, wanted),
        };
        let hash = hash(wanted);
        let first = index.partition_point(|(known, _)| *known < hash);
        let alike = index.iter().skip(first).take_while(move |(known, _)| *known == hash);
        let there = alike.filter_map(|(_, position)| self.at(*position));
        there.filter(move |listed| key(&listed.machine) == Some(wanted))
    }

    fn at(&self, position: u32) -> Option<&Listed> {
        self.machines.get(position as usize)
    }
}

type Key = fn(&Machine) -> Option<&str>;

fn id(machine: &Machine) -> Option<&str> {
    Some(&machine.id)
}

fn screen(machine: &Machine) -> Option<&str> {
    machine.screen.as_ref().map(|screen| screen.id.as_str())
}

fn cinema(machine: &Machine) -> Option<&str> {
    machine.cinema.as_ref().map(|cinema| cinema.id.as_str())
}

/// Those with the same key stand in the order of lists.
fn index(machines: &[Listed], key: Key) -> Index {
    let keyed = machines.iter().zip(0_u32..);
    let mut index: Index = keyed.filter_map(|(listed, at)| Some((hash(key(&listed.machine)?), at))).collect();
    index.sort_unstable();
    index
}

fn hash(key: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish() as u32
}
