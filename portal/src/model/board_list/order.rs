//! Open incidents in the order in which they have to be done, at a time that moves.

use std::sync::Arc;

use crate::model::Listed;

/// What has to be done first stands first.
#[derive(Clone, Debug, Default)]
pub(super) struct Order {
    listed: Vec<Arc<Listed>>,
    at_ms: i64,
}

impl Order {
    pub(super) fn as_slice(&self) -> &[Arc<Listed>] {
        &self.listed
    }

    /// Lets time pass; tells whether that changed the order.
    pub(super) fn advance(&mut self, now_ms: i64) -> bool {
        self.at_ms = now_ms;
        let in_order =
            self.listed.is_sorted_by(|one, other| one.incident.rank(now_ms) <= other.incident.rank(now_ms));
        if !in_order {
            self.sort();
        }
        !in_order
    }

    /// Takes an incident out, as it was when it was placed.
    pub(super) fn lift(&mut self, listed: &Listed) {
        let place = self.place_of(listed);
        if self.listed.get(place).is_some_and(|found| found.incident.id == listed.incident.id) {
            self.listed.remove(place);
        }
    }

    /// Puts an incident where it belongs.
    pub(super) fn place(&mut self, listed: Arc<Listed>) {
        self.listed.insert(self.place_of(&listed), listed);
    }

    /// Begins anew, with these.
    pub(super) fn arrange<'a>(&mut self, all: impl Iterator<Item = &'a Arc<Listed>>) {
        self.listed = all.cloned().collect();
        self.sort();
    }

    fn place_of(&self, listed: &Listed) -> usize {
        let rank = listed.incident.rank(self.at_ms);
        self.listed.partition_point(|other| other.incident.rank(self.at_ms) < rank)
    }

    fn sort(&mut self) {
        let at_ms = self.at_ms;
        self.listed.sort_unstable_by(|one, other| one.incident.rank(at_ms).cmp(&other.incident.rank(at_ms)));
    }
}
