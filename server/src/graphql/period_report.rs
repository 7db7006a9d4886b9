//! Reports about a period in GraphQL.

use async_graphql::{Context, ID, Result, SimpleObject};
use cineportal_regions::RegionId;

use super::date_time::DateTime;
use super::error::{bad_input, store_failed};
use super::local_time::LocalDate;
use super::region::RegionObject;
use super::state::IncidentSeverity;
use super::tally::SeverityCount;
use crate::desk::{Desk, ReportError};
use crate::domain::period_report::{
    Day, ErrorTrouble, MachineTrouble, PeriodReport, ReportPeriod, Shows, Times,
};

/// What a report costs beside its fields: it reads up to 100,000 incidents.
pub(super) const REPORT_COST: usize = 2_000;

/// The incidents that opened in a period. A cinema outage counts once; its members are left out of all figures
/// but `inOutages`.
#[derive(SimpleObject)]
#[graphql(name = "Report")]
pub(super) struct ReportObject {
    /// The region; null: all that you may see.
    region: Option<RegionObject>,
    /// The first instant of the period.
    from: DateTime,
    /// The first instant behind the period.
    to: DateTime,
    /// By whose clocks days begin: the region's IANA time zone, or `UTC` for all regions.
    time_zone: String,
    /// How many incidents opened in the period.
    opened: u64,
    /// How many of them are closed now.
    closed: u64,
    /// How many more opened in the period, but belong to a cinema outage.
    in_outages: u64,
    /// How many are of which severity, as it is now; all severities, the worst first.
    by_severity: Vec<SeverityCount>,
    /// Each day that the period touches, in order.
    by_day: Vec<ReportDay>,
    /// From the opening until a person first took it.
    time_to_acknowledge: ReportTimes,
    /// From the opening until it closed, the last time if it was opened again.
    time_to_resolve: ReportTimes,
    /// What became of the shows.
    shows: ReportShows,
    /// The machines with the most incidents, then those with the longest; at most 10.
    top_machines: Vec<ReportMachine>,
    /// The kinds of fault with the most incidents, then those with the longest; at most 10.
    top_errors: Vec<ReportFault>,
}

/// One day of a report.
#[derive(SimpleObject)]
struct ReportDay {
    /// Which day.
    date: LocalDate,
    /// How many incidents opened on it.
    opened: u64,
    /// How many of the period's incidents closed on it. What closes behind the period is on no day.
    closed: u64,
}

/// How long something took, in whole seconds, rounded down.
#[derive(SimpleObject)]
struct ReportTimes {
    /// In how many incidents it has happened.
    count: u64,
    /// The least time within which it happened in at least half of these, in seconds; null if there are none.
    median_seconds: Option<u64>,
    /// The least time within which it happened in at least nine of ten, in seconds; null if there are none.
    p90_seconds: Option<u64>,
    /// In how many incidents it has not happened yet; they are left out of the times.
    without: u64,
}

/// How many incidents touched a show: the first one on their screen after they opened, as it was known then.
#[derive(SimpleObject)]
struct ReportShows {
    /// It was due within 4 hours after the incident opened.
    at_risk: u64,
    /// It began while the incident was open, whether it was at risk or due later.
    hit: u64,
    /// It was at risk, and the incident closed before it began.
    saved: u64,
    /// It was at risk, the incident is open, and it has not begun yet.
    pending: u64,
    /// Nobody told of a next show when the incident opened; these count in none of the others.
    not_known: u64,
}

/// A machine with many incidents.
#[derive(SimpleObject)]
struct ReportMachine {
    /// Identifier of the machine.
    id: ID,
    /// Name of its cinema, if it is known.
    cinema: Option<String>,
    /// Name of its screen, if it is known.
    screen: Option<String>,
    /// How many incidents.
    count: u64,
    /// How long they were open, all together, in whole minutes, rounded down.
    open_minutes: u64,
}

/// A kind of fault with many incidents.
#[derive(SimpleObject)]
struct ReportFault {
    /// The kind of fault, as `machine_offline`.
    error_id: String,
    /// How many incidents.
    count: u64,
    /// How long they were open, all together, in whole minutes, rounded down.
    open_minutes: u64,
}

/// Makes the report.
pub(super) async fn period_report(
    context: &Context<'_>,
    region: Option<ID>,
    from: DateTime,
    to: DateTime,
) -> Result<ReportObject> {
    let desk = context.data::<Desk>()?;
    let region = region.map(|id| RegionId::new(id.0));
    let period = ReportPeriod::new(from.0, to.0).map_err(|error| bad_input(format!("{error}.")))?;
    let report = desk.period_report(region.as_ref(), period).await.map_err(|error| match error {
        ReportError::Store(error) => store_failed(&error),
        error @ (ReportError::NoRegion(_) | ReportError::TooMany) => bad_input(format!("{error}.")),
    })?;
    let region = region.and_then(|id| desk.region(&id)).map(RegionObject);
    Ok(ReportObject { region, ..report.into() })
}

impl From<PeriodReport> for ReportObject {
    fn from(report: PeriodReport) -> Self {
        let severity =
            |(severity, count)| SeverityCount { severity: IncidentSeverity::from(severity), count };
        Self {
            region: None,
            from: DateTime(report.period.from()),
            to: DateTime(report.period.to()),
            time_zone: report.zone.name().to_owned(),
            opened: report.opened,
            closed: report.closed,
            in_outages: report.in_outages,
            by_severity: report.by_severity.into_iter().map(severity).collect(),
            by_day: report.by_day.into_iter().map(ReportDay::from).collect(),
            time_to_acknowledge: report.time_to_acknowledge.into(),
            time_to_resolve: report.time_to_resolve.into(),
            shows: report.shows.into(),
            top_machines: report.top_machines.into_iter().map(ReportMachine::from).collect(),
            top_errors: report.top_errors.into_iter().map(ReportFault::from).collect(),
        }
    }
}

impl From<Day> for ReportDay {
    fn from(Day { date, opened, closed }: Day) -> Self {
        Self { date: LocalDate(date), opened, closed }
    }
}

impl From<Times> for ReportTimes {
    fn from(Times { count, median_seconds, p90_seconds, without }: Times) -> Self {
        Self { count, median_seconds, p90_seconds, without }
    }
}

impl From<Shows> for ReportShows {
    fn from(Shows { at_risk, hit, saved, pending, unknown }: Shows) -> Self {
        Self { at_risk, hit, saved, pending, not_known: unknown }
    }
}

impl From<MachineTrouble> for ReportMachine {
    fn from(MachineTrouble { id, cinema, screen, count, open_minutes }: MachineTrouble) -> Self {
        Self { id: ID(id), cinema, screen, count, open_minutes }
    }
}

impl From<ErrorTrouble> for ReportFault {
    fn from(ErrorTrouble { id, count, open_minutes }: ErrorTrouble) -> Self {
        Self { error_id: id, count, open_minutes }
    }
}
