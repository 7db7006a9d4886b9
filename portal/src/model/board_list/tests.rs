//! What the list shows after reads and changes in any order.

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
    let expected =
        ["show in 1 h", "show in 2 h", "critical, nothing known", "critical, show tomorrow", "nothing known"];
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

#[test]
fn however_many_change_their_places_at_once_the_order_is_right() {
    let hour_ms = 3_600_000;
    let show =
        |hours: i64| Incident { next_show_at_ms: Some(hours * hour_ms), ..incident(&hours.to_string()) };
    let mut list = list((1..=40).map(show));
    for hours in 0..45 {
        let now_ms = hours * hour_ms;
        list.advance(now_ms);
        let ranks: Vec<_> = list.ordered().iter().map(|listed| listed.incident.rank(now_ms)).collect();
        assert!(ranks.is_sorted(), "after {hours} hours: {:?}", ids(&list));
        assert_eq!(ranks.len(), 40);
    }
}
