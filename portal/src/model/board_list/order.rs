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

    /// Lets time pass; tells whether that changed the order. Few change their places at once, so those are taken out
    /// and placed anew: a general sort would weigh more than all of this.
    pub(super) fn advance(&mut self, now_ms: i64) -> bool {
        self.at_ms = now_ms;
        let misplaced = self.take_misplaced();
        let is_changed = !misplaced.is_empty();
        misplaced.into_iter().for_each(|listed| self.place(listed));
        is_changed
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

    /// Drops all others.
    pub(super) fn keep(&mut self, is_kept: impl Fn(&str) -> bool) {
        self.listed.retain(|listed| is_kept(&listed.incident.id));
    }

    fn place_of(&self, listed: &Listed) -> usize {
        let rank = listed.incident.rank(self.at_ms);
        self.listed.partition_point(|other| other.incident.rank(self.at_ms) < rank)
    }

    /// Of two neighbours in the wrong order the one goes that does not fit to the one before both.
    fn take_misplaced(&mut self) -> Vec<Arc<Listed>> {
        let (mut misplaced, mut index) = (Vec::new(), 1);
        while index < self.listed.len() {
            if !self.is_before(index, index - 1) {
                index += 1;
            } else if index == 1 || !self.is_before(index, index - 2) {
                misplaced.push(self.listed.remove(index - 1));
                index = (index - 1).max(1);
            } else {
                misplaced.push(self.listed.remove(index));
            }
        }
        misplaced
    }

    fn is_before(&self, one: usize, other: usize) -> bool {
        self.listed[one].incident.rank(self.at_ms) < self.listed[other].incident.rank(self.at_ms)
    }
}
