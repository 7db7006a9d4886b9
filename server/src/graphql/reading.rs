//! What was read of a machine, in GraphQL.

use async_graphql::SimpleObject;

use super::incident::DateTime;
use crate::domain::machine::Values;
use crate::fleet::Known;

/// What was read of a machine; null is what its exporter does not tell. When an exporter cannot be read, the
/// last values stay, and `error` says so.
#[derive(Default, SimpleObject)]
pub(super) struct MachineReading {
    /// When the cloud last heard from the machine.
    last_seen_at: Option<DateTime>,
    /// Width of the picture that it shows, in pixels.
    display_width_pixels: Option<u32>,
    /// Height of the picture that it shows, in pixels.
    display_height_pixels: Option<u32>,
    /// Width that the screen is set up for, in pixels.
    display_expected_width_pixels: Option<u32>,
    /// Height that the screen is set up for, in pixels.
    display_expected_height_pixels: Option<u32>,
    /// Whether the last download of a game has failed.
    download_failed: Option<bool>,
    /// How much of the game is downloaded, 0 to 1.
    download_progress_ratio: Option<f64>,
    /// Version of the game.
    game_version: Option<String>,
    /// Temperature inside, in degrees Celsius.
    temperature_celsius: Option<f64>,
    /// Free space on its disk, in bytes: a whole number, which may be larger than an `Int`.
    disk_free_bytes: Option<f64>,
    /// When that was true; null where nothing was ever read of it.
    as_of: Option<DateTime>,
    /// Why it is not known, or older than it should be, in English; null if all is well.
    error: Option<String>,
}

impl MachineReading {
    /// Nothing was ever read, for this reason.
    pub(super) fn unknown(error: String) -> Self {
        Self { error: Some(error), ..Self::default() }
    }
}

impl From<&Known> for MachineReading {
    fn from(known: &Known) -> Self {
        let values: &Values = &known.machine.values;
        Self {
            last_seen_at: values.last_seen_at.map(DateTime),
            display_width_pixels: values.display_width_pixels,
            display_height_pixels: values.display_height_pixels,
            display_expected_width_pixels: values.expected_width_pixels,
            display_expected_height_pixels: values.expected_height_pixels,
            download_failed: values.download_failed,
            download_progress_ratio: values.download_progress_ratio,
            game_version: values.game_version.clone(),
            temperature_celsius: values.temperature_celsius,
            disk_free_bytes: values.disk_free_bytes.map(|bytes| bytes as f64),
            as_of: Some(DateTime(known.as_of)),
            error: known.error.as_deref().map(str::to_owned),
        }
    }
}
