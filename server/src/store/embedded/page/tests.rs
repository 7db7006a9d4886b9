//! How SQLite reads a page: from an index, and only as far as the page needs it.

use cineportal_regions::RegionId;
use jiff::Timestamp;

use super::super::rows;
use super::*;
use crate::domain::incident::{IncidentId, Status};
use crate::domain::search::{Assigned, Clause};

/// How SQLite would read a page of two regions and two statuses.
fn plan(selection: &Selection, direction: Direction) -> Vec<String> {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(rows::SCHEMA).unwrap();
    connection.execute_batch(SCHEMA).unwrap();
    let place = PagePosition { opened_at: Timestamp::UNIX_EPOCH, id: IncidentId("a".to_owned()) };
    let side = Side { place: &place, direction, inclusive: false };
    let (sql, arguments) = page_sql(selection, Some(&side), direction, 50);
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let lines = statement.query_map(params_from_iter(&arguments), |row| row.get(3)).unwrap();
    lines.collect::<Result<_, _>>().unwrap()
}

fn selection() -> Selection {
    Selection {
        regions: vec![RegionId::new("denmark"), RegionId::new("finland")],
        statuses: vec![Status::Open, Status::Closed],
        ..Selection::default()
    }
}

/// The ways into the table of incidents, but for the last one, which fetches what is on the page.
fn ways(plan: &[String]) -> Vec<&str> {
    let ways = plan.iter().filter(|line| line.contains(" incidents")).map(String::as_str);
    ways.filter(|line| !line.contains("INTEGER PRIMARY KEY")).collect()
}

#[test]
fn a_page_is_read_from_the_index_in_either_direction() {
    for direction in [Direction::Forwards, Direction::Backwards] {
        let plan = plan(&selection(), direction);
        let ways = ways(&plan);
        assert_eq!(ways.len(), 4, "{plan:#?}");
        for way in ways {
            assert!(way.contains("INDEX history (region=? AND status=? AND (opened_at,id)"), "{plan:#?}");
        }
        let sorts = plan.iter().filter(|line| line.contains("TEMP B-TREE")).count();
        assert_eq!(sorts, 1, "only what the legs found is put in order: {plan:#?}");
    }
}

#[test]
fn words_are_looked_up_in_what_is_closed_and_read_in_what_is_open() {
    let clauses = vec![Clause::OneOf(vec!["lamp".to_owned()])];
    let plan = plan(&Selection { clauses, ..selection() }, Direction::Forwards);
    let count = |what: &str| plan.iter().filter(|line| line.contains(what)).count();
    assert_eq!(count("SCAN found VIRTUAL TABLE"), 1, "all that is closed: {plan:#?}");
    assert_eq!(count("SCAN term "), 2, "what is open in each region: {plan:#?}");
    assert!(ways(&plan).iter().all(|way| way.contains("INDEX history")), "{plan:#?}");
}

#[test]
fn what_somebody_works_on_is_read_from_its_own_index() {
    let assigned = Some(Assigned::To("Ida".to_owned()));
    let plan = plan(&Selection { assigned, ..selection() }, Direction::Forwards);
    assert!(ways(&plan).iter().all(|way| way.contains("INDEX assigned")), "{plan:#?}");
}
