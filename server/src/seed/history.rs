//! One incident after the other, oldest first: which machine fails, with what, and when.

use std::collections::{BTreeMap, HashMap};

use cineportal_fleet::Machine;
use cineportal_regions::{Region, RegionId, Regions};
use fastrand::Rng;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::Plan;
use super::calendar;
use super::faults::FAULTS;
use super::story::{FLAP_WINDOW, Story};
use crate::domain::incident::{Incident, Status};

/// As many machines as the fleet has today.
const MACHINES: usize = 700;
/// A machine fails this often a day at most, in the mean; a denser history tells of a larger fleet.
const MAX_FAULTS_A_DAY: usize = 4;
/// So many of the newest incidents are left open, or a tenth of a short history.
const LEFT_OPEN: usize = 7;

/// The incidents of a fleet, as many as are planned.
pub(super) struct History<'a> {
    regions: &'a Regions,
    /// The same regions without their routes: nobody is told of what is over.
    silent: BTreeMap<RegionId, Region>,
    plan: Plan,
    zone: TimeZone,
    rng: Rng,
    told: usize,
    machines: Vec<Machine>,
    /// The newest incident of each fault (by its index) of each machine: at most one of them is open.
    newest: HashMap<(usize, usize), Incident>,
}

impl<'a> History<'a> {
    pub(super) fn new(regions: &'a Regions, plan: Plan) -> Self {
        let needed = plan.incidents / (plan.days as usize * MAX_FAULTS_A_DAY).max(1);
        let silent = |region: &Region| (region.id.clone(), Region { notify: Vec::new(), ..region.clone() });
        Self {
            regions,
            silent: regions.iter().map(silent).collect(),
            plan,
            zone: TimeZone::get(cineportal_fleet::COUNTRIES[0].time_zone).unwrap_or(TimeZone::UTC),
            rng: Rng::with_seed(plan.seed),
            told: 0,
            machines: cineportal_fleet::machines().take(needed.max(MACHINES)).collect(),
            newest: HashMap::new(),
        }
    }

    fn next_instant(&mut self) -> Timestamp {
        if self.is_left_open() {
            return self.plan.until - SignedDuration::from_mins(self.rng.i64(5..120));
        }
        let part = (self.told as f64 + self.rng.f64()) / self.plan.incidents as f64;
        calendar::instant(part, self.plan.days, self.plan.until, &self.zone)
    }

    fn is_left_open(&self) -> bool {
        self.told + LEFT_OPEN.min(self.plan.incidents / 10) >= self.plan.incidents
    }

    /// The first machine, from a random one on, that does not have this fault at this time.
    fn free_machine(&mut self, fault: usize, now: Timestamp) -> Option<usize> {
        let first = self.rng.usize(..self.machines.len());
        let is_free = |machine: &usize| {
            self.newest.get(&(*machine, fault)).is_none_or(|newest| is_over_for_good(newest, now))
        };
        (first..self.machines.len()).chain(0..first).find(is_free)
    }
}

impl Iterator for History<'_> {
    type Item = Incident;

    fn next(&mut self) -> Option<Incident> {
        if self.told == self.plan.incidents {
            return None;
        }
        let opened_at = self.next_instant();
        let fault_index = choose(&mut self.rng);
        let machine_index = self.free_machine(fault_index, opened_at)?;
        let fault = &FAULTS[fault_index];
        let alert = fault.alert(&self.machines[machine_index], self.regions, opened_at);
        let story = Story {
            fault,
            region: self.silent.get(&alert.key.region)?,
            until: self.plan.until,
            ends: !self.is_left_open(),
        };
        let incident = story.tell(&alert, self.newest.get(&(machine_index, fault_index)), &mut self.rng)?;
        self.newest.insert((machine_index, fault_index), incident.clone());
        self.told += 1;
        Some(incident)
    }
}

fn choose(rng: &mut Rng) -> usize {
    let all: u32 = FAULTS.iter().map(|fault| fault.weight).sum();
    let mut rolled = rng.u32(..all);
    for (index, fault) in FAULTS.iter().enumerate() {
        if rolled < fault.weight {
            return index;
        }
        rolled -= fault.weight;
    }
    0
}

/// Over for so long that the same fault is a new incident.
fn is_over_for_good(incident: &Incident, now: Timestamp) -> bool {
    let is_over = incident.status == Status::Closed && !incident.is_firing();
    is_over && now.duration_since(incident.updated_at) > FLAP_WINDOW
}
