//! The formats in which alerts come in: one file each, and one list that names them all.

use cineportal_regions::Regions;
use jiff::Timestamp;

use super::parsed::Parsed;
use super::{alertmanager, prometheus};

/// A format of alerts, as senders push them.
pub struct Format {
    /// Where they are sent to: a path of ours.
    pub path: &'static str,
    /// Reads a body, at this time.
    ///
    /// # Errors
    /// One plain sentence when the body as a whole is not of the format.
    pub parse: fn(body: &[u8], regions: &Regions, now: Timestamp) -> Result<Parsed, String>,
    /// Whether the sender also says that an alert is over where it only hears nothing of it any more.
    pub takes_silence_for_an_end: bool,
}

/// All formats.
pub static FORMATS: [Format; 2] = [alertmanager::FORMAT, prometheus::FORMAT];
