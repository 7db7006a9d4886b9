//! What was read of a machine last, for all documents that ask.

use miniserde::Deserialize;

use super::Moment;
use crate::model;

#[derive(Deserialize)]
pub(super) struct Reading {
    #[serde(rename = "asOf")]
    as_of: Option<Moment>,
    error: Option<String>,
    /// From here on only where the values are asked for.
    #[serde(rename = "lastSeenAt")]
    last_seen_at: Option<Moment>,
    #[serde(rename = "displayWidthPixels")]
    width: Option<u32>,
    #[serde(rename = "displayHeightPixels")]
    height: Option<u32>,
    #[serde(rename = "displayExpectedWidthPixels")]
    expected_width: Option<u32>,
    #[serde(rename = "displayExpectedHeightPixels")]
    expected_height: Option<u32>,
    #[serde(rename = "downloadFailed")]
    download_failed: Option<bool>,
    #[serde(rename = "downloadProgressRatio")]
    download_ratio: Option<f64>,
    #[serde(rename = "gameVersion")]
    game_version: Option<String>,
    #[serde(rename = "temperatureCelsius")]
    temperature: Option<f64>,
    #[serde(rename = "diskFreeBytes")]
    free_disk: Option<f64>,
}

impl Reading {
    /// With what the machine itself tells.
    pub(super) fn of(self, machine: String, online: Option<bool>) -> model::Reading {
        model::Reading {
            machine,
            online,
            last_seen_ms: self.last_seen_at.map(|at| at.0),
            picture: self.width.zip(self.height),
            picture_expected: self.expected_width.zip(self.expected_height),
            download_failed: self.download_failed,
            download_ratio: self.download_ratio,
            game_version: self.game_version,
            temperature_celsius: self.temperature,
            free_disk_bytes: self.free_disk,
            as_of_ms: self.as_of.map(|at| at.0),
            error: self.error,
        }
    }
}
