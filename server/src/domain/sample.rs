//! Alerts and incidents for tests.

use std::collections::BTreeMap;

use cineportal_regions::{ClosePolicy, RegionId};
use jiff::{SignedDuration, Timestamp};

use super::alert::{self, Alert, Rules};
use super::command::{self, Action, Command};
use super::incident::{CloseReason, Incident, IncidentKey, IncidentNumber, Place, Severity};

/// So many minutes after a fixed instant.
pub(crate) fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_763_700_000 + minute * 60).unwrap()
}

/// A critical alert that fires from then on.
pub(crate) fn firing(starts_at: Timestamp) -> Alert {
    Alert {
        key: IncidentKey { region: RegionId::new("denmark"), fingerprint: "a".to_owned() },
        starts_at,
        ended_at: None,
        severity: Severity::Critical,
        error_id: "machine_offline".to_owned(),
        title: String::new(),
        description: String::new(),
        place: Place::default(),
        labels: BTreeMap::new(),
        links: Vec::new(),
    }
}

/// The same alert, over since then.
pub(crate) fn over(starts_at: Timestamp, ended_at: Timestamp) -> Alert {
    Alert { ended_at: Some(ended_at), ..firing(starts_at) }
}

/// What the alert makes of the incident; it must be news.
pub(crate) fn after(incident: Option<&Incident>, alert: &Alert, now: Timestamp) -> Incident {
    let rules = Rules { close: ClosePolicy::Auto, flap_window: SignedDuration::from_hours(9) };
    alert::apply(incident, alert, rules, &IncidentNumber("DK-1".to_owned()), now).unwrap()
}

/// The incident after Anna took it.
pub(crate) fn taken(incident: &Incident, now: Timestamp) -> Incident {
    act(incident, Action::StartProgress, now)
}

/// The incident after Anna closed it.
pub(crate) fn closed(incident: &Incident, now: Timestamp) -> Incident {
    act(incident, Action::Close { reason: CloseReason::ByPerson, comment: None }, now)
}

fn act(incident: &Incident, action: Action, now: Timestamp) -> Incident {
    let command = Command { who: "Anna".to_owned(), expected_version: None, action, request: None };
    command::apply(incident, &command, now).unwrap()
}
