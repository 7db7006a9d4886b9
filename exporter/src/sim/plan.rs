//! The machines of the simulated cloud: those of the demo fleet.

use cineportal_fleet::machines;
use jiff::tz::TimeZone;

use super::machine::SimulatedMachine;
use crate::cloud::wire::Named;

/// The first `count` machines of the demo fleet.
///
/// # Errors
/// When a country's time zone is not in the time zone database.
pub(super) fn fleet(count: usize) -> Result<Vec<SimulatedMachine>, jiff::Error> {
    machines().take(count).map(simulated).collect()
}

fn simulated(machine: cineportal_fleet::Machine) -> Result<SimulatedMachine, jiff::Error> {
    let zone = TimeZone::get(machine.country.time_zone)?;
    let cinema = Named { id: machine.cinema_id, name: machine.cinema };
    let screen = Named { id: machine.screen_id, name: machine.screen };
    Ok(SimulatedMachine::new(machine.id, machine.country, zone, cinema, screen))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn ids(count: usize) -> Vec<String> {
        fleet(count).unwrap().into_iter().map(|machine| machine.id).collect()
    }

    #[test]
    fn a_larger_fleet_begins_with_the_smaller_one() {
        assert_eq!(ids(200), ids(700)[..200]);
    }

    #[test]
    fn every_machine_has_its_own_readable_id() {
        let ids = ids(700);
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 700);
        assert!(ids.contains(&"dk-aarhus-01-03".to_owned()));
    }

    #[test]
    fn every_region_has_several_cinemas() {
        let mut cinemas: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for machine in fleet(200).unwrap() {
            cinemas.entry(machine.country.region).or_default().insert(machine.cinema.id);
        }
        assert_eq!(cinemas.len(), 5);
        assert!(cinemas.values().all(|cinemas| cinemas.len() >= 3), "{cinemas:?}");
    }
}
