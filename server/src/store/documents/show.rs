//! What was known of the next show, as both stores write it. What is not known is not written, so an
//! incident that is older than this record reads the same.

use serde::{Deserialize, Serialize};

use super::Moment;
use crate::domain::show::ShowAtOpening;

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) struct ShowDocument {
    /// Null: none was planned.
    at: Option<Moment>,
}

pub(super) fn document(show: ShowAtOpening) -> Option<ShowDocument> {
    match show {
        ShowAtOpening::Unknown => None,
        ShowAtOpening::NonePlanned => Some(ShowDocument { at: None }),
        ShowAtOpening::At(at) => Some(ShowDocument { at: Some(Moment(at)) }),
    }
}

pub(super) fn show(document: Option<ShowDocument>) -> ShowAtOpening {
    match document {
        None => ShowAtOpening::Unknown,
        Some(ShowDocument { at: None }) => ShowAtOpening::NonePlanned,
        Some(ShowDocument { at: Some(at) }) => ShowAtOpening::At(at.0),
    }
}
