//! The next show, for all documents that ask.

use miniserde::Deserialize;

use super::Moment;
use crate::model;

#[derive(Deserialize)]
pub(super) struct NextShow {
    at: Option<Moment>,
    #[serde(rename = "asOf")]
    as_of: Option<Moment>,
    error: Option<String>,
}

impl From<NextShow> for model::NextShow {
    fn from(wire: NextShow) -> Self {
        Self { at_ms: wire.at.map(|at| at.0), as_of_ms: wire.as_of.map(|at| at.0), error: wire.error }
    }
}
