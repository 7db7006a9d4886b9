//! Lists of incidents, page by page, as Relay connections.

use async_graphql::{ID, InputObject, Result, SimpleObject};
use cineportal_regions::RegionId;
use jiff::Timestamp;

use super::error::{bad_input, store_failed};
use super::incident::{IncidentObject, IncidentStatus};
use crate::desk::{Desk, ListQuery, position};
use crate::domain::incident::{IncidentId, Status};
use crate::store::PagePosition;

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
}

/// A page of incidents, newest first.
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
struct PageInfo {
    /// Whether there are incidents before this page.
    has_previous_page: bool,
    /// Whether there are incidents behind this page.
    has_next_page: bool,
    /// Cursor of the first incident on this page.
    start_cursor: Option<String>,
    /// Cursor of the last incident on this page.
    end_cursor: Option<String>,
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
    first: Option<i32>,
    after: Option<&str>,
) -> Result<IncidentConnection> {
    let first = first.unwrap_or(DEFAULT_FIRST);
    let limit = u32::try_from(first)
        .ok()
        .filter(|_| (1..=MAX_FIRST).contains(&first))
        .ok_or_else(|| bad_input(format!("`first` must be 1 to {MAX_FIRST}, not {first}.")))?;
    let after = after.map(read_cursor).transpose()?;
    let has_previous_page = after.is_some();
    let open = || vec![IncidentStatus::Open, IncidentStatus::InProgress];
    let statuses = filter.status.unwrap_or_else(open).into_iter().map(Status::from).collect();
    let region = filter.region.map(|id| RegionId::new(id.0));
    let page = desk
        .incidents(ListQuery { region, statuses, after, limit })
        .await
        .map_err(|error| store_failed(&error))?;
    let edges: Vec<IncidentEdge> = page
        .incidents
        .into_iter()
        .map(|incident| IncidentEdge { cursor: cursor(&position(&incident)), node: IncidentObject(incident) })
        .collect();
    let page_info = PageInfo {
        has_previous_page,
        has_next_page: page.has_next,
        start_cursor: edges.first().map(|edge| edge.cursor.clone()),
        end_cursor: edges.last().map(|edge| edge.cursor.clone()),
    };
    Ok(IncidentConnection { edges, page_info, total_count: page.total })
}

fn cursor(position: &PagePosition) -> String {
    format!("{}.{}", position.opened_at.as_millisecond(), position.id)
}

fn read_cursor(text: &str) -> Result<PagePosition> {
    let parse = || {
        let (opened_at, id) = text.split_once('.')?;
        let opened_at = Timestamp::from_millisecond(opened_at.parse().ok()?).ok()?;
        Some(PagePosition { opened_at, id: IncidentId(id.to_owned()) })
    };
    parse().ok_or_else(|| bad_input("`after` is not a cursor of this list."))
}
