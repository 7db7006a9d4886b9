//! What the fleet answers, from readings as they come.

use std::sync::Arc;

use cineportal_regions::RegionId;

use super::*;
use crate::domain::incident::Named;
use crate::domain::machine::Values;

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_763_700_000 + minute * 60).unwrap()
}

fn named(id: &str) -> Named {
    Named { id: id.to_owned(), name: id.to_uppercase() }
}

fn machine(id: &str, screen: &str, next_show: Option<i64>) -> Machine {
    Machine {
        id: id.to_owned(),
        region: RegionId::new("denmark"),
        cinema: Some(named("grand")),
        screen: Some(named(screen)),
        time_zone: Some("Europe/Copenhagen".to_owned()),
        online: Some(true),
        next_show: next_show.map(at),
        values: Values::default(),
    }
}

fn fleet(exporters: usize) -> Fleet {
    let name = |number| format!("127.0.0.{number}:9991");
    Fleet::of((0..exporters).map(|number| Exporter { name: name(number), ..Exporter::default() }).collect())
}

fn told(machines: &[Machine]) -> ExporterReading {
    ExporterReading { machines: machines.to_vec(), ..ExporterReading::default() }
}

fn at_machine(id: &str) -> Place {
    Place { machine_id: Some(id.to_owned()), ..Place::default() }
}

fn fresh(show: Option<i64>, as_of: i64) -> NextShow {
    NextShow { at: show.map(at), as_of: Some(at(as_of)), error: None }
}

fn unknown(fleet: &Fleet, place: &Place) -> String {
    let show = fleet.next_show(place, at(0));
    assert_eq!((show.at, show.as_of), (None, None));
    show.error.unwrap()
}

#[test]
fn a_machine_tells_its_own_next_show() {
    let fleet = fleet(1);
    fleet.take(0, told(&[machine("a", "1", Some(30)), machine("b", "2", None)]), at(0));
    assert_eq!(fleet.next_show(&at_machine("a"), at(1)), fresh(Some(30), 0));
    assert_eq!(fleet.next_show(&at_machine("b"), at(1)), fresh(None, 0));
}

#[test]
fn a_screen_and_a_cinema_tell_the_earliest_show_there() {
    let fleet = fleet(1);
    let machines = [
        machine("a", "1", Some(40)),
        machine("b", "1", Some(30)),
        machine("c", "2", Some(20)),
        machine("d", "3", None),
    ];
    fleet.take(0, told(&machines), at(0));
    let screen = Place { screen: Some(named("1")), ..at_machine("unknown") };
    assert_eq!(fleet.next_show(&screen, at(1)), fresh(Some(30), 0));
    let cinema = Place { cinema: Some(named("grand")), ..Place::default() };
    assert_eq!(fleet.next_show(&cinema, at(1)), fresh(Some(20), 0));
}

#[test]
fn of_several_exporters_the_newest_reading_wins() {
    let fleet = fleet(2);
    fleet.take(0, told(&[machine("a", "1", Some(30)), machine("b", "2", Some(60))]), at(1));
    fleet.take(1, told(&[machine("a", "1", Some(90))]), at(0));
    assert_eq!(fleet.next_show(&at_machine("a"), at(1)), fresh(Some(30), 1));
    fleet.take(1, told(&[machine("a", "1", Some(90))]), at(2));
    assert_eq!(fleet.next_show(&at_machine("a"), at(2)), fresh(Some(90), 2));
    let cinema = Place { cinema: Some(named("grand")), ..Place::default() };
    assert_eq!(fleet.next_show(&cinema, at(2)), fresh(Some(60), 1));
    assert_eq!(fleet.machine("a", at(2)).unwrap().as_of, at(2));
    assert_eq!(fleet.machines(), 2);
}

#[test]
fn a_machine_that_is_no_longer_listed_is_forgotten() {
    let fleet = fleet(1);
    fleet.take(0, told(&[machine("a", "1", Some(30))]), at(0));
    fleet.take(0, told(&[]), at(1));
    assert_eq!(fleet.machine("a", at(1)), None);
    assert_eq!(unknown(&fleet, &at_machine("a")), "no exporter lists this machine, screen or cinema");
}

#[test]
fn an_exporter_that_fails_keeps_its_values_and_says_since_when_and_why() {
    let fleet = fleet(1);
    fleet.take(0, told(&[machine("a", "1", Some(30))]), at(0));
    assert!(fleet.fail(0, "it answered 503".to_owned(), at(1)));
    assert!(!fleet.fail(0, "it does not answer".to_owned(), at(2)), "only the first failure is news");
    let error = "CineExporter has failed since 2025-11-21 04:41:00 UTC: it does not answer".to_owned();
    let stale = NextShow { error: Some(error), ..fresh(Some(30), 0) };
    assert_eq!(fleet.next_show(&at_machine("a"), at(3)), stale);
    fleet.take(0, told(&[machine("a", "1", Some(30))]), at(4));
    assert_eq!(fleet.next_show(&at_machine("a"), at(4)), fresh(Some(30), 4));
}

#[test]
fn values_are_as_old_as_what_the_exporter_itself_read() {
    let fleet = fleet(1);
    let reading = ExporterReading { fleet_read_at: Some(at(0)), ..told(&[machine("a", "1", Some(30))]) };
    fleet.take(0, reading, at(16));
    assert_eq!(fleet.next_show(&at_machine("a"), at(15)), fresh(Some(30), 0));
    let show = fleet.next_show(&at_machine("a"), at(16));
    assert_eq!(show.as_of, Some(at(0)));
    let error = "CineExporter answers, but has not read its machines since 2025-11-21 04:40:00 UTC";
    assert_eq!(show.error.as_deref(), Some(error));
}

#[test]
fn a_show_that_is_over_says_nothing_any_more() {
    let fleet = fleet(1);
    fleet.take(0, told(&[machine("a", "1", Some(30))]), at(0));
    assert_eq!(fleet.next_show(&at_machine("a"), at(31)).at, Some(at(30)));
    assert_eq!(fleet.next_show(&at_machine("a"), at(30 + 3 * 60)).at, None);
}

#[test]
fn what_is_not_known_has_a_reason() {
    assert_eq!(unknown(&fleet(0), &at_machine("a")), "no exporter is configured");
    let fleet = fleet(1);
    assert_eq!(unknown(&fleet, &at_machine("a")), "CineExporter has not been read yet");
    assert_eq!(unknown(&fleet, &Place::default()), "the alert names no machine, screen or cinema");
    fleet.fail(0, "it answered 503".to_owned(), at(0));
    let reason = "CineExporter has failed since 2025-11-21 04:40:00 UTC: it answered 503";
    assert_eq!(unknown(&fleet, &at_machine("a")), reason);
}

#[test]
fn an_exporter_says_whose_machines_it_tells_of_and_since_when_it_does_not() {
    let fleet = fleet(1);
    assert!(fleet.exporters(at(0))[0].concerns(&RegionId::new("finland")));
    fleet.take(0, told(&[machine("a", "1", None)]), at(0));
    fleet.fail(0, "connection refused".to_owned(), at(1));
    let exporter = fleet.exporters(at(2)).remove(0);
    assert_eq!((exporter.name.as_str(), exporter.answered_at), ("exporter 127.0.0.0:9991", Some(at(0))));
    assert!(exporter.concerns(&RegionId::new("denmark")) && !exporter.concerns(&RegionId::new("finland")));
    assert!(exporter.error.is_some_and(|error| error.ends_with("connection refused")));
}

fn ids_of(fleet: &Fleet) -> Vec<String> {
    fleet.select(|_| true, at(0)).iter().map(|known| known.machine.id.clone()).collect()
}

#[test]
fn machines_are_listed_as_people_count_each_once() {
    let fleet = fleet(2);
    let unplaced = Machine { cinema: None, screen: None, ..machine("z", "", None) };
    let other = Machine { cinema: Some(named("alhambra")), ..machine("y", "9", None) };
    fleet.take(0, told(&[machine("c", "10", None), machine("a", "2", None), unplaced]), at(0));
    fleet.take(1, told(&[machine("b", "2", None), machine("a", "2", None), other]), at(0));
    assert_eq!(ids_of(&fleet), ["y", "a", "b", "c", "z"]);
}

#[test]
fn what_did_not_change_is_kept_and_what_did_is_replaced() {
    let fleet = fleet(1);
    let machine_now = |id| Arc::as_ptr(&fleet.machine(id, at(0)).unwrap().machine);
    fleet.take(0, told(&[machine("a", "1", None), machine("b", "2", None)]), at(0));
    let before = [machine_now("a"), machine_now("b")];
    fleet.take(0, told(&[machine("a", "1", None), machine("b", "2", Some(30))]), at(1));
    assert_eq!(machine_now("a"), before[0]);
    assert_ne!(machine_now("b"), before[1]);
    assert_eq!(fleet.next_show(&at_machine("b"), at(1)), fresh(Some(30), 1));
}

#[test]
fn machines_are_counted_as_they_were_last_read() {
    let fleet = fleet(2);
    let offline = Machine { online: Some(false), ..machine("b", "2", None) };
    let silent = Machine { online: None, ..machine("c", "3", None) };
    let finnish = Machine { region: RegionId::new("finland"), ..machine("d", "4", None) };
    fleet.take(0, told(&[machine("a", "1", None), offline]), at(0));
    fleet.take(1, told(&[silent, finnish]), at(3));
    fleet.fail(0, "it answered 503".to_owned(), at(3));
    let counts = fleet.counts(|region| region.as_str() == "denmark", at(3));
    assert_eq!((counts.total, counts.online, counts.offline, counts.unknown), (3, 1, 1, 1));
    assert_eq!(counts.as_of, Some(at(0)));
    assert!(counts.error.is_some_and(|error| error.ends_with("it answered 503")));
    let finland = fleet.counts(|region| region.as_str() == "finland", at(3));
    assert_eq!((finland.total, finland.error), (1, None));
    assert_eq!(fleet.counts(|region| region.as_str() == "norway", at(3)), MachineCounts::default());
}

#[test]
fn the_exporter_of_a_region_concerns_that_region_only_even_before_it_was_read() {
    let own = Some([RegionId::new("denmark")].into());
    let fleet = Fleet::of(vec![Exporter { own, ..Exporter::default() }]);
    let state = fleet.exporters(at(0)).remove(0);
    assert!(state.concerns(&RegionId::new("denmark")) && !state.concerns(&RegionId::new("finland")));
}

#[test]
fn the_show_alone_is_the_same_as_with_its_words() {
    let fleet = fleet(3);
    fleet.take(
        0,
        told(&[machine("a", "1", Some(30)), machine("b", "2", None), machine("c", "2", Some(-300))]),
        at(0),
    );
    fleet.take(
        1,
        told(&[machine("a", "1", Some(40)), machine("b", "2", Some(50)), machine("d", "3", None)]),
        at(0),
    );
    fleet.take(2, told(&[machine("a", "1", Some(35)), machine("d", "3", Some(9))]), at(1));
    let at_cinema = |id: &str| Place { cinema: Some(named(id)), ..Place::default() };
    let at_screen =
        |machine: &str, screen: &str| Place { screen: Some(named(screen)), ..at_machine(machine) };
    let mut places: Vec<Place> = ["a", "b", "c", "d", "e"].map(at_machine).into();
    places.extend([
        at_cinema("grand"),
        at_cinema("none"),
        at_screen("e", "2"),
        at_screen("e", "9"),
        Place::default(),
    ]);
    for (place, minute) in places.iter().flat_map(|place| [(place, 2), (place, 200)]) {
        assert_eq!(
            fleet.next_show_at(place, at(minute), |_| true),
            fleet.next_show(place, at(minute)).at,
            "{place:?}"
        );
    }
}
