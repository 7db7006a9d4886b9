//! The fleet as last read from the cloud, and how a new reading changes it. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

/// What the cloud last said about one machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    /// Identifier, unique in the fleet.
    pub id: String,
    /// Identifier of the region, as in the region's file.
    pub region: String,
    /// IANA name of the cinema's time zone.
    pub time_zone: String,
    /// Identifier of the cinema, unique in the fleet.
    pub cinema_id: String,
    /// Name of the cinema, for people.
    pub cinema: String,
    /// Identifier of the screen, unique in the fleet.
    pub screen_id: String,
    /// Name of the screen, for people.
    pub screen: String,
    /// Whether the cloud sees the machine.
    pub online: bool,
    /// When the cloud last heard from the machine.
    pub last_seen: Timestamp,
    /// Size of the picture that is shown.
    pub display: PixelSize,
    /// Size of the picture that the screen is set up for.
    pub expected_display: PixelSize,
    /// Version of the game.
    pub game_version: String,
    /// Whether the last download of a game has failed.
    pub download_failed: bool,
    /// How much of the game is downloaded, 0 to 1.
    pub download_progress_ratio: f64,
    /// Start of the next show on this screen, if one is planned.
    pub next_show: Option<Timestamp>,
    /// Temperature inside the machine, in degrees Celsius.
    pub temperature_celsius: f64,
    /// Free space on the machine's disk, in bytes.
    pub disk_free_bytes: u64,
}

/// Size of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PixelSize {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// All machines that are known, ordered by identifier.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fleet {
    machines: BTreeMap<String, Arc<Machine>>,
}

/// What one poll of the cloud has brought.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    machines: BTreeMap<String, Arc<Machine>>,
    failed: bool,
}

impl Fleet {
    /// The machines, ordered by identifier.
    pub fn machines(&self) -> impl Iterator<Item = &Machine> {
        self.machines.values().map(Arc::as_ref)
    }

    /// How many machines are known.
    pub fn len(&self) -> usize {
        self.machines.len()
    }

    /// Whether no machine is known.
    pub fn is_empty(&self) -> bool {
        self.machines.is_empty()
    }

    /// The fleet after a reading of everything: a machine that is not in it is gone.
    pub fn replaced_by(reading: Reading) -> Fleet {
        Fleet { machines: reading.machines }
    }

    /// The fleet after a reading with gaps: what is not in it keeps its last values.
    pub fn updated_with(&self, reading: Reading) -> Fleet {
        let mut machines = self.machines.clone();
        machines.extend(reading.machines);
        Fleet { machines }
    }
}

impl Reading {
    /// Adds a machine; a later word on the same machine counts.
    pub fn add(&mut self, machine: Machine) {
        self.machines.insert(machine.id.clone(), Arc::new(machine));
    }

    /// Notes that something could not be read.
    pub fn note_failure(&mut self) {
        self.failed = true;
    }

    /// Whether this is the whole fleet: nothing failed, and there are as many machines as the
    /// cloud says it has. An empty fleet is never whole: a cloud that lost its machines must not
    /// end every fault at once.
    pub fn is_whole(&self, expected_machines: usize) -> bool {
        !self.failed && !self.machines.is_empty() && self.machines.len() == expected_machines
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn machine(id: &str) -> Machine {
        Machine {
            id: id.to_owned(),
            region: "denmark".to_owned(),
            time_zone: "Europe/Copenhagen".to_owned(),
            cinema_id: "dk-aarhus-01".to_owned(),
            cinema: "Bio Aarhus".to_owned(),
            screen_id: format!("{id}-screen"),
            screen: "Sal 3".to_owned(),
            online: true,
            last_seen: Timestamp::constant(1_700_000_000, 0),
            display: PixelSize { width: 3840, height: 2160 },
            expected_display: PixelSize { width: 3840, height: 2160 },
            game_version: "4.2.1".to_owned(),
            download_failed: false,
            download_progress_ratio: 1.0,
            next_show: Some(Timestamp::constant(1_700_003_600, 0)),
            temperature_celsius: 41.5,
            disk_free_bytes: 250_000_000_000,
        }
    }

    pub(crate) fn reading(machines: impl IntoIterator<Item = Machine>) -> Reading {
        let mut reading = Reading::default();
        machines.into_iter().for_each(|machine| reading.add(machine));
        reading
    }

    fn ids(fleet: &Fleet) -> Vec<&str> {
        fleet.machines().map(|machine| machine.id.as_str()).collect()
    }

    #[test]
    fn a_machine_missing_from_a_reading_of_everything_is_gone() {
        assert_eq!(ids(&Fleet::replaced_by(reading([machine("b")]))), ["b"]);
    }

    #[test]
    fn a_machine_missing_from_a_reading_with_gaps_keeps_its_last_values() {
        let fleet = Fleet::replaced_by(reading([machine("a"), machine("b")]));
        let changed = Machine { online: false, ..machine("b") };
        let fleet = fleet.updated_with(reading([changed]));
        assert_eq!(fleet.machines().map(|m| m.online).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn a_reading_with_fewer_machines_than_announced_is_not_whole() {
        assert!(!reading([machine("a")]).is_whole(2));
    }

    #[test]
    fn a_reading_with_a_failure_is_not_whole() {
        let mut reading = reading([machine("a")]);
        reading.note_failure();
        assert!(!reading.is_whole(1));
    }

    #[test]
    fn an_empty_fleet_is_never_whole() {
        assert!(!Reading::default().is_whole(0));
    }
}
