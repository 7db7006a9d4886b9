//! Sample values for tests.

use super::{Cinema, FixLikely, Incident, Machine, Severity, Status};

/// An open warning with the given id.
pub(crate) fn incident(id: &str) -> Incident {
    Incident {
        id: id.to_owned(),
        number: format!("DK-{id}"),
        version: 1,
        status: Status::Open,
        severity: Severity::Warning,
        error_id: "machine_offline".to_owned(),
        title: "Machine is offline".to_owned(),
        machine: Some("dk-aar-001-3".to_owned()),
        cinema: Some(Cinema { id: "dk-aarhus".to_owned(), name: "Scala Aarhus".to_owned() }),
        screen: Some("Screen 3".to_owned()),
        opened_at_ms: 0,
        closed_at_ms: None,
        close_reason: None,
        firing: true,
        occurrences: 1,
        flapping: false,
        next_show_at_ms: None,
        fix_likely: FixLikely::Unknown,
        muted_until_ms: None,
        members: Vec::new(),
        outage: None,
        assignee: None,
    }
}

/// A machine that was read at 0 and is online.
pub(crate) fn machine(id: &str) -> Machine {
    Machine {
        id: id.to_owned(),
        cinema: Some(Cinema { id: "dk-aarhus".to_owned(), name: "Scala Aarhus".to_owned() }),
        screen: Some("Screen 3".to_owned()),
        online: Some(true),
        as_of_ms: Some(0),
        error: None,
        next_show_at_ms: None,
    }
}
