//! Lists of incidents, page by page, as Relay connections.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use tokio::sync::OnceCell;

use super::cursor;
use super::error::{Nullable, bad_input, store_failed};
use super::filter::IncidentFilter;
use super::incident::IncidentObject;
use super::paging::{self, PageArguments, placed};
use super::tally::IncidentTally;
use crate::desk::{Count, Desk, ListQuery, Listed, Listing, Total};
use crate::domain::incident::Status;
use crate::domain::order::Order;

const LOOK_COST: usize = 50;
/// The field that is counted only if somebody asks for it.
const TALLY: &str = "tally";

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
    /// What changed last comes first. What changes between two pages moves to the front.
    Updated,
}

/// A page of incidents.
pub(super) struct IncidentConnection {
    edges: Vec<IncidentEdge>,
    has_previous_page: bool,
    has_next_page: bool,
    total: Total,
    /// What [`Total::NotCounted`] is, once it was counted.
    counted: OnceCell<Count>,
    tally: Option<IncidentTally>,
}

/// A page of incidents.
#[Object]
impl IncidentConnection {
    /// The incidents on this page, each with its cursor, in the list's order whichever way it is read.
    async fn edges(&self) -> &[IncidentEdge] {
        &self.edges
    }

    /// Whether there is more, and where to go on.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.has_previous_page,
            has_next_page: self.has_next_page,
            start_cursor: self.edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: self.edges.last().map(|edge| edge.cursor.clone()),
        }
    }

    /// How many incidents there are on all pages. In lists with closed ones at most 10,000 are counted, or 1,000 if
    /// the filter names several of machine, cinema, error, severity and words, see `totalCountIsExact`; it costs a
    /// question to the store, so ask only if you show it. Null with an error if the store did not answer in time.
    async fn total_count(&self, context: &Context<'_>) -> Nullable<u64> {
        Some(self.count(context).await.map(|count| count.counted))
    }

    /// Whether `totalCount` counts all of them; if not, there are more.
    async fn total_count_is_exact(&self, context: &Context<'_>) -> Nullable<bool> {
        Some(self.count(context).await.map(|count| count.is_exact))
    }

    /// How many of all these incidents are of which kind; null for lists with closed ones.
    #[graphql(complexity = 1)]
    async fn tally(&self) -> Option<&IncidentTally> {
        self.tally.as_ref()
    }
}

impl IncidentConnection {
    async fn count(&self, context: &Context<'_>) -> Result<Count> {
        let selection = match &self.total {
            Total::Exactly(counted) => return Ok(Count { counted: *counted, is_exact: true }),
            Total::NotCounted(selection) => selection,
        };
        let desk = context.data::<Desk>()?;
        let counted = self.counted.get_or_try_init(|| desk.count(selection)).await;
        counted.copied().map_err(|error| store_failed(&error))
    }
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
pub(super) fn list_cost(first: Option<i32>, last: Option<i32>, child_complexity: usize) -> usize {
    LOOK_COST + paging::shown(first, last) * child_complexity
}

/// Reads one page.
pub(super) async fn list(
    context: &Context<'_>,
    filter: IncidentFilter,
    order_by: Option<IncidentOrder>,
    arguments: PageArguments,
) -> Result<IncidentConnection> {
    filter.check()?;
    let query = ListQuery {
        regions: filter.regions(),
        statuses: filter.statuses(),
        search: filter.search(),
        assigned: filter.assigned(),
        opened: filter.opened(),
        listing: listing(context, &filter, order_by, arguments)?,
    };
    let list = context.data::<Desk>()?.incidents(query).await.map_err(|error| store_failed(&error))?;
    Ok(IncidentConnection {
        has_previous_page: list.page.has_previous,
        has_next_page: list.page.has_next,
        edges: list.page.items.into_iter().map(IncidentEdge::from).collect(),
        total: list.total,
        counted: OnceCell::new(),
        tally: list.tally.map(IncidentTally::from),
    })
}

impl From<Listed> for IncidentEdge {
    fn from(Listed { incident, position }: Listed) -> Self {
        Self { cursor: cursor::write(&position), node: IncidentObject(incident) }
    }
}

fn listing(
    context: &Context<'_>,
    filter: &IncidentFilter,
    order_by: Option<IncidentOrder>,
    arguments: PageArguments,
) -> Result<Listing> {
    let paging = arguments.read()?;
    if !filter.statuses().contains(&Status::Closed) {
        let order = order_by.map_or(Order::Deadline, Order::from);
        let paging = placed(paging, |cursor| cursor::read_open(cursor, order))?;
        let with_tally = context.look_ahead().field(TALLY).exists();
        return Ok(Listing::Open { live: filter.live()?, order, paging, with_tally });
    }
    if order_by.is_some() {
        return Err(bad_input("`orderBy` is for open incidents; lists with closed ones are newest first."));
    }
    Ok(Listing::History { closed: filter.closed(), paging: placed(paging, cursor::read_history)? })
}
