//! The last events by their number: followers read on from where they are, and who comes back from a cursor.

use std::collections::VecDeque;

use super::{Change, Event, ResyncReason};

/// How many events are kept. Whoever is further behind has to start over.
const KEPT: usize = 4_096;
/// Most events that a follower takes at once.
const TAKEN_AT_ONCE: usize = 64;

/// The last events. They are numbered from 0 on, and the numbers of those that left are not used again.
pub(super) struct Ring {
    kept: VecDeque<Event>,
    /// The number of the oldest that is kept.
    oldest: u64,
}

/// What a follower missed, and where it reads on.
pub(super) struct Missed {
    pub(super) events: Vec<Event>,
    pub(super) next: u64,
}

impl Ring {
    pub(super) fn new() -> Self {
        Self { kept: VecDeque::with_capacity(KEPT), oldest: 0 }
    }

    /// The number of the next event that will come.
    pub(super) fn next(&self) -> u64 {
        self.oldest + self.kept.len() as u64
    }

    pub(super) fn push(&mut self, event: Event) {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
            self.oldest += 1;
        }
        self.kept.push_back(event);
    }

    /// Forgets all events, so that nobody is told of them any more.
    pub(super) fn clear(&mut self) {
        self.oldest = self.next();
        self.kept.clear();
    }

    /// The events from this number on, as many as are taken at once; or that some of them are gone.
    pub(super) fn from(&self, number: u64) -> Missed {
        let Some(seen) = number.checked_sub(self.oldest) else {
            return Missed { events: vec![Event::Resync(ResyncReason::Lagged)], next: self.next() };
        };
        let seen = usize::try_from(seen).unwrap_or(usize::MAX);
        let events: Vec<Event> = self.kept.iter().skip(seen).take(TAKEN_AT_ONCE).cloned().collect();
        let next = number + events.len() as u64;
        Missed { events, next }
    }

    /// The changes behind this cursor; `None` if it is not known. When they arrived does not count any more.
    pub(super) fn behind(&self, cursor: &str) -> Option<Vec<Event>> {
        let known = |event: &Event| matches!(event, Event::Changed(change) if &*change.cursor == cursor);
        let at = self.kept.iter().position(known)?;
        Some(self.kept.iter().skip(at + 1).map(replayed).collect())
    }
}

fn replayed(event: &Event) -> Event {
    match event {
        Event::Changed(change) => Event::Changed(Change { arrived: None, ..change.clone() }),
        Event::Resync(reason) => Event::Resync(*reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(count: u64) -> Ring {
        let mut ring = Ring::new();
        (0..count).for_each(|_| ring.push(Event::Resync(ResyncReason::Subscribed)));
        ring
    }

    fn has_lagged(missed: &Missed) -> bool {
        matches!(missed.events[..], [Event::Resync(ResyncReason::Lagged)])
    }

    #[test]
    fn whoever_has_seen_all_misses_nothing() {
        let missed = numbered(5).from(5);
        assert_eq!((missed.events.len(), missed.next), (0, 5));
    }

    #[test]
    fn what_is_missed_comes_in_portions() {
        let ring = numbered(100);
        let first = ring.from(10);
        assert_eq!((first.events.len(), first.next), (64, 74));
        let rest = ring.from(first.next);
        assert_eq!((rest.events.len(), rest.next), (26, 100));
    }

    #[test]
    fn whoever_misses_more_than_is_kept_starts_over() {
        let ring = numbered(KEPT as u64 + 2);
        assert!(!has_lagged(&ring.from(2)));
        let missed = ring.from(1);
        assert!(has_lagged(&missed));
        assert_eq!(missed.next, ring.next());
    }

    #[test]
    fn what_was_forgotten_is_told_to_nobody() {
        let mut ring = numbered(5);
        ring.clear();
        assert!(has_lagged(&ring.from(4)));
        assert_eq!(ring.from(5).events.len(), 0);
        ring.push(Event::Resync(ResyncReason::Forgotten));
        assert!(matches!(ring.from(5).events[..], [Event::Resync(ResyncReason::Forgotten)]));
    }
}
