//! A report about the incidents that opened in a period: how many, how long they took, and which shows they
//! touched. Each figure is defined in `docs/reports.md`.
//!
//! A cinema outage counts once: its members are left out of all figures but one, which says how many they are.

mod days;
mod period;
mod shows;
mod times;
mod trouble;

use std::collections::HashSet;

use jiff::Timestamp;

pub use self::days::Day;
pub use self::period::{PeriodError, ReportPeriod};
pub use self::shows::{RISK, Shows};
pub use self::times::Times;
pub use self::trouble::{ErrorTrouble, MachineTrouble};
use super::incident::{IncidentId, Severity};
use super::local_time::Zone;
use super::show::ShowAtOpening;

/// What a report reads of one incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// Identifier.
    pub id: IncidentId,
    /// How bad it is, or was in the end.
    pub severity: Severity,
    /// Stable identifier of the kind of fault.
    pub error_id: String,
    /// The machine, if it is one.
    pub machine_id: Option<String>,
    /// Name of the cinema, if it is known.
    pub cinema: Option<String>,
    /// Name of the screen, if it is known.
    pub screen: Option<String>,
    /// When the fault began.
    pub opened_at: Timestamp,
    /// When a person first took it.
    pub acknowledged_at: Option<Timestamp>,
    /// When it closed; `None` while it is open.
    pub closed_at: Option<Timestamp>,
    /// The next show as it was known when it opened.
    pub show: ShowAtOpening,
    /// What belongs to it, if it is a cinema outage.
    pub members: Vec<IncidentId>,
}

/// What a report says.
#[derive(Clone, Debug, PartialEq)]
pub struct PeriodReport {
    /// What it is about.
    pub period: ReportPeriod,
    /// By whose clocks days begin.
    pub zone: Zone,
    /// How many incidents opened in the period.
    pub opened: u64,
    /// How many of them are closed now.
    pub closed: u64,
    /// How many more opened, but belong to a cinema outage, and count in no other figure.
    pub in_outages: u64,
    /// How many of each severity, the worst first.
    pub by_severity: [(Severity, u64); 3],
    /// Each day that the period touches, in order.
    pub by_day: Vec<Day>,
    /// From the opening until a person first took it.
    pub time_to_acknowledge: Times,
    /// From the opening until it closed.
    pub time_to_resolve: Times,
    /// What became of the shows.
    pub shows: Shows,
    /// The machines with the most incidents, the most first.
    pub top_machines: Vec<MachineTrouble>,
    /// The kinds of fault with the most incidents, the most first.
    pub top_errors: Vec<ErrorTrouble>,
}

/// The report of a period, as of now. `facts` are all that opened since [`ReportPeriod::reads_from`].
pub fn report(facts: &[Facts], period: ReportPeriod, zone: Zone, now: Timestamp) -> PeriodReport {
    let members: HashSet<&IncidentId> = facts.iter().flat_map(|facts| &facts.members).collect();
    let opened = facts.iter().filter(|facts| period.contains(facts.opened_at));
    let (inside, counted): (Vec<&Facts>, Vec<&Facts>) = opened.partition(|facts| members.contains(&facts.id));
    let of_severity = |severity| counted.iter().filter(|facts| facts.severity == severity).count() as u64;
    PeriodReport {
        opened: counted.len() as u64,
        closed: counted.iter().filter(|facts| facts.closed_at.is_some()).count() as u64,
        in_outages: inside.len() as u64,
        by_severity: [Severity::Critical, Severity::Warning, Severity::Info]
            .map(|severity| (severity, of_severity(severity))),
        by_day: days::by_day(&counted, period, &zone),
        time_to_acknowledge: Times::of(&counted, |facts| facts.acknowledged_at),
        time_to_resolve: Times::of(&counted, |facts| facts.closed_at),
        shows: Shows::of(&counted, now),
        top_machines: trouble::top_machines(&counted, now),
        top_errors: trouble::top_errors(&counted, now),
        period,
        zone,
    }
}

#[cfg(test)]
mod tests;
