//! The cine-cloud's API as it goes over the wire; described in `docs/cine-cloud-api.md`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Path of the list of machines, below the cloud's address.
pub const MACHINES_PATH: [&str; 3] = ["api", "v1", "machines"];
/// The cloud answers at most so many machines at once.
pub const MAX_PER_PAGE: u32 = 100;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page<M> {
    /// Number of this page, from 1.
    pub page: u32,
    /// How many machines a full page has.
    pub per_page: u32,
    /// How many machines there are on all pages.
    pub total: u32,
    /// The machines on this page.
    pub machines: Vec<M>,
}

/// One machine, in front of one screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// Identifier, unique in the fleet, as `dk-aarhus-01-03`.
    pub id: String,
    /// Identifier of the region, as `denmark`.
    pub region: String,
    /// IANA name, as `Europe/Copenhagen`.
    pub time_zone: String,
    /// The cinema that it stands in.
    pub cinema: Named,
    /// The screen that it serves.
    pub screen: Named,
    /// Whether the cloud sees it.
    pub online: bool,
    /// When the cloud last heard from it.
    pub last_seen: Timestamp,
    /// Its picture.
    pub display: Display,
    /// Its game.
    pub game: Game,
    /// Start of the next show on this screen; null without one.
    pub next_show: Option<Timestamp>,
    /// In degrees Celsius.
    pub temperature_celsius: f64,
    /// In bytes.
    pub disk_free_bytes: u64,
}

/// Something with an identifier for programs and a name for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Identifier, unique in the fleet.
    pub id: String,
    /// Name, for people.
    pub name: String,
}

/// The picture that is shown and the one the screen is set up for, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Display {
    /// Width shown.
    pub width_pixels: u32,
    /// Height shown.
    pub height_pixels: u32,
    /// Width set up.
    pub expected_width_pixels: u32,
    /// Height set up.
    pub expected_height_pixels: u32,
}

/// The game on a machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Game {
    /// As `4.2.1`.
    pub version: String,
    /// The last download.
    pub download: Download,
}

/// The last download of a game.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Download {
    /// How it stands.
    pub state: DownloadState,
    /// How much is there, 0 to 1.
    pub progress_ratio: f64,
}

/// How a download stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DownloadState {
    /// Under way.
    Downloading,
    /// All there.
    Complete,
    /// Given up.
    Failed,
}
