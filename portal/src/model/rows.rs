//! The rows of the list: what is found, with the machines of a cinema outage folded below it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::Listed;

/// What is found among the open incidents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// In order; with the cinema outages that something found belongs to.
    pub(crate) listed: Arc<Vec<Arc<Listed>>>,
    /// How many match by themselves.
    pub(crate) hits: usize,
}

/// The incidents that match.
pub(crate) fn find(ordered: &[Arc<Listed>], matches: impl Fn(&Listed) -> bool) -> Found {
    let hits: Vec<bool> = ordered.iter().map(|listed| matches(listed)).collect();
    let hit = || ordered.iter().zip(&hits).filter(|(_, hit)| **hit).map(|(listed, _)| listed);
    let outages: HashSet<&str> = hit().filter_map(|listed| listed.incident.outage.as_deref()).collect();
    let wanted = |listed: &Listed, hit: bool| hit || outages.contains(listed.incident.id.as_str());
    let listed = ordered.iter().zip(&hits).filter(|(listed, hit)| wanted(listed, **hit));
    Found { listed: Arc::new(listed.map(|(listed, _)| Arc::clone(listed)).collect()), hits: hit().count() }
}

/// A row of the list.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) listed: Arc<Listed>,
    /// It stands below its cinema outage.
    pub(crate) nested: bool,
    /// Whether what belongs to it is shown; nothing where nothing does.
    pub(crate) unfolded: Option<bool>,
}

/// The same row, whatever happened to its incident.
impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        let flags = |row: &Self| (row.nested, row.unfolded);
        flags(self) == flags(other) && self.listed.incident.id == other.listed.incident.id
    }
}

/// Puts incidents below the outages that they belong to; shown are those of the unfolded outages.
pub(crate) fn rows(listed: &[Arc<Listed>], unfolded: &[String]) -> Vec<Row> {
    let members = members(listed);
    let mut rows = Vec::with_capacity(listed.len());
    for listed in listed.iter().filter(|listed| !is_nested(listed, &members)) {
        let id = listed.incident.id.as_str();
        let below = members.get(id).filter(|below| !below.is_empty());
        let open = unfolded.iter().any(|open| open == id);
        rows.push(Row { listed: Arc::clone(listed), nested: false, unfolded: below.map(|_| open) });
        let below = below.into_iter().flatten().filter(|_| open);
        rows.extend(below.map(|one| Row { listed: Arc::clone(one), nested: true, unfolded: None }));
    }
    rows
}

type Members<'a> = HashMap<&'a str, Vec<&'a Arc<Listed>>>;

/// The outages among the listed, and what belongs to each.
fn members(listed: &[Arc<Listed>]) -> Members<'_> {
    let outages = listed.iter().filter(|listed| !listed.incident.members.is_empty());
    let mut members: Members<'_> = outages.map(|outage| (outage.incident.id.as_str(), Vec::new())).collect();
    for one in listed {
        let outage = one.incident.outage.as_deref().and_then(|outage| members.get_mut(outage));
        outage.into_iter().for_each(|below| below.push(one));
    }
    members
}

fn is_nested(listed: &Listed, members: &Members<'_>) -> bool {
    listed.incident.outage.as_deref().is_some_and(|outage| members.contains_key(outage))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::incident;
    use crate::model::{Incident, Member};

    fn outage(id: &str) -> Incident {
        let member = Member { machine: "a".to_owned(), recovered: false };
        Incident { members: vec![member], ..incident(id) }
    }

    fn of(outage: &str, id: &str) -> Incident {
        Incident { outage: Some(outage.to_owned()), ..incident(id) }
    }

    fn listed(incidents: impl IntoIterator<Item = Incident>) -> Vec<Arc<Listed>> {
        incidents.into_iter().map(|incident| Arc::new(incident.into())).collect()
    }

    fn ids(rows: &[Row]) -> Vec<String> {
        let id = |row: &Row| format!("{}{}", if row.nested { "- " } else { "" }, row.listed.incident.id);
        rows.iter().map(id).collect()
    }

    #[test]
    fn what_belongs_to_an_outage_is_folded_below_it() {
        let all = listed([of("o", "1"), incident("2"), outage("o"), of("o", "3")]);
        assert_eq!(ids(&rows(&all, &[])), ["2", "o"]);
        assert_eq!(ids(&rows(&all, &["o".to_owned()])), ["2", "o", "- 1", "- 3"]);
    }

    #[test]
    fn only_an_outage_with_something_below_it_folds() {
        let all = listed([incident("1"), outage("o"), outage("p"), of("o", "2")]);
        let folds: Vec<Option<bool>> = rows(&all, &[]).iter().map(|row| row.unfolded).collect();
        assert_eq!(folds, [None, Some(false), None]);
    }

    #[test]
    fn what_belongs_to_an_outage_that_is_gone_stands_alone() {
        assert_eq!(ids(&rows(&listed([of("gone", "1")]), &[])), ["1"]);
    }

    #[test]
    fn an_outage_is_found_with_what_belongs_to_it() {
        let all = listed([outage("o"), of("o", "1"), of("o", "2"), incident("3")]);
        let found = find(&all, |listed| listed.incident.id == "2");
        assert_eq!((found.hits, ids(&rows(&found.listed, &[]))), (1, vec!["o".to_owned()]));
        assert_eq!(ids(&rows(&found.listed, &["o".to_owned()])), ["o", "- 2"]);
    }

    #[test]
    fn a_row_stays_the_same_when_its_incident_changes() {
        let newer = listed([Incident { version: 9, ..incident("1") }]);
        assert_eq!(rows(&listed([incident("1")]), &[]), rows(&newer, &[]));
    }
}
