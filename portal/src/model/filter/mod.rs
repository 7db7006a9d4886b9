//! The small language that incidents are looked for in: `severity:critical cinema:aarhus show:<2h -offline`.

mod read;
mod term;

pub(crate) use term::Term;

use super::Listed;
use crate::texts::Texts;

/// What incidents must be like. Terms of different kinds must all be true; of several of one kind, as
/// `status:open status:in_progress`, one is enough.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    terms: Vec<Term>,
    problem: Option<Problem>,
}

/// What could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    Key(String),
    Value(String),
}

impl Filter {
    /// Reads what somebody wrote; what cannot be understood is left out, and told by `problem`.
    pub(crate) fn parse(text: &str) -> Self {
        let mut filter = Self::default();
        for token in read::tokens(text) {
            match Term::parse(&token) {
                Ok(term) => filter.terms.push(term),
                Err(problem) => filter.problem = Some(problem),
            }
        }
        filter
    }

    /// Writes it so that it reads the same.
    pub(crate) fn text(&self) -> String {
        let terms: Vec<String> = self.terms.iter().map(ToString::to_string).collect();
        terms.join(" ")
    }

    /// What could not be understood, in a sentence.
    pub(crate) fn problem(&self, texts: &Texts) -> Option<String> {
        self.problem.as_ref().map(|problem| match problem {
            Problem::Key(key) => texts.filter.unknown_key.with(&[("key", key)]),
            Problem::Value(term) => texts.filter.unknown_value.with(&[("term", term)]),
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether an incident is like this, now.
    pub(crate) fn matches(&self, listed: &Listed, now_ms: i64) -> bool {
        let or_another = |term: &Term| {
            let mut others = self.terms.iter().filter(|other| other.is_alternative_to(term));
            others.any(|other| other.matches(listed, now_ms))
        };
        self.terms.iter().all(|term| term.matches(listed, now_ms) || or_another(term))
    }

    pub(crate) fn has(&self, term: &Term) -> bool {
        self.terms.contains(term)
    }

    /// The same with a term more; without it, if it was there.
    pub(crate) fn toggled(mut self, term: Term) -> Self {
        let had = self.has(&term);
        self.terms.retain(|other| *other != term && !other.is_replaced_by(&term));
        if !had {
            self.terms.push(term);
        }
        self
    }

    /// The value of the first term with this key.
    pub(crate) fn value(&self, key: &str) -> Option<String> {
        self.terms.iter().find(|term| term.key() == Some(key)).map(Term::value)
    }

    /// The same with this value alone for a key, or with none.
    pub(crate) fn with(mut self, key: &str, value: &str) -> Self {
        self.terms.retain(|term| term.key() != Some(key));
        self.terms.extend(Term::of(key, value));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::incident;
    use crate::model::{Incident, Severity, Status};
    use crate::texts::pick;

    const HOUR_MS: i64 = 3_600_000;

    fn matches(text: &str, incident: Incident) -> bool {
        Filter::parse(text).matches(&incident.into(), 0)
    }

    #[test]
    fn a_word_looks_at_all_that_the_row_shows() {
        for word in ["dk-1042", "OFFLINE", "scala", "\"Screen 3\"", "aar-001", "machine off"] {
            assert!(matches(word, incident("1042")), "{word}");
        }
        assert!(!matches("oslo", incident("1042")));
    }

    #[test]
    fn words_must_all_be_there_and_none_with_a_minus() {
        assert!(matches("scala offline -oslo", incident("1")));
        assert!(!matches("scala oslo", incident("1")));
        assert!(!matches("scala -offline", incident("1")));
    }

    #[test]
    fn of_several_values_of_a_key_one_is_enough() {
        assert!(matches("severity:critical severity:warning", incident("1")));
        assert!(!matches("severity:critical severity:info", incident("1")));
        assert!(!matches("severity:warning status:in_progress", incident("1")));
        assert!(!matches("-severity:warning", incident("1")));
    }

    #[test]
    fn places_people_and_errors_are_found_by_parts() {
        let taken = || Incident { assignee: Some("Anna Holm".to_owned()), ..incident("1") };
        for text in ["cinema:aarhus", "cinema:\"scala aarhus\"", "machine:dk-aar", "error:offline"] {
            assert!(matches(text, incident("1")), "{text}");
        }
        assert!(matches("assignee:anna", taken()) && !matches("assignee:anna", incident("1")));
        assert!(matches("assignee:none", incident("1")) && !matches("assignee:none", taken()));
    }

    #[test]
    fn a_show_is_asked_for_by_the_time_that_is_left() {
        let soon = || Incident { next_show_at_ms: Some(HOUR_MS), ..incident("1") };
        assert!(matches("show:<2h", soon()) && !matches("show:>2h", soon()));
        assert!(!matches("show:<2h", incident("1")) && !matches("show:>2h", incident("1")), "not known");
    }

    #[test]
    fn an_age_is_counted_from_the_opening() {
        let old = || Incident { opened_at_ms: -30 * HOUR_MS, ..incident("1") };
        assert!(matches("age:>1d", old()) && !matches("age:<90m", old()));
    }

    #[test]
    fn flags_are_yes_or_no() {
        let noisy = || Incident { flapping: true, muted_until_ms: Some(1), ..incident("1") };
        assert!(matches("flapping:yes muted:yes", noisy()) && !matches("muted:no", noisy()));
        assert!(matches("flapping:no muted:no", incident("1")));
    }

    #[test]
    fn what_is_written_reads_the_same() {
        for text in [
            "severity:critical -status:in_progress cinema:\"scala aarhus\"",
            "show:<2h age:>1d muted:yes flapping:no",
            "\"a:b\" -offline \"two words\"",
            "assignee:none machine:dk-1 error:disk_full",
        ] {
            let filter = Filter::parse(text);
            assert_eq!((filter.text().as_str(), filter.problem.as_ref()), (text, None));
            assert_eq!(Filter::parse(&filter.text()), filter);
        }
    }

    #[test]
    fn what_is_not_understood_is_told_and_hides_nothing() {
        let english = pick(["en"]);
        for (text, word) in
            [("colour:red", "colour"), ("severity:loud", "severity:loud"), ("show:2h", "show:2h")]
        {
            let filter = Filter::parse(text);
            assert!(filter.problem(english).unwrap().contains(word), "{text}");
            assert!(filter.matches(&incident("1").into(), 0));
        }
        assert!(Filter::parse("severity:").problem(english).is_some());
        assert_eq!(Filter::parse(" - \" ").problem(english), None);
    }

    #[test]
    fn a_chip_is_put_in_and_taken_out() {
        let filter = Filter::parse("scala").toggled(Term::Severity(Severity::Critical, true));
        assert_eq!(filter.text(), "scala severity:critical");
        assert_eq!(filter.toggled(Term::Severity(Severity::Critical, true)).text(), "scala");
        let open = Filter::default().toggled(Term::Status(Status::Open, true));
        assert_eq!(
            open.toggled(Term::Status(Status::InProgress, true)).text(),
            "status:open status:in_progress"
        );
    }

    #[test]
    fn one_limit_of_time_takes_the_place_of_another() {
        let filter = Filter::parse("show:<1h").toggled(Term::parse("show:<3h").unwrap());
        assert_eq!(filter.text(), "show:<3h");
    }

    #[test]
    fn a_key_has_one_value_when_it_is_chosen_from_a_list() {
        let filter = Filter::parse("cinema:a cinema:b x").with("cinema", "dk-aarhus");
        assert_eq!(filter.text(), "x cinema:dk-aarhus");
        assert_eq!(filter.value("cinema").as_deref(), Some("dk-aarhus"));
        assert_eq!(filter.with("cinema", "").text(), "x");
    }
}
