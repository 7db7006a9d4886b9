//! Who did what to an incident, and when: the newest entries, older ones only counted.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::history::Past;

/// How many entries an incident keeps.
pub const MAX_ENTRIES: usize = 1_000;
/// How many bytes they may take, about: every store must be able to take the incident as a whole, MongoDB up to 16 MB.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// What an entry or a value in it takes beside its texts, about.
const OVERHEAD_BYTES: usize = 64;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The alert fired for the first time, or somebody reported it.
    Opened,
    /// A person took it.
    Started,
    /// It closed.
    Closed,
    /// The alert fired again soon after it had closed, or a person opened it again.
    Reopened,
    /// The alert no longer fires, but the incident stays.
    Resolved,
    /// The alert changed how bad it is.
    SeverityChanged,
    /// A new occurrence began although the end of the last one was never seen.
    Repeated,
    /// Title or description changed.
    Reworded,
    /// Somebody else works on it, or nobody.
    Assigned,
    /// A person said something.
    Commented,
    /// A machine joined a cinema outage.
    MemberJoined,
    /// A machine of a cinema outage works again.
    MemberRecovered,
}

/// One line of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// A person's name, or `monitoring`.
    pub who: String,
    /// What happened.
    pub what: What,
    /// Why, in the person's words, or details.
    pub note: Option<String>,
    /// What this change replaced.
    pub was: Vec<Past>,
}

impl Entry {
    /// An entry without a note.
    pub fn new(at: Timestamp, who: &str, what: What) -> Self {
        Self { at, who: who.to_owned(), what, note: None, was: Vec::new() }
    }

    /// The same entry with a note.
    pub fn with_note(self, note: String) -> Self {
        Self { note: Some(note), ..self }
    }

    fn bytes(&self) -> usize {
        let texts = self.who.len() + self.note.as_ref().map_or(0, String::len);
        OVERHEAD_BYTES + texts + self.was.iter().map(|past| OVERHEAD_BYTES + past.bytes()).sum::<usize>()
    }
}

/// The entries of one incident, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// At most [`MAX_ENTRIES`] of them, and at most [`MAX_BYTES`].
    pub entries: VecDeque<Entry>,
    /// How many older ones were dropped.
    pub dropped: u64,
}

impl Timeline {
    /// Adds an entry, and drops the oldest ones when there are too many.
    pub fn push(&mut self, entry: Entry) {
        self.entries.push_back(entry);
        self.drop_oldest();
    }

    /// Notes what the newest entry's change replaced.
    pub(super) fn note_replaced(&mut self, was: Vec<Past>) {
        if let Some(newest) = self.entries.back_mut() {
            newest.was = was;
        }
        self.drop_oldest();
    }

    fn drop_oldest(&mut self) {
        let mut bytes: usize = self.entries.iter().map(Entry::bytes).sum();
        while self.entries.len() > MAX_ENTRIES || (bytes > MAX_BYTES && self.entries.len() > 1) {
            bytes -= self.entries.pop_front().map_or(0, |oldest| oldest.bytes());
            self.dropped += 1;
        }
    }

    /// How many entries there ever were.
    pub fn count(&self) -> u64 {
        self.entries.len() as u64 + self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::at;

    fn said(minute: i64, bytes: usize) -> Entry {
        Entry::new(at(minute), "Anna", What::Commented).with_note("x".repeat(bytes))
    }

    #[test]
    fn the_oldest_entries_make_room_for_many_and_for_long_ones() {
        for (entries, bytes) in [(MAX_ENTRIES, 1), (16, MAX_BYTES / 17)] {
            let mut timeline = Timeline::default();
            (0..entries as i64 + 5).for_each(|minute| timeline.push(said(minute, bytes)));
            assert_eq!((timeline.entries.len(), timeline.dropped), (entries, 5), "{bytes}");
            assert_eq!(timeline.entries[0].at, at(5));
        }
    }

    #[test]
    fn what_a_change_replaced_counts_too_and_the_newest_entry_always_stays() {
        let mut timeline = Timeline::default();
        (0..3).for_each(|minute| timeline.push(said(minute, 1)));
        timeline.note_replaced(vec![Past::Description("x".repeat(MAX_BYTES))]);
        assert_eq!((timeline.entries.len(), timeline.count()), (1, 3));
        assert_eq!(timeline.entries[0].at, at(2));
    }
}
