//! A machine, as an exporter describes it.

use std::cmp::Ordering;

use cineportal_regions::RegionId;
use jiff::Timestamp;

use super::incident::{Named, Place};
use super::natural;

/// One machine of the fleet.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    /// Identifier, unique in the fleet.
    pub id: String,
    /// The region that it belongs to.
    pub region: RegionId,
    /// The cinema, if it is known.
    pub cinema: Option<Named>,
    /// The screen that it serves, if it is known.
    pub screen: Option<Named>,
    /// IANA time zone of the cinema, if it is known.
    pub time_zone: Option<String>,
    /// Whether the cloud sees it online, if it is known.
    pub online: Option<bool>,
    /// When the next show on its screen begins; `None` where none is planned.
    pub next_show: Option<Timestamp>,
    /// What else was read of it.
    pub values: Values,
}

/// What was read of a machine; `None` is what its exporter does not tell, or tells wrongly.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    /// When the cloud last heard from it.
    pub last_seen_at: Option<Timestamp>,
    /// Width of the picture that it shows, in pixels.
    pub display_width_pixels: Option<u32>,
    /// Height of the picture that it shows, in pixels.
    pub display_height_pixels: Option<u32>,
    /// Width that the screen is set up for, in pixels.
    pub expected_width_pixels: Option<u32>,
    /// Height that the screen is set up for, in pixels.
    pub expected_height_pixels: Option<u32>,
    /// Whether the last download of a game has failed.
    pub download_failed: Option<bool>,
    /// How much of the game is downloaded, 0 to 1.
    pub download_progress_ratio: Option<f64>,
    /// Version of the game.
    pub game_version: Option<String>,
    /// Temperature inside, in degrees Celsius.
    pub temperature_celsius: Option<f64>,
    /// Free space on its disk, in bytes.
    pub disk_free_bytes: Option<u64>,
}

impl Machine {
    /// Where it stands.
    pub fn place(&self) -> Place {
        Place { machine_id: Some(self.id.clone()), cinema: self.cinema.clone(), screen: self.screen.clone() }
    }
}

/// The place of a machine in lists: by the name of its cinema, then of its screen, then by id, as people
/// count. Machines of which that is not known come last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachinePosition {
    /// Name of the cinema.
    pub cinema: Option<String>,
    /// Name of the screen.
    pub screen: Option<String>,
    /// Identifier of the machine.
    pub id: String,
}

impl MachinePosition {
    /// Where this machine stands.
    pub fn of(machine: &Machine) -> Self {
        let (cinema, screen, id) = names(machine);
        Self { cinema: cinema.map(str::to_owned), screen: screen.map(str::to_owned), id: id.to_owned() }
    }

    /// Whether a machine stands before, at or behind this place.
    pub fn compare(&self, machine: &Machine) -> Ordering {
        compare(names(machine), (self.cinema.as_deref(), self.screen.as_deref(), &self.id))
    }
}

/// Which of two machines comes first in lists.
pub fn in_list_order(a: &Machine, b: &Machine) -> Ordering {
    compare(names(a), names(b))
}

type Names<'a> = (Option<&'a str>, Option<&'a str>, &'a str);

fn names(machine: &Machine) -> Names<'_> {
    (name(machine.cinema.as_ref()), name(machine.screen.as_ref()), &machine.id)
}

fn name(named: Option<&Named>) -> Option<&str> {
    named.map(|named| named.name.as_str())
}

fn compare(a: Names<'_>, b: Names<'_>) -> Ordering {
    let optional = |a: Option<&str>, b: Option<&str>| match (a, b) {
        (Some(a), Some(b)) => natural::compare(a, b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    };
    optional(a.0, b.0).then_with(|| optional(a.1, b.1)).then_with(|| natural::compare(a.2, b.2))
}
