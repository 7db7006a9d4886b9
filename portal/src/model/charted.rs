//! What is drawn of a machine, and why.

use super::{Metric, Range};

/// A machine to draw, and the fault that people want to see in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Charted {
    pub(crate) machine: String,
    /// Empty where nothing is wrong.
    pub(crate) error_id: String,
    pub(crate) fault_at_ms: Option<i64>,
    /// Of its cinema.
    pub(crate) time_zone: String,
}

impl Charted {
    /// What can be drawn, what tells most about the fault first.
    pub(crate) fn metrics(&self) -> Vec<Metric> {
        Metric::choices(&self.error_id)
    }

    /// How far back people look first: far enough to see the fault begin; without one, over a shift.
    pub(crate) fn range(&self, now_ms: i64) -> Range {
        self.fault_at_ms.map_or(Range::SixHours, |at_ms| Range::around(at_ms, now_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_seen_from_its_beginning() {
        let charted = Charted { fault_at_ms: Some(0), ..Charted::default() };
        assert_eq!(charted.range(20 * 3_600_000), Range::Week);
    }

    #[test]
    fn a_machine_without_a_fault_shows_the_last_hours() {
        assert_eq!(Charted::default().range(0), Range::SixHours);
        assert_eq!(Charted::default().metrics()[0], Metric::Up);
    }
}
