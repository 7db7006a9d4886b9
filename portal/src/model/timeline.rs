//! What happened to an incident, in sentences.

use super::Severity;
use crate::texts::{Phrase, Texts};

/// One line of a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) at_ms: i64,
    /// A person's name, or `monitoring`.
    pub(crate) who: String,
    /// What happened, in the word of the contract.
    pub(crate) what: String,
    pub(crate) note: Option<String>,
}

/// What the server calls nobody.
const NOBODY: &str = "nobody";
/// What the server calls itself.
const MONITORING: &str = "monitoring";

impl Entry {
    /// Who did what, in the reader's language.
    pub(crate) fn sentence(&self, texts: &Texts) -> String {
        let words = &texts.timeline;
        let who = if self.is_of_monitoring() { words.monitoring } else { &self.who };
        let phrase = match self.what.as_str() {
            "OPENED" => words.opened,
            "STARTED" => words.started,
            "CLOSED" if self.is_of_monitoring() => return words.went_away.to_owned(),
            "CLOSED" => words.closed,
            "REOPENED" if self.is_of_monitoring() => return words.came_back.to_owned(),
            "REOPENED" => words.reopened,
            "RESOLVED" => return words.resolved.to_owned(),
            "SEVERITY_CHANGED" => return self.severity_sentence(texts, who),
            "REPEATED" => words.repeated,
            "REWORDED" => words.reworded,
            "ASSIGNED" => return self.assigned_sentence(words.assigned, words.freed, who),
            "COMMENTED" => words.commented,
            "MEMBER_JOINED" => return words.member_joined.to_owned(),
            "MEMBER_RECOVERED" => return words.member_recovered.to_owned(),
            _ => words.unknown,
        };
        phrase.with(&[("who", who)])
    }

    /// The words that came with it; nothing where the sentence holds them.
    pub(crate) fn quote(&self) -> Option<&str> {
        let told = matches!(self.what.as_str(), "ASSIGNED" | "SEVERITY_CHANGED");
        self.note.as_deref().filter(|_| !told)
    }

    /// No person did it.
    pub(crate) fn is_of_monitoring(&self) -> bool {
        self.who == MONITORING
    }

    /// A person said it, and nothing else happened.
    pub(crate) fn is_comment(&self) -> bool {
        self.what == "COMMENTED"
    }

    fn assigned_sentence(&self, assigned: Phrase, freed: Phrase, who: &str) -> String {
        match self.note.as_deref() {
            None | Some(NOBODY) => freed.with(&[("who", who)]),
            Some(name) => assigned.with(&[("who", who), ("name", name)]),
        }
    }

    /// The server notes the change as `warning → critical`.
    fn severity_sentence(&self, texts: &Texts, who: &str) -> String {
        let word = |name: &str| Severity::from_wire(&name.trim().to_ascii_uppercase()).text(texts);
        let change = self.note.as_deref().and_then(|note| note.split_once('→'));
        match change {
            Some((from, to)) => {
                texts.timeline.severity_changed.with(&[("from", word(from)), ("to", word(to))])
            }
            None => texts.timeline.unknown.with(&[("who", who)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::pick;

    fn entry(who: &str, what: &str, note: Option<&str>) -> Entry {
        Entry { at_ms: 0, who: who.to_owned(), what: what.to_owned(), note: note.map(str::to_owned) }
    }

    fn told(who: &str, what: &str, note: Option<&str>) -> String {
        entry(who, what, note).sentence(pick(["en"]))
    }

    #[test]
    fn monitoring_and_people_are_told_apart() {
        assert_eq!(told("monitoring", "CLOSED", None), "The fault went away; closed.");
        assert_eq!(told("Ida", "CLOSED", None), "Ida closed it.");
    }

    #[test]
    fn an_assignment_names_who_works_on_it() {
        assert_eq!(told("Ida", "ASSIGNED", Some("Bo")), "Ida gave it to Bo.");
        assert_eq!(told("Ida", "ASSIGNED", Some("nobody")), "Ida gave it back: nobody works on it.");
        assert_eq!(entry("Ida", "ASSIGNED", Some("Bo")).quote(), None);
    }

    #[test]
    fn a_change_of_severity_is_told_in_the_readers_words() {
        assert_eq!(
            told("monitoring", "SEVERITY_CHANGED", Some("warning → critical")),
            "Severity went from Warning to Critical."
        );
    }

    #[test]
    fn what_we_do_not_know_is_told_as_such() {
        assert_eq!(told("Ida", "BLESSED", None), "Ida changed something.");
    }

    #[test]
    fn what_somebody_said_is_quoted() {
        assert_eq!(entry("Ida", "COMMENTED", Some("on my way")).quote(), Some("on my way"));
    }
}
