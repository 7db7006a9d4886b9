//! Reports.

use miniserde::Deserialize;

use crate::model;

#[derive(Deserialize)]
pub(in crate::api) struct Report {
    #[serde(rename = "timeZone")]
    time_zone: String,
    opened: u32,
    closed: u32,
    #[serde(rename = "inOutages")]
    in_outages: u32,
    #[serde(rename = "bySeverity")]
    by_severity: Vec<SeverityCount>,
    #[serde(rename = "byDay")]
    by_day: Vec<Day>,
    #[serde(rename = "timeToAcknowledge")]
    acknowledge: Times,
    #[serde(rename = "timeToResolve")]
    resolve: Times,
    shows: Shows,
    #[serde(rename = "topMachines")]
    machines: Vec<Machine>,
    #[serde(rename = "topErrors")]
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct SeverityCount {
    severity: String,
    count: u32,
}

#[derive(Deserialize)]
struct Day {
    date: String,
    opened: u32,
    closed: u32,
}

#[derive(Deserialize)]
struct Times {
    count: u32,
    #[serde(rename = "medianSeconds")]
    median: Option<i64>,
    #[serde(rename = "p90Seconds")]
    p90: Option<i64>,
    without: u32,
}

#[derive(Deserialize)]
struct Shows {
    #[serde(rename = "atRisk")]
    at_risk: u32,
    hit: u32,
    saved: u32,
    pending: u32,
    #[serde(rename = "notKnown")]
    not_known: u32,
}

#[derive(Deserialize)]
struct Machine {
    id: String,
    cinema: Option<String>,
    screen: Option<String>,
    count: u32,
    #[serde(rename = "openMinutes")]
    open_minutes: i64,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(rename = "errorId")]
    error_id: String,
    count: u32,
    #[serde(rename = "openMinutes")]
    open_minutes: i64,
}

impl From<Report> for model::Report {
    fn from(wire: Report) -> Self {
        let severity = |wire: SeverityCount| (model::Severity::from_wire(&wire.severity), wire.count);
        Self {
            time_zone: wire.time_zone,
            opened: wire.opened,
            closed: wire.closed,
            in_outages: wire.in_outages,
            by_severity: wire.by_severity.into_iter().map(severity).collect(),
            by_day: wire.by_day.into_iter().map(Into::into).collect(),
            acknowledge: wire.acknowledge.into(),
            resolve: wire.resolve.into(),
            shows: wire.shows.into(),
            machines: wire.machines.into_iter().map(Into::into).collect(),
            errors: wire.errors.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Day> for model::ReportDay {
    fn from(wire: Day) -> Self {
        Self { date: wire.date, opened: wire.opened, closed: wire.closed }
    }
}

impl From<Times> for model::ReportTimes {
    fn from(wire: Times) -> Self {
        Self { count: wire.count, median_seconds: wire.median, p90_seconds: wire.p90, without: wire.without }
    }
}

impl From<Shows> for model::ReportShows {
    fn from(wire: Shows) -> Self {
        Self {
            at_risk: wire.at_risk,
            hit: wire.hit,
            saved: wire.saved,
            pending: wire.pending,
            not_known: wire.not_known,
        }
    }
}

impl From<Machine> for model::ReportTop {
    fn from(wire: Machine) -> Self {
        let place: Vec<String> = wire.screen.into_iter().chain(wire.cinema).collect();
        Self { id: wire.id, place: place.join(", "), count: wire.count, open_minutes: wire.open_minutes }
    }
}

impl From<Fault> for model::ReportTop {
    fn from(wire: Fault) -> Self {
        Self { id: wire.error_id, place: String::new(), count: wire.count, open_minutes: wire.open_minutes }
    }
}
