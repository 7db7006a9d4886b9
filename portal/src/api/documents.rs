//! The documents that the portal sends, compared with those in `schema/operations`.

use std::path::Path;

use cynic::{MutationBuilder, QueryBuilder, SubscriptionBuilder};

use super::changes::{IncidentChanges, IncidentChangesVariables};
use super::commands::{CloseIncident, CloseIncidentVariables, StartProgress, StartProgressVariables};
use super::queries::{MoreIncidents, MoreIncidentsVariables, Overview, RegionBoard, RegionBoardVariables};

#[test]
fn the_overview_is_asked_as_committed() {
    compare("overview", &Overview::build(()).query);
}

#[test]
fn a_region_is_asked_as_committed() {
    compare("region_board", &RegionBoard::build(RegionBoardVariables { id: "denmark".into() }).query);
}

#[test]
fn more_incidents_are_asked_as_committed() {
    let variables = MoreIncidentsVariables { id: "denmark".into(), after: None };
    compare("more_incidents", &MoreIncidents::build(variables).query);
}

#[test]
fn progress_is_started_as_committed() {
    let variables = StartProgressVariables { id: "7".into(), expected_version: 1 };
    compare("start_progress", &StartProgress::build(variables).query);
}

#[test]
fn an_incident_is_closed_as_committed() {
    let variables = CloseIncidentVariables { id: "7".into(), expected_version: 1, comment: None };
    compare("close_incident", &CloseIncident::build(variables).query);
}

#[test]
fn changes_are_followed_as_committed() {
    let variables = IncidentChangesVariables { region: None, after: None };
    compare("incident_changes", IncidentChanges::build(variables).query());
}

/// With `UPDATE_OPERATIONS=1` the file is written instead.
fn compare(name: &str, document: &str) {
    let document = format!("{}\n", document.trim_end());
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema/operations").join(format!("{name}.graphql"));
    #[expect(clippy::disallowed_methods, reason = "a switch for developers, not a setting of the portal")]
    if std::env::var("UPDATE_OPERATIONS").is_ok() {
        std::fs::write(&path, &document).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, document, "run the tests with UPDATE_OPERATIONS=1 and commit {}", path.display());
}
