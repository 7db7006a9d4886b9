//! The filters that stand ready as chips, and how many open incidents each would find.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Filter, Listed};
use crate::texts::Texts;

/// A filter that is one click away.
pub(crate) struct Chip {
    /// One term of the language of filters.
    pub(crate) term: &'static str,
    pub(crate) text: fn(&Texts) -> &'static str,
}

/// All chips, in the order that they stand in.
pub(crate) const CHIPS: [Chip; 11] = [
    Chip { term: "severity:critical", text: |texts| texts.severity.critical },
    Chip { term: "severity:warning", text: |texts| texts.severity.warning },
    Chip { term: "severity:info", text: |texts| texts.severity.info },
    Chip { term: "status:open", text: |texts| texts.status.open },
    Chip { term: "status:in_progress", text: |texts| texts.status.in_progress },
    Chip { term: "show:<1h", text: |texts| texts.filter.show_1h },
    Chip { term: "show:<3h", text: |texts| texts.filter.show_3h },
    Chip { term: "show:<12h", text: |texts| texts.filter.show_12h },
    Chip { term: "assignee:none", text: |texts| texts.filter.unassigned },
    Chip { term: "flapping:yes", text: |texts| texts.row.flapping },
    Chip { term: "muted:yes", text: |texts| texts.filter.muted },
];

/// The filter for what somebody works on; nothing for nobody. A name has no quotes in the language of filters.
pub(crate) fn assigned_to(name: &str) -> Option<String> {
    let name = name.replace('"', " ");
    (!name.trim().is_empty()).then(|| format!("assignee:\"{}\"", name.trim()))
}

/// How many open incidents there are of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facets {
    /// For each of `CHIPS`.
    pub(crate) chips: Vec<usize>,
    /// By id: name and count.
    pub(crate) cinemas: BTreeMap<String, (String, usize)>,
    pub(crate) errors: BTreeMap<String, (String, usize)>,
}

/// Counts the open incidents.
pub(crate) fn facets(open: &[Arc<Listed>], now_ms: i64) -> Facets {
    let filters = CHIPS.map(|chip| Filter::parse(chip.term));
    let count = |filter: &Filter| open.iter().filter(|listed| filter.matches(listed, now_ms)).count();
    let mut facets = Facets { chips: filters.iter().map(count).collect(), ..Facets::default() };
    for listed in open {
        let incident = &listed.incident;
        add(&mut facets.errors, &incident.error_id, &incident.error_id);
        if let Some(cinema) = &incident.cinema {
            add(&mut facets.cinemas, &cinema.id, &cinema.name);
        }
    }
    facets
}

fn add(counts: &mut BTreeMap<String, (String, usize)>, id: &str, name: &str) {
    match counts.get_mut(id) {
        Some((_, count)) => *count += 1,
        None => drop(counts.insert(id.to_owned(), (name.to_owned(), 1))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::incident;
    use crate::model::{Incident, Severity};
    use crate::texts::pick;

    #[test]
    fn every_chip_is_a_filter_that_is_understood() {
        for chip in CHIPS {
            let filter = Filter::parse(chip.term);
            assert_eq!((filter.text().as_str(), filter.problem(pick(["en"]))), (chip.term, None));
        }
    }

    #[test]
    fn what_somebody_works_on_is_a_filter_that_is_understood() {
        let term = assigned_to(" Ida \"Holm\" ").unwrap();
        assert_eq!(Filter::parse(&term).problem(pick(["en"])), None);
        let taken = Incident { assignee: Some("Anna Holm".to_owned()), ..incident("1") };
        let filter = |name: &str| Filter::parse(&assigned_to(name).unwrap());
        assert!(
            filter("Anna Holm").matches(&taken.clone().into(), 0) && !filter("Ida").matches(&taken.into(), 0)
        );
        assert_eq!((assigned_to(""), assigned_to(" ")), (None, None));
    }

    #[test]
    fn kinds_are_counted() {
        let critical = Incident { severity: Severity::Critical, ..incident("2") };
        let open: Vec<Arc<Listed>> = [incident("1"), critical].map(|one| Arc::new(one.into())).into();
        let facets = facets(&open, 0);
        assert_eq!(facets.chips[..4], [1, 1, 0, 2]);
        assert_eq!(facets.cinemas["dk-aarhus"], ("Scala Aarhus".to_owned(), 2));
        assert_eq!(facets.errors["machine_offline"].1, 2);
    }
}
