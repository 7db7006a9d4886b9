//! What an adapter made of a body. Alerts are read one by one, so that a bad one never costs a good one
//! beside it.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::limits;
use crate::domain::alert::Alert;
use crate::domain::watch::{self, Beat};

/// A body, read.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The alerts that could be read.
    pub alerts: Vec<Alert>,
    /// The watchdog alerts among them: signs of life, not faults.
    pub beats: Vec<Beat>,
    /// What is wrong with each of the others, in a sentence.
    pub faults: Vec<String>,
}

/// Reads alerts one by one.
pub(super) fn read_each<Wire: DeserializeOwned>(
    values: Vec<&RawValue>,
    accept: impl Fn(Wire) -> Alert,
) -> Parsed {
    let mut parsed = Parsed { alerts: Vec::with_capacity(values.len()), ..Parsed::default() };
    for (index, value) in values.into_iter().enumerate() {
        match serde_json::from_str::<Wire>(value.get()).map(&accept) {
            Ok(alert) if watch::is_watchdog(&alert) => parsed.beats.push(Beat::of(&alert)),
            Ok(alert) => parsed.alerts.push(alert),
            Err(error) => {
                parsed.faults.push(limits::sentence(&format!("Alert {index} cannot be read: {error}.")));
            }
        }
    }
    parsed
}
