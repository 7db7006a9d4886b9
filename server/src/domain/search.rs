//! What an incident is found by. Both stores look for these terms, and the board matches them, so that all
//! three find the same.

use std::collections::BTreeSet;

use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};

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

/// What must be met, ready to be looked for in many incidents.
pub struct Needles(Vec<Vec<String>>);

impl Needles {
    /// Of these clauses.
    pub fn new(clauses: &[Clause]) -> Self {
        let needles = |clause: &Clause| match clause {
            Clause::OneOf(terms) => terms.iter().map(|term| format!("\n{term}\n")).collect(),
            Clause::Prefix(prefix) => vec![format!("\n{prefix}")],
        };
        Self(clauses.iter().map(needles).collect())
    }

    /// Whether everything meets them.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// All terms of an incident in one text, each between two line breaks; no term holds one.
pub struct FoundBy(String);

impl FoundBy {
    /// What this incident is found by.
    pub fn of(incident: &Incident) -> Self {
        let mut text = "\n".to_owned();
        for term in terms(incident) {
            text.push_str(&term);
            text.push('\n');
        }
        Self(text)
    }

    /// Whether it is found by all of these.
    pub fn meets(&self, needles: &Needles) -> bool {
        needles.0.iter().all(|any| any.iter().any(|needle| self.0.contains(needle)))
    }
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
        Some(name(ERROR, &incident.error_id)),
        Some(name(SEVERITY, incident.severity.name())),
        place.machine_id.as_ref().map(|id| name(MACHINE, id)),
        place.cinema.as_ref().map(|cinema| name(CINEMA, &cinema.id)),
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

/// Begins with what no word begins with: whoever searches for `error` does not mean every incident with an error id.
fn name(kind: &str, id: &str) -> String {
    let clean = |c: char| if is_of_word(c) || "-_.".contains(c) { c } else { '_' };
    format!(":{kind}:{}", clip(id).chars().map(clean).collect::<String>())
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !is_of_word(c)).filter(|word| !word.is_empty()).map(clip)
}

/// Whether a word may hold it: a letter or a number. SQLite's tokenizer splits at marks (as the vowel signs of
/// Devanagari and Thai), so a term must hold none. Source: SQLite, FTS5, "unicode61": `L*`, `N*` and `Co`.
fn is_of_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    GeneralCategoryGroup::Letter.contains(category) || GeneralCategoryGroup::Number.contains(category)
}

/// Lower case, and not too long.
fn clip(text: &str) -> String {
    // Most words: nothing to decode.
    if text.is_ascii() && text.len() <= MAX_TERM_CHARACTERS {
        return text.to_ascii_lowercase();
    }
    text.chars().flat_map(char::to_lowercase).take(MAX_TERM_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::{after, at, firing};

    /// Whether this search finds an incident of machine `DK 1` with the title `Sal 4: no sound`.
    fn finds(search: &Search) -> bool {
        let mut incident = after(None, &firing(at(0)), at(0));
        "Sal 4: no sound".clone_into(&mut incident.title);
        incident.place.machine_id = Some("DK 1".to_owned());
        FoundBy::of(&incident).meets(&Needles::new(&search.clauses()))
    }

    fn text(text: &str) -> Search {
        Search { text: Some(text.to_owned()), ..Search::default() }
    }

    fn machines(ids: &[&str]) -> Search {
        Search { machine_ids: Some(ids.iter().map(|id| (*id).to_owned()).collect()), ..Search::default() }
    }

    #[test]
    fn every_word_must_begin_a_word_of_the_incident() {
        assert!(finds(&Search::default()));
        assert!(finds(&text("SOU sal")));
        assert!(!finds(&text("sal ound")));
    }

    #[test]
    fn what_kind_of_id_something_is_finds_nothing() {
        for kind in [ERROR, SEVERITY, "e"] {
            assert!(!finds(&text(kind)), "{kind}");
        }
    }

    #[test]
    fn of_several_ids_one_whole_one_will_do() {
        assert!(finds(&machines(&["DK 2", "dk 1"])));
        assert!(!finds(&machines(&["DK"])));
        assert!(!finds(&machines(&[])));
    }

    #[test]
    fn a_word_is_not_taken_for_an_id() {
        assert!(!finds(&Search { error_ids: Some(vec!["sound".to_owned()]), ..Search::default() }));
        assert!(!finds(&Search { severities: Some(vec![Severity::Info]), ..text("sound") }));
        assert!(finds(&Search {
            severities: Some(vec![Severity::Info, Severity::Critical]),
            ..text("sound")
        }));
    }
}
