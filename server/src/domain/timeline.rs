//! Who did what to an incident, and when: the newest entries, older ones only counted.

use std::collections::VecDeque;

use jiff::Timestamp;

/// How many entries an incident keeps.
pub const MAX_ENTRIES: usize = 1_000;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The alert fired for the first time.
    Opened,
    /// A person took it.
    Started,
    /// It closed.
    Closed,
    /// The alert fired again soon after it had closed.
    Reopened,
    /// The alert no longer fires, but the incident stays.
    Resolved,
    /// The alert changed how bad it is.
    SeverityChanged,
    /// A new occurrence began although the end of the last one was never seen.
    Repeated,
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
}

impl Entry {
    /// An entry without a note.
    pub fn new(at: Timestamp, who: &str, what: What) -> Self {
        Self { at, who: who.to_owned(), what, note: None }
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
}
