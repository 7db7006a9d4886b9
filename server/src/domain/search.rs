//! What an incident is found by. Both stores index these terms, and the board matches them, so that all
//! three find the same.

use std::collections::BTreeSet;

use super::incident::{Incident, Named, Severity};

/// How many terms an incident is found by; its ids come first.
const MAX_TERMS: usize = 128;
/// Longest term, in characters; what is longer is found by its beginning.
const MAX_TERM_CHARACTERS: usize = 64;
/// How many words of a search count.
const MAX_WORDS: usize = 16;

/// What to look for; all of it must be met.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Beginnings of words in number, title, description, place, assignee or comments.
    pub text: Option<String>,
    /// The machine.
    pub machine_id: Option<String>,
    /// The cinema.
    pub cinema_id: Option<String>,
    /// The kind of fault.
    pub error_id: Option<String>,
    /// How bad it is.
    pub severity: Option<Severity>,
}

/// Something that an incident must be found by. Letters, digits and `:-_.` only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The term, or its beginning.
    pub text: String,
    /// Whether a term that begins so will do.
    pub is_prefix: bool,
}

impl Search {
    /// The terms that must be met.
    pub fn terms(&self) -> Vec<Term> {
        let exact = |text: String| Term { text, is_prefix: false };
        let ids = [
            self.machine_id.as_ref().map(|id| name("machine", id)),
            self.cinema_id.as_ref().map(|id| name("cinema", id)),
            self.error_id.as_ref().map(|id| name("error", id)),
            self.severity.map(|severity| name("severity", severity.name())),
        ];
        let text = words(self.text.as_deref().unwrap_or("")).take(MAX_WORDS);
        let begins = |text| Term { text, is_prefix: true };
        ids.into_iter().flatten().map(exact).chain(text.map(begins)).collect()
    }
}

impl Term {
    /// Whether one of these terms of an incident meets it.
    fn is_met(&self, terms: &BTreeSet<String>) -> bool {
        let mut candidates = terms.range(self.text.clone()..);
        candidates.next().is_some_and(|term| {
            if self.is_prefix { term.starts_with(&self.text) } else { *term == self.text }
        })
    }
}

/// Whether an incident meets all of these.
pub fn matches(incident: &Incident, wanted: &[Term]) -> bool {
    if wanted.is_empty() {
        return true;
    }
    let terms = terms(incident);
    wanted.iter().all(|term| term.is_met(&terms))
}

/// Whether each word of a search begins a word in one of these texts; a search without words finds all.
pub fn finds(search: &str, texts: &[&str]) -> bool {
    let told: Vec<String> = texts.iter().flat_map(|text| words(text)).collect();
    let mut wanted = words(search).take(MAX_WORDS);
    wanted.all(|wanted| told.iter().any(|word| word.starts_with(&wanted)))
}

/// What this incident is found by.
pub fn terms(incident: &Incident) -> BTreeSet<String> {
    let place = &incident.place;
    let ids = [
        Some(name("error", &incident.error_id)),
        Some(name("severity", incident.severity.name())),
        place.machine_id.as_ref().map(|id| name("machine", id)),
        place.cinema.as_ref().map(|cinema| name("cinema", &cinema.id)),
    ];
    let names =
        [&place.cinema, &place.screen].into_iter().flatten().flat_map(|Named { id, name }| [id, name]);
    let said = incident.timeline.entries.iter().rev().filter_map(|entry| entry.note.as_ref());
    let texts = [&incident.number.0, &incident.title, &incident.error_id]
        .into_iter()
        .chain(&place.machine_id)
        .chain(names)
        .chain(&incident.assignee)
        .chain(said)
        .chain([&incident.description]);
    let mut terms: BTreeSet<String> = ids.into_iter().flatten().collect();
    for word in texts.flat_map(|text| words(text)) {
        if terms.len() >= MAX_TERMS {
            break;
        }
        terms.insert(word);
    }
    terms
}

fn name(kind: &str, id: &str) -> String {
    let clean = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    format!("{kind}:{}", clip(id).chars().map(clean).collect::<String>())
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(clip)
}

/// Lower case, and not too long.
fn clip(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).take(MAX_TERM_CHARACTERS).collect()
}
