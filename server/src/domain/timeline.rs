//! Who did what to an incident, and when: the newest entries, older ones only counted.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::history::Past;

/// How many entries an incident keeps.
pub const MAX_ENTRIES: usize = 1_000;

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
}

/// The entries of one incident, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// At most [`MAX_ENTRIES`] of them.
    pub entries: VecDeque<Entry>,
    /// How many older ones were dropped.
    pub dropped: u64,
}

impl Timeline {
    /// Adds an entry, and drops the oldest one when there are too many.
    pub fn push(&mut self, entry: Entry) {
        self.entries.push_back(entry);
        while self.entries.len() > MAX_ENTRIES {
            self.entries.pop_front();
            self.dropped += 1;
        }
    }

    /// How many entries there ever were.
    pub fn count(&self) -> u64 {
        self.entries.len() as u64 + self.dropped
    }
}
