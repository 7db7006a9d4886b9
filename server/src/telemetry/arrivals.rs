//! When the webhooks arrived whose changes are on their way through the store and the feed.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// So many changes are remembered; what is more is not measured.
const MOST: usize = 16_384;
/// What was not seen for so long does not come any more, or its lateness shows elsewhere.
const PATIENCE: Duration = Duration::from_secs(60);

/// Arrivals by incident. Each incident has one: that of the newest version that is awaited.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    awaited: HashMap<String, Awaited>,
    /// When it was last looked for what does not come any more: all of it is read then.
    swept: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Awaited {
    version: u64,
    arrived: Instant,
}

impl Arrivals {
    /// Awaits this version of an incident, made by what arrived then.
    pub(super) fn expect(&mut self, incident: &str, version: u64, arrived: Instant) {
        if self.awaited.len() >= MOST && self.swept.is_none_or(|swept| arrived >= swept + PATIENCE) {
            self.awaited.retain(|_, awaited| arrived < awaited.arrived + PATIENCE);
            self.swept = Some(arrived);
        }
        if self.awaited.len() < MOST {
            self.awaited.insert(incident.to_owned(), Awaited { version, arrived });
        }
    }

    /// This version of an incident will not come.
    pub(super) fn forget(&mut self, incident: &str, version: u64) {
        if self.awaited.get(incident).is_some_and(|awaited| awaited.version == version) {
            self.awaited.remove(incident);
        }
    }

    /// When what made this version arrived, if that is known. The feed may tell a newer version than was awaited,
    /// never an older one.
    pub(super) fn take(&mut self, incident: &str, version: u64) -> Option<Instant> {
        let is_there = self.awaited.get(incident)?.version <= version;
        is_there.then(|| self.awaited.remove(incident))?.map(|awaited| awaited.arrived)
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
        assert_eq!(arrivals.awaited.len(), MOST);
    }

    #[test]
    fn what_does_not_come_any_more_makes_room() {
        let (mut arrivals, then) = (Arrivals::default(), Instant::now());
        for number in 0..MOST + 10 {
            arrivals.expect(&number.to_string(), 1, then);
        }
        arrivals.expect("later", 1, then + PATIENCE);
        assert_eq!((arrivals.awaited.len(), arrivals.take("later", 1)), (1, Some(then + PATIENCE)));
    }
}
