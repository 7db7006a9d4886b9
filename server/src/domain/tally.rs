//! How many incidents of a list are of which kind.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use super::incident::{Incident, Named, Severity, Status};

/// Of errors and cinemas, those with the most incidents.
const MAX_LISTED: usize = 100;

/// How many incidents are of which kind; what has none is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// By status.
    pub by_status: Vec<(Status, u64)>,
    /// By severity, the worst first.
    pub by_severity: Vec<(Severity, u64)>,
    /// By kind of fault: the 100 with the most incidents, the most first.
    pub by_error: Vec<(String, u64)>,
    /// By cinema, as far as it is known: the 100 with the most incidents, the most first.
    pub by_cinema: Vec<(Named, u64)>,
}

impl Tally {
    /// Counts these.
    pub fn of<'a>(incidents: impl IntoIterator<Item = &'a Incident>) -> Self {
        let (mut statuses, mut severities) = (BTreeMap::new(), BTreeMap::new());
        let (mut errors, mut cinemas) = (HashMap::new(), HashMap::new());
        let mut names = HashMap::new();
        for incident in incidents {
            *statuses.entry(incident.status).or_default() += 1;
            *severities.entry(incident.severity).or_default() += 1;
            *errors.entry(incident.error_id.as_str()).or_default() += 1;
            if let Some(cinema) = &incident.place.cinema {
                *cinemas.entry(cinema.id.as_str()).or_default() += 1;
                names.insert(cinema.id.as_str(), &cinema.name);
            }
        }
        let named = |id: &str| Named { id: id.to_owned(), name: names[id].clone() };
        Self {
            by_status: statuses.into_iter().collect(),
            by_severity: severities.into_iter().collect(),
            by_error: most(errors).map(|(id, count)| (id.to_owned(), count)).collect(),
            by_cinema: most(cinemas).map(|(id, count)| (named(id), count)).collect(),
        }
    }
}

/// Those with the most; of equals in the order of their names.
fn most<K: Copy + Ord + Hash>(counts: HashMap<K, u64>) -> impl Iterator<Item = (K, u64)> {
    let mut counts: Vec<(K, u64)> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|(key, count)| (std::cmp::Reverse(*count), *key));
    counts.into_iter().take(MAX_LISTED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::{after, at, firing, taken};

    fn incident(error_id: &str, cinema: Option<&str>) -> Incident {
        let mut incident = after(None, &firing(at(0)), at(0));
        error_id.clone_into(&mut incident.error_id);
        incident.place.cinema = cinema.map(|id| Named { id: id.to_owned(), name: id.to_uppercase() });
        incident
    }

    #[test]
    fn what_there_is_most_of_comes_first_and_equals_by_name() {
        let incidents = [
            incident("b", Some("grand")),
            incident("c", None),
            incident("a", Some("palads")),
            incident("c", None),
        ];
        let tally = Tally::of(&incidents);
        assert_eq!(tally.by_error, [("c".to_owned(), 2), ("a".to_owned(), 1), ("b".to_owned(), 1)]);
        let cinemas: Vec<_> = tally.by_cinema.iter().map(|(cinema, count)| (&*cinema.name, *count)).collect();
        assert_eq!(cinemas, [("GRAND", 1), ("PALADS", 1)]);
    }

    #[test]
    fn every_incident_counts_once_by_status_and_severity() {
        let open = incident("a", None);
        let started = Incident { severity: Severity::Info, ..taken(&open, at(1)) };
        let tally = Tally::of([&open, &started, &open]);
        assert_eq!(tally.by_status, [(Status::Open, 2), (Status::InProgress, 1)]);
        assert_eq!(tally.by_severity, [(Severity::Critical, 2), (Severity::Info, 1)]);
    }

    #[test]
    fn only_the_hundred_with_the_most_are_told() {
        let incidents: Vec<_> = (0..150).map(|n| incident(&format!("{n:03}"), None)).collect();
        assert_eq!(Tally::of(&incidents).by_error.len(), MAX_LISTED);
    }
}
