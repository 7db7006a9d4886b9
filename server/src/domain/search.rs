//! What an incident is found by. Both stores index these terms, and the board matches them, so that all
//! three find the same.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::incident::{Incident, Named, Severity};

/// How many terms an incident is found by; its ids come first.
const MAX_TERMS: usize = 128;
/// Longest term, in characters; what is longer is found by its beginning.
const MAX_TERM_CHARACTERS: usize = 64;
/// How many words of a search count.
const MAX_WORDS: usize = 16;
const ERROR: &str = "error";
const SEVERITY: &str = "severity";
const MACHINE: &str = "machine";
const CINEMA: &str = "cinema";

/// What to look for; all of it must be met. Of several values one will do; an empty list is met by nothing.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Beginnings of words in number, title, description, place, assignee or comments.
    pub text: Option<String>,
    /// The machine.
    pub machine_ids: Option<Vec<String>>,
    /// The cinema.
    pub cinema_ids: Option<Vec<String>>,
    /// The kind of fault.
    pub error_ids: Option<Vec<String>>,
    /// How bad it is.
    pub severities: Option<Vec<Severity>>,
}

/// Something that an incident must be found by. Its terms hold letters, digits and `:-_.` only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// An id: one of these terms.
    OneOf(Vec<String>),
    /// A word that begins so.
    Prefix(String),
}

/// Who works on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// Somebody with this very name.
    To(String),
    /// Anybody.
    ToSomebody,
    /// Nobody.
    ToNobody,
}

impl Search {
    /// What must be met.
    pub fn clauses(&self) -> Vec<Clause> {
        let ids = |kind: &str, ids: &Option<Vec<String>>| {
            ids.as_ref().map(|ids| ids.iter().map(|id| name(kind, id)).collect())
        };
        let severity = |severity: &Severity| name(SEVERITY, severity.name());
        let ids = [
            ids(MACHINE, &self.machine_ids),
            ids(CINEMA, &self.cinema_ids),
            ids(ERROR, &self.error_ids),
            self.severities.as_ref().map(|severities| severities.iter().map(severity).collect()),
        ];
        let text = words(self.text.as_deref().unwrap_or("")).take(MAX_WORDS);
        ids.into_iter().flatten().map(Clause::OneOf).chain(text.map(Clause::Prefix)).collect()
    }
}

impl Assigned {
    /// Whether an incident with this assignee meets it.
    pub fn is_met(&self, assignee: Option<&str>) -> bool {
        match self {
            Self::To(name) => assignee == Some(name),
            Self::ToSomebody => assignee.is_some(),
            Self::ToNobody => assignee.is_none(),
        }
    }
}

/// Whether an incident meets all of these. Words are looked at last: to collect them costs most.
pub fn matches(incident: &Incident, wanted: &[Clause]) -> bool {
    if wanted.is_empty() {
        return true;
    }
    let ids: Vec<String> = ids(incident).collect();
    let has_id = |clause: &Clause| match clause {
        Clause::OneOf(terms) => terms.iter().any(|term| ids.contains(term)),
        Clause::Prefix(_) => true,
    };
    let prefixes = || wanted.iter().filter_map(Clause::prefix);
    wanted.iter().all(has_id) && (prefixes().next().is_none() || has_words(incident, prefixes()))
}

impl Clause {
    fn prefix(&self) -> Option<&str> {
        match self {
            Self::OneOf(_) => None,
            Self::Prefix(prefix) => Some(prefix),
        }
    }
}

fn has_words<'a>(incident: &Incident, mut prefixes: impl Iterator<Item = &'a str>) -> bool {
    let terms = terms(incident);
    prefixes.all(|prefix| {
        let mut candidates = terms.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        candidates.next().is_some_and(|term| term.starts_with(prefix))
    })
}

/// What this incident is found by.
pub fn terms(incident: &Incident) -> BTreeSet<String> {
    let place = &incident.place;
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
    let mut terms: BTreeSet<String> = ids(incident).collect();
    for word in texts.flat_map(|text| words(text)) {
        if terms.len() >= MAX_TERMS {
            break;
        }
        terms.insert(word);
    }
    terms
}

/// Its ids; no word is ever like one of them, because words hold no colon.
fn ids(incident: &Incident) -> impl Iterator<Item = String> {
    let place = &incident.place;
    let ids = [
        Some(name(ERROR, &incident.error_id)),
        Some(name(SEVERITY, incident.severity.name())),
        place.machine_id.as_ref().map(|id| name(MACHINE, id)),
        place.cinema.as_ref().map(|cinema| name(CINEMA, &cinema.id)),
    ];
    ids.into_iter().flatten()
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
