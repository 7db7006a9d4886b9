//! An incident on the board, with what it is found by: collected when somebody first searches, and kept until the
//! incident changes.

use std::sync::{Arc, OnceLock};

use crate::domain::incident::Incident;
use crate::domain::search::{FoundBy, Needles};

/// One state of an incident on the board.
pub struct Card {
    /// The incident.
    pub incident: Arc<Incident>,
    found_by: OnceLock<FoundBy>,
}

impl Card {
    pub(super) fn new(incident: Arc<Incident>) -> Self {
        Self { incident, found_by: OnceLock::new() }
    }

    /// Whether it is found by all of these.
    pub fn is_found_by(&self, needles: &Needles) -> bool {
        needles.is_empty() || self.found_by.get_or_init(|| FoundBy::of(&self.incident)).meets(needles)
    }
}
