//! Incidents for spreadsheets: CSV (RFC 4180), UTF-8, a header line first, newest incidents first. Read and
//! written page by page, so that a year of a large fleet needs no more memory than a day of a small one.

mod period_report;

use cineportal_regions::RegionId;
use csv::{Terminator, WriterBuilder};
use futures::{Stream, StreamExt, stream};
use jiff::Timestamp;

pub use self::period_report::report_csv;
use crate::desk::Desk;
use crate::domain::incident::{CloseReason, Incident, Named, Status};
use crate::domain::local_time::Zone;
use crate::store::{PagePosition, Period, StoreError};

/// How many incidents are read and written at once.
const PAGE: u32 = 500;

const HEADER: [&str; 24] = [
    "number",
    "region",
    "status",
    "severity",
    "error_id",
    "title",
    "description",
    "machine_id",
    "cinema_id",
    "cinema",
    "screen_id",
    "screen",
    "time_zone",
    "opened_at_local",
    "opened_at_utc",
    "acknowledged_at_local",
    "acknowledged_at_utc",
    "closed_at_local",
    "closed_at_utc",
    "close_reason",
    "occurrences",
    "assignee",
    "id",
    "earlier_id",
];

/// Which incidents.
#[derive(Clone, Debug)]
pub struct ExportQuery {
    /// Only this region; else all that the viewer may see.
    pub region: Option<RegionId>,
    /// Only these statuses.
    pub statuses: Vec<Status>,
    /// Only what opened then.
    pub opened: Period,
}

/// Why there is no more. What was written before is not all.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The incidents could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// They could not be written down.
    #[error("a line could not be written: {0}")]
    Write(String),
}

/// The incidents as pieces of one CSV text. The first piece is read before this returns.
///
/// # Errors
/// [`ExportError`], at once or instead of a later piece.
pub async fn csv(
    desk: Desk,
    query: ExportQuery,
) -> Result<impl Stream<Item = Result<Vec<u8>, ExportError>> + Send, ExportError> {
    let mut export = Export { desk, query, after: None };
    let header = lines(&[HEADER.map(str::to_owned).to_vec()])?;
    let (first, is_last) = export.next_page().await?;
    let first = Ok([header, first].concat());
    let rest = stream::try_unfold((export, is_last), |(mut export, is_last)| async move {
        if is_last {
            return Ok(None);
        }
        let (text, is_last) = export.next_page().await?;
        Ok(Some((text, (export, is_last))))
    });
    Ok(stream::iter([first]).chain(rest))
}

/// Where an export stands.
struct Export {
    desk: Desk,
    query: ExportQuery,
    after: Option<PagePosition>,
}

impl Export {
    /// The next incidents, and whether they are the last ones.
    async fn next_page(&mut self) -> Result<(Vec<u8>, bool), ExportError> {
        let ExportQuery { region, statuses, opened } = &self.query;
        let page = self.desk.stored(region.as_ref(), statuses, *opened, self.after.take(), PAGE).await?;
        self.after = page.items.last().map(PagePosition::of);
        let rows = page.items.iter().map(|incident| self.row(incident)).collect::<Vec<_>>();
        Ok((lines(&rows)?, !page.has_next))
    }

    /// The cells of one incident, as [`HEADER`] names them.
    fn row(&self, incident: &Incident) -> Vec<String> {
        let region = self.desk.home(&incident.key.region);
        let zone = Zone::named(&region.time_zone).ok();
        let local = |instant: Option<Timestamp>| {
            let clock = instant.zip(zone.as_ref()).map(|(instant, zone)| zone.clock(instant));
            clock.map_or_else(String::new, |clock| clock.strftime("%Y-%m-%d %H:%M:%S").to_string())
        };
        let utc = |instant: Option<Timestamp>| {
            instant.map_or_else(String::new, |instant| instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
        };
        let id = |named: &Option<Named>| named.as_ref().map_or_else(String::new, |named| named.id.clone());
        let name =
            |named: &Option<Named>| named.as_ref().map_or_else(String::new, |named| named.name.clone());
        let place = &incident.place;
        let opened_at = Some(incident.opened_at);
        vec![
            incident.number.0.clone(),
            region.id.to_string(),
            status(incident.status).to_owned(),
            incident.severity.name().to_owned(),
            incident.error_id.clone(),
            incident.title.clone(),
            incident.description.clone(),
            place.machine_id.clone().unwrap_or_default(),
            id(&place.cinema),
            name(&place.cinema),
            id(&place.screen),
            name(&place.screen),
            region.time_zone.clone(),
            local(opened_at),
            utc(opened_at),
            local(incident.acknowledged_at),
            utc(incident.acknowledged_at),
            local(incident.closed_at),
            utc(incident.closed_at),
            incident.close_reason.map_or("", close_reason).to_owned(),
            incident.occurrences.to_string(),
            incident.assignee.clone().unwrap_or_default(),
            incident.id.to_string(),
            incident.earlier.as_ref().map_or_else(String::new, ToString::to_string),
        ]
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::InProgress => "in_progress",
        Status::Closed => "closed",
    }
}

fn close_reason(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Resolved => "resolved",
        CloseReason::ByPerson => "by_person",
        CloseReason::ByService => "by_service",
        CloseReason::ResolvedAtSource => "resolved_at_source",
    }
}

fn lines(rows: &[Vec<String>]) -> Result<Vec<u8>, ExportError> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        let cells = row.iter().map(|cell| defused(cell));
        writer.write_record(cells).map_err(|error| ExportError::Write(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| ExportError::Write(error.to_string()))
}

/// Spreadsheets take a cell that begins so for a formula, and would run it; an apostrophe makes it text.
/// Source: OWASP, "CSV Injection"; some read the wide signs of Chinese and Japanese as the narrow ones.
fn defused(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}
