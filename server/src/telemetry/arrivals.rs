//! When the webhooks arrived whose changes are on their way through the store and the feed.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// So many changes are remembered; what is more is not measured.
const MOST: usize = 16_384;
/// What was not seen for so long does not come any more, or its lateness shows elsewhere.
const PATIENCE: Duration = Duration::from_secs(60);

/// Arrivals by incident. Each incident has one: that of the newest version that is awaited.
#[derive(Debug, Default)]
pub(super) struct Arrivals(HashMap<String, Awaited>);

#[derive(Clone, Copy, Debug)]
struct Awaited {
    version: u64,
    arrived: Instant,
}

impl Arrivals {
    /// Awaits this version of an incident, made by what arrived then.
    pub(super) fn expect(&mut self, incident: &str, version: u64, arrived: Instant) {
        if self.0.len() >= MOST {
            self.0.retain(|_, awaited| awaited.arrived.elapsed() < PATIENCE);
        }
        if self.0.len() < MOST {
            self.0.insert(incident.to_owned(), Awaited { version, arrived });
        }
    }

    /// This version of an incident will not come.
    pub(super) fn forget(&mut self, incident: &str, version: u64) {
        if self.0.get(incident).is_some_and(|awaited| awaited.version == version) {
            self.0.remove(incident);
        }
    }

    /// When what made this version arrived, if that is known. The feed may tell a newer version than was awaited,
    /// never an older one.
    pub(super) fn take(&mut self, incident: &str, version: u64) -> Option<Instant> {
        let is_there = self.0.get(incident)?.version <= version;
        is_there.then(|| self.0.remove(incident))?.map(|awaited| awaited.arrived)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_its_arrival_once() {
        let (mut arrivals, then) = (Arrivals::default(), Instant::now());
        arrivals.expect("a", 2, then);
        assert_eq!(arrivals.take("a", 1), None, "an older version was made by something else");
        assert_eq!(arrivals.take("a", 2), Some(then));
        assert_eq!(arrivals.take("a", 3), None);
    }

    #[test]
    fn what_was_not_written_is_not_awaited() {
        let mut arrivals = Arrivals::default();
        arrivals.expect("a", 2, Instant::now());
        arrivals.forget("a", 2);
        assert_eq!(arrivals.take("a", 2), None);
    }

    #[test]
    fn only_so_many_are_remembered() {
        let mut arrivals = Arrivals::default();
        for number in 0..MOST + 10 {
            arrivals.expect(&number.to_string(), 1, Instant::now());
        }
        assert_eq!(arrivals.0.len(), MOST);
    }
}
