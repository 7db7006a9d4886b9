//! What was measured over time.

use miniserde::Deserialize;

use super::Moment;
use crate::model;

#[derive(Deserialize)]
pub(in crate::api) struct Series {
    unit: String,
    #[serde(rename = "startsAt")]
    starts_at: Moment,
    #[serde(rename = "stepSeconds")]
    step_seconds: u32,
    values: Vec<Option<f64>>,
    #[serde(rename = "asOf")]
    as_of: Option<Moment>,
    error: Option<String>,
    warnings: Vec<Warning>,
}

#[derive(Deserialize)]
struct Warning {
    message: String,
}

impl Series {
    /// Nothing where the unit is none that we know.
    pub(in crate::api) fn series(self) -> Option<model::Series> {
        Some(model::Series {
            unit: model::Unit::from_wire(&self.unit)?,
            starts_at_ms: self.starts_at.0,
            step_ms: i64::from(self.step_seconds) * 1_000,
            values: self.values,
            as_of_ms: self.as_of.map(|at| at.0),
            error: self.error,
            warnings: self.warnings.into_iter().map(|warning| warning.message).collect(),
        })
    }
}
