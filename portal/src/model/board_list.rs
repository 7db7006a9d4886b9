//! The list of a region's incidents, kept right by versions.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Counts, Incident, Listed, Severity, Status};

/// The incident that says that nothing is heard of a region.
const REGION_BLIND: &str = "region_blind";
/// How many closed incidents are kept.
const CLOSED_KEPT: usize = 20;

/// The open incidents and the recently closed ones.
/// It is read as a whole and changed one by one, in any order: the newer version always wins.
#[derive(Clone, Debug, Default)]
pub(crate) struct BoardList {
    open: HashMap<String, Arc<Listed>>,
    /// The same in order, what has to be done first first.
    order: Vec<Arc<Listed>>,
    /// The time that the order is of.
    ordered_at_ms: i64,
    closed: Vec<Incident>,
    /// Versions that arrived since the running read began.
    arrived: Option<HashMap<String, i32>>,
    /// What the running read has found so far.
    read: HashSet<String>,
}

/// What a change did to the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Merge {
    /// It stands among the open ones now and did not before.
    Opened,
    Updated,
    Closed,
    /// The list held this version or a newer one.
    Ignored,
}

impl BoardList {
    /// Takes a changed incident in.
    pub(crate) fn merge(&mut self, incident: Incident) -> Merge {
        let (id, version) = (incident.id.clone(), incident.version);
        self.lift(&id);
        let merge = self.take(incident);
        self.place(&id);
        if let (Some(arrived), true) = (&mut self.arrived, merge != Merge::Ignored) {
            arrived.insert(id, version);
        }
        merge
    }

    /// Marks that the lists are being read anew. What is merged from now on survives `finish_read`.
    pub(crate) fn begin_read(&mut self) {
        self.arrived = Some(HashMap::new());
        self.read.clear();
    }

    /// Takes in a page of what was read.
    pub(crate) fn read_page(&mut self, page: Vec<Incident>) {
        for incident in page {
            let news = self.arrived.as_ref().and_then(|arrived| arrived.get(&incident.id).copied());
            self.read.insert(incident.id.clone());
            if news.is_none_or(|held| held < incident.version) {
                self.refresh(incident);
            }
        }
        self.arrange();
    }

    /// Marks that all pages were read. An open incident that was on none, and did not change meanwhile, is gone.
    pub(crate) fn finish_read(&mut self) {
        let (read, arrived) = (std::mem::take(&mut self.read), self.arrived.take().unwrap_or_default());
        self.open.retain(|id, _| read.contains(id) || arrived.contains_key(id));
        self.arrange();
    }

    /// Lets time pass; tells whether that changed the order.
    pub(crate) fn advance(&mut self, now_ms: i64) -> bool {
        self.ordered_at_ms = now_ms;
        let in_order =
            self.order.is_sorted_by(|one, other| one.incident.rank(now_ms) <= other.incident.rank(now_ms));
        if !in_order {
            self.arrange();
        }
        !in_order
    }

    /// The open incident with this id.
    pub(crate) fn open(&self, id: &str) -> Option<&Incident> {
        self.open.get(id).map(|listed| &listed.incident)
    }

    /// The same, to be kept.
    pub(crate) fn listed(&self, id: &str) -> Option<Arc<Listed>> {
        self.open.get(id).cloned()
    }

    /// The open incidents, what has to be done first first.
    pub(crate) fn ordered(&self) -> &[Arc<Listed>] {
        &self.order
    }

    /// All open incidents, in no order.
    pub(crate) fn all_open(&self) -> impl Iterator<Item = &Incident> {
        self.open.values().map(|listed| &listed.incident)
    }

    /// The last closed incidents, the latest first.
    pub(crate) fn recently_closed(&self) -> &[Incident] {
        &self.closed
    }

    /// Since when nothing is heard of the region: what its incident says, which comes live, or else what was
    /// read, unless that is over.
    pub(crate) fn blind_since_ms(&self, read_ms: Option<i64>) -> Option<i64> {
        let is_blindness = |incident: &&Incident| incident.error_id == REGION_BLIND;
        let open = self.incidents().find(is_blindness).map(|incident| incident.opened_at_ms);
        let is_over = || self.closed.iter().any(|incident| is_blindness(&incident));
        open.or_else(|| read_ms.filter(|_| !is_over()))
    }

    /// How many incidents stand in each state.
    pub(crate) fn counts(&self) -> Counts {
        self.incidents().fold(Counts::default(), |counts, incident| Counts {
            open: counts.open + u32::from(incident.status == Status::Open),
            in_progress: counts.in_progress + u32::from(incident.status == Status::InProgress),
            critical: counts.critical + u32::from(incident.severity == Severity::Critical),
            muted: counts.muted + u32::from(incident.muted_until_ms.is_some()),
            ..counts
        })
    }

    fn incidents(&self) -> impl Iterator<Item = &Incident> {
        self.open.values().map(|listed| &listed.incident)
    }

    fn take(&mut self, incident: Incident) -> Merge {
        if self.version(&incident.id).is_some_and(|held| held >= incident.version) {
            return Merge::Ignored;
        }
        self.put(incident)
    }

    /// Next shows, silences and likely fixes change without a new version; whoever reads anew gets them.
    fn refresh(&mut self, incident: Incident) {
        if self.version(&incident.id).is_none_or(|held| held <= incident.version) {
            self.put(incident);
        }
    }

    fn put(&mut self, incident: Incident) -> Merge {
        self.closed.retain(|closed| closed.id != incident.id);
        if incident.is_open() { self.put_open(incident) } else { self.put_closed(incident) }
    }

    fn version(&self, id: &str) -> Option<i32> {
        let closed = || self.closed.iter().find(|incident| incident.id == id);
        self.open(id).or_else(closed).map(|incident| incident.version)
    }

    fn put_open(&mut self, incident: Incident) -> Merge {
        match self.open.insert(incident.id.clone(), Arc::new(incident.into())) {
            Some(_) => Merge::Updated,
            None => Merge::Opened,
        }
    }

    /// Takes an incident out of the order.
    fn lift(&mut self, id: &str) {
        let Some(listed) = self.open.get(id) else { return };
        let place = self.place_of(listed);
        if self.order.get(place).is_some_and(|found| found.incident.id == id) {
            self.order.remove(place);
        }
    }

    /// Puts an open incident where it belongs.
    fn place(&mut self, id: &str) {
        if let Some(listed) = self.listed(id) {
            self.order.insert(self.place_of(&listed), listed);
        }
    }

    fn place_of(&self, listed: &Listed) -> usize {
        let (now_ms, rank) = (self.ordered_at_ms, listed.incident.rank(self.ordered_at_ms));
        self.order.partition_point(|other| other.incident.rank(now_ms) < rank)
    }

    /// Orders all anew, by what places one: a general sort weighs more than it wins with a few hundred.
    fn arrange(&mut self) {
        self.order.clear();
        for listed in self.open.values().cloned().collect::<Vec<_>>() {
            self.order.insert(self.place_of(&listed), listed);
        }
    }

    fn put_closed(&mut self, incident: Incident) -> Merge {
        self.open.remove(&incident.id);
        let at = self.closed.partition_point(|one| one.closed_at_ms >= incident.closed_at_ms);
        self.closed.insert(at, incident);
        self.closed.truncate(CLOSED_KEPT);
        Merge::Closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::incident;

    fn version(id: &str, version: i32) -> Incident {
        Incident { version, ..incident(id) }
    }

    fn closed(id: &str, version: i32) -> Incident {
        let at_ms = Some(i64::from(version));
        Incident { version, status: Status::Closed, closed_at_ms: at_ms, ..incident(id) }
    }

    fn list(incidents: impl IntoIterator<Item = Incident>) -> BoardList {
        let mut list = BoardList::default();
        list.read_page(incidents.into_iter().collect());
        list.finish_read();
        list
    }

    fn ids(list: &BoardList) -> Vec<&str> {
        list.ordered().iter().map(|listed| listed.incident.id.as_str()).collect()
    }

    #[test]
    fn a_newer_version_wins() {
        let mut list = list([version("1", 1)]);
        assert_eq!(list.merge(version("1", 3)), Merge::Updated);
        assert_eq!(list.open("1").unwrap().version, 3);
    }

    #[test]
    fn an_older_or_equal_version_is_ignored() {
        let mut list = list([version("1", 3)]);
        assert_eq!(list.merge(version("1", 2)), Merge::Ignored);
        assert_eq!(list.merge(version("1", 3)), Merge::Ignored);
        assert_eq!(list.open("1").unwrap().version, 3);
    }

    #[test]
    fn an_incident_that_closes_moves_to_the_closed_ones() {
        let mut list = list([version("1", 1)]);
        assert_eq!(list.merge(closed("1", 2)), Merge::Closed);
        assert!(ids(&list).is_empty());
        assert_eq!(list.recently_closed()[0].id, "1");
    }

    #[test]
    fn an_incident_that_reopens_counts_as_opened() {
        let mut list = list([closed("1", 2)]);
        assert_eq!(list.merge(version("1", 3)), Merge::Opened);
        assert!(list.recently_closed().is_empty());
    }

    #[test]
    fn a_late_message_does_not_reopen_what_is_closed() {
        let mut list = list([closed("1", 2)]);
        assert_eq!(list.merge(version("1", 1)), Merge::Ignored);
        assert!(ids(&list).is_empty());
    }

    #[test]
    fn only_the_latest_closed_incidents_are_kept() {
        let list = list((1..=30).map(|number| closed(&number.to_string(), number)));
        assert_eq!(list.recently_closed().len(), CLOSED_KEPT);
        assert_eq!(list.recently_closed()[0].id, "30");
    }

    #[test]
    fn the_worst_come_first_and_then_the_oldest() {
        let at = |id: &str, severity, opened_at_ms| Incident { severity, opened_at_ms, ..incident(id) };
        let list = list([
            at("young warning", Severity::Warning, 9),
            at("info", Severity::Info, 1),
            at("old warning", Severity::Warning, 5),
            at("critical", Severity::Critical, 10),
        ]);
        assert_eq!(ids(&list), ["critical", "old warning", "young warning", "info"]);
    }

    #[test]
    fn what_has_a_show_soon_comes_before_what_is_worse_but_can_wait() {
        let at = |id: &str, show_hours: Option<i64>, severity| Incident {
            next_show_at_ms: show_hours.map(|hours| hours * 3_600_000),
            severity,
            ..incident(id)
        };
        let list = list([
            at("critical, show tomorrow", Some(24), Severity::Critical),
            at("nothing known", None, Severity::Warning),
            at("show in 2 h", Some(2), Severity::Warning),
            at("critical, nothing known", None, Severity::Critical),
            at("show in 1 h", Some(1), Severity::Info),
        ]);
        let expected = [
            "show in 1 h",
            "show in 2 h",
            "critical, nothing known",
            "critical, show tomorrow",
            "nothing known",
        ];
        assert_eq!(ids(&list), expected);
    }

    #[test]
    fn a_region_is_blind_until_its_incident_closes() {
        let blind = Incident { error_id: REGION_BLIND.to_owned(), opened_at_ms: 7, ..incident("1") };
        let mut list = list([]);
        assert_eq!((list.blind_since_ms(None), list.blind_since_ms(Some(5))), (None, Some(5)));
        list.merge(blind.clone());
        assert_eq!(list.blind_since_ms(None), Some(7));
        list.merge(Incident { status: Status::Closed, version: 2, ..blind });
        assert_eq!(list.blind_since_ms(Some(5)), None);
    }

    #[test]
    fn counts_tell_open_in_progress_and_critical() {
        let started = Incident { status: Status::InProgress, severity: Severity::Critical, ..incident("2") };
        let list = list([incident("1"), started, closed("3", 1)]);
        assert_eq!(list.counts(), Counts { open: 1, in_progress: 1, critical: 1, ..Counts::default() });
    }

    #[test]
    fn what_a_new_read_does_not_hold_is_gone() {
        let mut list = list([incident("1"), incident("2")]);
        list.begin_read();
        list.read_page(vec![incident("2")]);
        list.finish_read();
        assert_eq!(ids(&list), ["2"]);
    }

    #[test]
    fn a_change_that_arrives_during_a_read_survives_it() {
        let mut list = list([]);
        list.begin_read();
        list.merge(version("new", 1));
        list.merge(version("changed", 2));
        list.read_page(vec![version("changed", 1)]);
        list.finish_read();
        assert_eq!(ids(&list).len(), 2);
        assert_eq!(list.open("changed").unwrap().version, 2);
    }

    #[test]
    fn a_closing_that_arrives_during_a_read_is_not_undone_by_it() {
        let mut list = list([version("1", 1)]);
        list.begin_read();
        for number in 0..=30 {
            list.merge(closed(&number.to_string(), 100 - number));
        }
        list.read_page(vec![version("30", 1)]);
        list.finish_read();
        assert!(ids(&list).is_empty());
    }

    #[test]
    fn a_read_from_a_server_that_lags_does_not_turn_time_back() {
        let mut list = list([version("1", 5)]);
        list.begin_read();
        list.read_page(vec![version("1", 4)]);
        list.finish_read();
        assert_eq!(list.open("1").unwrap().version, 5);
    }

    #[test]
    fn what_changes_finds_its_new_place() {
        let at = |id: &str, version, severity| Incident { version, severity, ..incident(id) };
        let mut list = list([at("1", 1, Severity::Warning), at("2", 1, Severity::Warning)]);
        list.merge(at("2", 2, Severity::Critical));
        assert_eq!(ids(&list), ["2", "1"]);
        list.merge(closed("1", 3));
        list.merge(at("3", 1, Severity::Info));
        assert_eq!(ids(&list), ["2", "3"]);
    }

    #[test]
    fn the_order_changes_as_time_passes() {
        let show_ms = Some(13 * 3_600_000);
        let known = Incident { next_show_at_ms: show_ms, severity: Severity::Info, ..incident("show") };
        let critical = Incident { severity: Severity::Critical, ..incident("critical") };
        let mut list = list([known, critical]);
        assert!(!list.advance(0), "more than 12 hours can wait");
        assert_eq!(ids(&list), ["critical", "show"]);
        assert!(list.advance(2 * 3_600_000));
        assert_eq!(ids(&list), ["show", "critical"]);
    }

    #[test]
    fn a_new_read_takes_in_what_changes_without_a_version() {
        let mut list = list([incident("1")]);
        list.read_page(vec![Incident { muted_until_ms: Some(9), ..incident("1") }]);
        assert_eq!(list.open("1").unwrap().muted_until_ms, Some(9));
    }
}
