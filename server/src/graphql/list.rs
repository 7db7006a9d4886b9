//! Lists of incidents, page by page, as Relay connections.

use async_graphql::{Enum, ID, InputObject, Result, SimpleObject};
use cineportal_regions::RegionId;

use super::cursor;
use super::error::{bad_input, store_failed};
use super::incident::{DateTime, IncidentObject, IncidentSeverity, IncidentStatus};
use crate::desk::{Desk, ListQuery, Listing};
use crate::domain::incident::{Severity, Status};
use crate::domain::order::Order;
use crate::domain::search::Search;
use crate::store::Period;

const DEFAULT_FIRST: i32 = 50;
const MAX_FIRST: i32 = 100;
const LOOK_COST: usize = 50;

/// Which incidents. Everything that is left out does not narrow the list, but for `status`.
#[derive(Default, InputObject)]
pub(super) struct IncidentFilter {
    /// Only this region.
    pub(super) region: Option<ID>,
    /// Only these statuses; open and in progress if left out.
    status: Option<Vec<IncidentStatus>>,
    /// Only this severity.
    severity: Option<IncidentSeverity>,
    /// Only this machine.
    machine: Option<ID>,
    /// Only this cinema.
    cinema: Option<ID>,
    /// Only this kind of fault, as `machine_offline`.
    error: Option<String>,
    /// Only incidents with words that begin like these, in number, title, description, place, assignee or
    /// what people said.
    text: Option<String>,
    /// Only what opened at this time or later.
    opened_from: Option<DateTime>,
    /// Only what opened before this time.
    opened_until: Option<DateTime>,
    /// Only those about which people are left in peace, or only the others. Not together with `CLOSED`.
    muted: Option<bool>,
}

impl IncidentFilter {
    /// The incidents of one machine.
    pub(super) fn of_machine(id: &str, status: Option<Vec<IncidentStatus>>) -> Self {
        Self { machine: Some(ID(id.to_owned())), status, ..Self::default() }
    }

    fn search(&self) -> Search {
        Search {
            text: self.text.clone(),
            machine_id: self.machine.as_ref().map(|id| id.0.clone()),
            cinema_id: self.cinema.as_ref().map(|id| id.0.clone()),
            error_id: self.error.clone(),
            severity: self.severity.map(Severity::from),
        }
    }

    fn opened(&self) -> Period {
        let instant = |time: &Option<DateTime>| time.as_ref().map(|time| time.0);
        Period { from: instant(&self.opened_from), until: instant(&self.opened_until) }
    }
}

/// What open incidents are ordered by. A list that shows closed ones too is newest first.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(remote = "Order")]
pub(super) enum IncidentOrder {
    /// What has to be done first comes first: by next show, then severity, then age. Critical faults whose
    /// next show is not known come before shows that are more than 12 hours away, all others last.
    Deadline,
    /// Open longest first.
    Age,
    /// Worst first, and open longest first among equals.
    Severity,
}

/// A page of incidents.
#[derive(SimpleObject)]
pub(super) struct IncidentConnection {
    /// The incidents on this page, each with its cursor.
    edges: Vec<IncidentEdge>,
    /// Whether there is more, and where to go on.
    page_info: PageInfo,
    /// How many incidents there are on all pages.
    total_count: u64,
}

/// An incident in a list.
#[derive(SimpleObject)]
struct IncidentEdge {
    /// The incident.
    node: IncidentObject,
    /// Its place in the list.
    cursor: String,
}

/// Where a page stands in its list.
#[derive(SimpleObject)]
pub(super) struct PageInfo {
    /// Whether there is more before this page.
    pub(super) has_previous_page: bool,
    /// Whether there is more behind this page.
    pub(super) has_next_page: bool,
    /// Cursor of what comes first on this page.
    pub(super) start_cursor: Option<String>,
    /// Cursor of what comes last on this page.
    pub(super) end_cursor: Option<String>,
}

/// What a list costs: to look at all incidents, and to show those on the page.
pub(super) fn list_cost(first: Option<i32>, child_complexity: usize) -> usize {
    let shown = usize::try_from(first.unwrap_or(DEFAULT_FIRST).clamp(0, MAX_FIRST)).unwrap_or(0);
    LOOK_COST + shown * child_complexity
}

/// Reads one page.
pub(super) async fn list(
    desk: &Desk,
    filter: IncidentFilter,
    order_by: Option<IncidentOrder>,
    first: Option<i32>,
    after: Option<&str>,
) -> Result<IncidentConnection> {
    let first = first.unwrap_or(DEFAULT_FIRST);
    let limit = u32::try_from(first)
        .ok()
        .filter(|_| (1..=MAX_FIRST).contains(&first))
        .ok_or_else(|| bad_input(format!("`first` must be 1 to {MAX_FIRST}, not {first}.")))?;
    let has_previous_page = after.is_some();
    let (search, opened) = (filter.search(), filter.opened());
    let open = || vec![IncidentStatus::Open, IncidentStatus::InProgress];
    let statuses: Vec<_> = filter.status.unwrap_or_else(open).into_iter().map(Status::from).collect();
    let muted = filter.muted;
    if muted.is_some() && statuses.contains(&Status::Closed) {
        return Err(bad_input("`muted` is for lists of open incidents: leave `CLOSED` out."));
    }
    let listing = listing(&statuses, order_by, after)?;
    let region = filter.region.map(|id| RegionId::new(id.0));
    let page = desk.incidents(ListQuery { region, statuses, search, opened, muted, listing, limit }).await;
    let page = page.map_err(|error| store_failed(&error))?;
    let edges: Vec<IncidentEdge> = page
        .incidents
        .into_iter()
        .map(|listed| IncidentEdge {
            cursor: cursor::write(&listed.position),
            node: IncidentObject(listed.incident),
        })
        .collect();
    let page_info = PageInfo {
        has_previous_page,
        has_next_page: page.has_next,
        start_cursor: edges.first().map(|edge| edge.cursor.clone()),
        end_cursor: edges.last().map(|edge| edge.cursor.clone()),
    };
    Ok(IncidentConnection { edges, page_info, total_count: page.total })
}

fn listing(statuses: &[Status], order_by: Option<IncidentOrder>, after: Option<&str>) -> Result<Listing> {
    if !statuses.contains(&Status::Closed) {
        let order = order_by.map_or(Order::Deadline, Order::from);
        let after = after.map(|after| cursor::read_open(after, order)).transpose()?;
        return Ok(Listing::Open { order, after });
    }
    if order_by.is_some() {
        return Err(bad_input("`orderBy` is for open incidents; lists with closed ones are newest first."));
    }
    Ok(Listing::History { after: after.map(cursor::read_history).transpose()? })
}
