//! What was closed at the same machine before, and what solved it.

use super::{CloseReason, Entry};

/// A closed incident of the same machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Earlier {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) opened_at_ms: i64,
    pub(crate) closed_at_ms: Option<i64>,
    pub(crate) reason: Option<CloseReason>,
    /// In a person's words.
    pub(crate) solution: Option<String>,
}

/// What people said when they closed it last; else what they said last.
pub(crate) fn solution(timeline: &[Entry]) -> Option<String> {
    let said = |entry: &&Entry| !entry.is_of_monitoring() && entry.note.is_some();
    let closing = timeline.iter().rev().filter(said).find(|entry| entry.what == "CLOSED");
    let comment = || timeline.iter().rev().find(|entry| entry.is_comment());
    closing.or_else(comment).and_then(|entry| entry.note.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(what: &str, who: &str, note: Option<&str>) -> Entry {
        Entry { at_ms: 0, who: who.to_owned(), what: what.to_owned(), note: note.map(str::to_owned) }
    }

    #[test]
    fn who_closed_it_knew_what_solved_it() {
        let timeline = [entry("CLOSED", "Ida", Some("new cable")), entry("COMMENTED", "Bo", Some("thanks"))];
        assert_eq!(solution(&timeline).as_deref(), Some("new cable"));
    }

    #[test]
    fn else_the_last_comment_may_tell() {
        let timeline =
            [entry("COMMENTED", "Bo", Some("restarted it")), entry("CLOSED", "monitoring", Some("resolved"))];
        assert_eq!(solution(&timeline).as_deref(), Some("restarted it"));
        assert_eq!(solution(&[entry("CLOSED", "Ida", None)]), None);
    }
}
