//! One simulated machine: what the cloud would say about it at a given time.

use std::collections::BTreeMap;

use cineportal_fleet::{Country, roll};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::shows::ShowPlan;
use crate::cloud::wire::{Display, Download, DownloadState, Game, Machine, Named};

const GAME_VERSION: &str = "4.2.1";
const SECONDS_A_DAY: i64 = 86_400;

/// What can be broken on a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fault {
    /// No power: the machine falls silent.
    Power,
    /// The picture is smaller than the screen is set up for.
    Resolution,
    /// The last download of the game has failed.
    Download,
}

/// The faults of one machine, and since when.
pub(super) type Faults = BTreeMap<Fault, Timestamp>;

/// What never changes about a machine.
#[derive(Debug, Clone)]
pub(super) struct SimulatedMachine {
    pub(super) id: String,
    pub(super) country: &'static Country,
    pub(super) cinema: Named,
    screen: Named,
    zone: TimeZone,
    shows: ShowPlan,
}

impl SimulatedMachine {
    pub(super) fn new(
        id: String,
        country: &'static Country,
        zone: TimeZone,
        cinema: Named,
        screen: Named,
    ) -> Self {
        let shows = ShowPlan::of(&screen.id);
        Self { id, country, cinema, screen, zone, shows }
    }

    /// What the cloud says at `now`. Without power that is what the machine said last; the next
    /// show is the cinema's plan and goes on.
    pub(super) fn report(&self, faults: &Faults, now: Timestamp) -> Machine {
        let powerless_since = faults.get(&Fault::Power);
        let last_seen = powerless_since.copied().unwrap_or(now);
        let reported = |fault| faults.get(&fault).is_some_and(|since| *since <= last_seen);
        Machine {
            id: self.id.clone(),
            region: self.country.region.to_owned(),
            time_zone: self.country.time_zone.to_owned(),
            cinema: self.cinema.clone(),
            screen: self.screen.clone(),
            online: powerless_since.is_none(),
            last_seen,
            display: self.display(reported(Fault::Resolution)),
            game: self.game(reported(Fault::Download)),
            next_show: self.shows.next(&self.zone, now),
            temperature_celsius: self.temperature_celsius(last_seen),
            disk_free_bytes: self.disk_free_bytes(last_seen),
        }
    }

    fn display(&self, is_wrong: bool) -> Display {
        let (expected_width_pixels, expected_height_pixels) =
            [(3840, 2160), (4096, 2160), (1920, 1080)][self.roll_index("display", 3)];
        let (width_pixels, height_pixels) =
            if is_wrong { (1280, 720) } else { (expected_width_pixels, expected_height_pixels) };
        Display { width_pixels, height_pixels, expected_width_pixels, expected_height_pixels }
    }

    fn game(&self, has_failed: bool) -> Game {
        let download = if has_failed {
            let percent = 5 + roll(&self.id, "download", 90);
            Download { state: DownloadState::Failed, progress_ratio: percent as f64 / 100.0 }
        } else {
            Download { state: DownloadState::Complete, progress_ratio: 1.0 }
        };
        Game { version: GAME_VERSION.to_owned(), download }
    }

    /// 38 to 49 °C, and within an hour 3 °C up and down from there.
    fn temperature_celsius(&self, at: Timestamp) -> f64 {
        let base = 38.0 + roll(&self.id, "temperature", 12) as f64;
        let turn = self.progress_within(at, 3600, "temperature phase");
        let celsius = base + 3.0 * (turn * std::f64::consts::TAU).sin();
        (celsius * 10.0).round() / 10.0
    }

    /// 80 to 400 GB; up to 2 GB of trailers come over a day and go at its end.
    fn disk_free_bytes(&self, at: Timestamp) -> u64 {
        let base = 80_000_000_000 + roll(&self.id, "disk", 320) * 1_000_000_000;
        let used = self.progress_within(at, SECONDS_A_DAY, "disk phase") * 2000.0;
        base - used as u64 * 1_000_000
    }

    /// How much of the current stretch of `seconds` has passed, 0 to 1; each machine has its own beat.
    fn progress_within(&self, at: Timestamp, seconds: i64, what: &str) -> f64 {
        let phase = i64::try_from(roll(&self.id, what, seconds.unsigned_abs())).unwrap_or(0);
        (at.as_second() + phase).rem_euclid(seconds) as f64 / seconds as f64
    }

    fn roll_index(&self, what: &str, sides: usize) -> usize {
        usize::try_from(roll(&self.id, what, sides as u64)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::plan;

    const BROKEN_AT: Timestamp = Timestamp::constant(1_700_000_000, 0);
    const LATER: Timestamp = Timestamp::constant(1_700_030_000, 0);

    fn report(faults: &[(Fault, Timestamp)], now: Timestamp) -> Machine {
        let fleet = plan::fleet(1).unwrap();
        fleet[0].report(&faults.iter().copied().collect(), now)
    }

    #[test]
    fn a_sound_machine_was_seen_just_now() {
        let machine = report(&[], LATER);
        assert!(machine.online && machine.last_seen == LATER);
    }

    #[test]
    fn without_power_everything_but_the_next_show_stands_still() {
        let (then, now) = (report(&[], BROKEN_AT), report(&[(Fault::Power, BROKEN_AT)], LATER));
        let next_show = report(&[], LATER).next_show;
        assert_eq!(now, Machine { online: false, next_show, ..then });
    }

    #[test]
    fn a_fault_that_comes_after_the_power_went_is_not_seen() {
        let machine = report(&[(Fault::Power, BROKEN_AT), (Fault::Download, LATER)], LATER);
        assert_eq!(machine.game.download.state, DownloadState::Complete);
    }

    #[test]
    fn a_wrong_resolution_differs_from_the_expected_one() {
        let display = report(&[(Fault::Resolution, BROKEN_AT)], LATER).display;
        assert_ne!(display.width_pixels, display.expected_width_pixels);
    }

    #[test]
    fn temperature_and_disk_stay_within_sound_limits() {
        for machine in plan::fleet(300).unwrap() {
            let report = machine.report(&Faults::new(), LATER);
            assert!((35.0..=52.0).contains(&report.temperature_celsius), "{report:?}");
            assert!(report.disk_free_bytes > 50_000_000_000, "{report:?}");
        }
    }
}
