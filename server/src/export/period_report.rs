//! A report for spreadsheets: one figure a line, the same as GraphQL tells.

use std::fmt::Display;

use super::{ExportError, lines};
use crate::domain::period_report::{PeriodReport, Times};

/// Which part of the report, what the figure is about, which figure, and its value.
const HEADER: [&str; 6] = ["section", "id", "cinema", "screen", "figure", "value"];

type Row = Vec<String>;

/// The report as one CSV text. `region`: its id; empty for all.
///
/// # Errors
/// [`ExportError::Write`].
pub fn report_csv(region: &str, report: &PeriodReport) -> Result<Vec<u8>, ExportError> {
    let mut rows = vec![HEADER.map(str::to_owned).to_vec()];
    rows.extend(period(region, report));
    rows.extend(counts(report));
    rows.extend(times("time_to_acknowledge", report.time_to_acknowledge));
    rows.extend(times("time_to_resolve", report.time_to_resolve));
    rows.extend(shows(report));
    rows.extend(trouble(report));
    lines(&rows)
}

fn period(region: &str, report: &PeriodReport) -> Vec<Row> {
    vec![
        row("period", "", "region", &region),
        row("period", "", "from", &report.period.from()),
        row("period", "", "to", &report.period.to()),
        row("period", "", "time_zone", &report.zone.name()),
    ]
}

fn counts(report: &PeriodReport) -> Vec<Row> {
    let mut rows = vec![
        row("incidents", "", "opened", &report.opened),
        row("incidents", "", "closed", &report.closed),
        row("incidents", "", "in_outages", &report.in_outages),
    ];
    rows.extend(report.by_severity.iter().map(|(name, count)| row("severity", name.name(), "opened", count)));
    for day in &report.by_day {
        let date = day.date.to_string();
        rows.extend([row("day", &date, "opened", &day.opened), row("day", &date, "closed", &day.closed)]);
    }
    rows
}

fn times(section: &str, times: Times) -> [Row; 4] {
    let seconds = |seconds: Option<u64>| seconds.map_or_else(String::new, |seconds| seconds.to_string());
    [
        row(section, "", "count", &times.count),
        row(section, "", "median_seconds", &seconds(times.median_seconds)),
        row(section, "", "p90_seconds", &seconds(times.p90_seconds)),
        row(section, "", "without", &times.without),
    ]
}

fn shows(report: &PeriodReport) -> [Row; 5] {
    [
        row("shows", "", "at_risk", &report.shows.at_risk),
        row("shows", "", "hit", &report.shows.hit),
        row("shows", "", "saved", &report.shows.saved),
        row("shows", "", "pending", &report.shows.pending),
        row("shows", "", "not_known", &report.shows.unknown),
    ]
}

fn trouble(report: &PeriodReport) -> Vec<Row> {
    let mut rows = Vec::new();
    for machine in &report.top_machines {
        let of_it = [
            row("top_machine", &machine.id, "count", &machine.count),
            row("top_machine", &machine.id, "open_minutes", &machine.open_minutes),
        ];
        rows.extend(of_it.map(|mut row| {
            row[2] = machine.cinema.clone().unwrap_or_default();
            row[3] = machine.screen.clone().unwrap_or_default();
            row
        }));
    }
    for error in &report.top_errors {
        rows.push(row("top_error", &error.id, "count", &error.count));
        rows.push(row("top_error", &error.id, "open_minutes", &error.open_minutes));
    }
    rows
}

/// A line that is about no place.
fn row(section: &str, id: &str, figure: &str, value: &dyn Display) -> Row {
    vec![
        section.to_owned(),
        id.to_owned(),
        String::new(),
        String::new(),
        figure.to_owned(),
        value.to_string(),
    ]
}
