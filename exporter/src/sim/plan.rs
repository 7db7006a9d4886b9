//! Lays out the fleet: which machine stands in which cinema, in front of which screen.

use jiff::tz::TimeZone;

use super::dice::roll;
use super::machine::SimulatedMachine;
use super::places::{COUNTRIES, Country};
use crate::cloud::wire::Named;

/// The first `count` machines of an endless row of cinemas, country by country and city by city.
///
/// # Errors
/// When a country's time zone is not in the time zone database.
pub(super) fn fleet(count: usize) -> Result<Vec<SimulatedMachine>, jiff::Error> {
    let mut fleet = Vec::with_capacity(count);
    let zones: Vec<_> =
        COUNTRIES.iter().map(|country| TimeZone::get(country.time_zone)).collect::<Result<_, _>>()?;
    for round in 0.. {
        for (country, zone) in COUNTRIES.iter().zip(&zones) {
            for machine in cinema(country, zone, round) {
                if fleet.len() == count {
                    return Ok(fleet);
                }
                fleet.push(machine);
            }
        }
    }
    Ok(fleet)
}

/// The machines of a country's cinema with this number, from 0.
fn cinema<'a>(
    country: &'static Country,
    zone: &'a TimeZone,
    round: usize,
) -> impl Iterator<Item = SimulatedMachine> + 'a {
    let (slug, city) = country.cities[round % country.cities.len()];
    let number = round / country.cities.len() + 1;
    let cinema = Named {
        id: format!("{}-{slug}-{number:02}", country.prefix),
        name: country.cinema_name(city, number),
    };
    let screens = 4 + roll(&cinema.id, "screens", 7);
    (1..=screens).map(move |screen| {
        let id = format!("{}-{screen:02}", cinema.id);
        let screen = Named {
            id: format!("{}-screen-{screen:02}", cinema.id),
            name: format!("{} {screen}", country.screen),
        };
        SimulatedMachine::new(id, country, zone.clone(), cinema.clone(), screen)
    })
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
