//! Lists of machines, page by page, as Relay connections.

use async_graphql::{ID, InputObject, Result, SimpleObject};
use cineportal_regions::RegionId;

use super::error::{bad_input, store_failed};
use super::incident::DateTime;
use super::list::PageInfo;
use super::machine::MachineObject;
use super::machine_cursor as cursor;
use super::paging::PageArguments;
use crate::desk::{Desk, MachineQuery, Slice};
use crate::fleet;

const DEFAULT_FIRST: i32 = 50;
/// The whole fleet at one glance, and some more.
const MAX_FIRST: i32 = 1_000;
const LOOK_COST: usize = 50;
/// Machines stand in memory: so many plain fields cost as much as one of an incident.
const FIELDS_AT_COST_OF_ONE: usize = 20;
/// Machines of which more than this is asked cost what they ask: a list below them costs at least so much.
const PLAIN_COST: usize = 50;

/// Which machines. Everything that is left out does not narrow the list.
#[derive(Default, InputObject)]
pub(super) struct MachineFilter {
    /// Only this region.
    pub(super) region: Option<ID>,
    /// Only this cinema.
    cinema: Option<ID>,
    /// Only those that the cloud saw when they were last read, or only those that it did not see.
    online: Option<bool>,
    /// Only those with words that begin like these, in their id or the names of their cinema or screen.
    text: Option<String>,
    /// Only those with an incident that is open or in progress, or only the others.
    has_incident: Option<bool>,
}

/// A page of machines.
#[derive(SimpleObject)]
pub(super) struct MachineConnection {
    /// The machines on this page, each with its cursor.
    edges: Vec<MachineEdge>,
    /// Whether there is more, and where to go on.
    page_info: PageInfo,
    /// How many machines there are on all pages.
    total_count: usize,
}

/// A machine in a list.
#[derive(SimpleObject)]
struct MachineEdge {
    /// The machine.
    node: MachineObject,
    /// Its place in the list, which stays the same while others come and go.
    cursor: String,
}

/// How many machines of a region exporters tell of, and how they are, as they were last read.
#[derive(SimpleObject)]
pub(super) struct RegionMachineCounts {
    /// All of them.
    total: u32,
    /// The cloud sees them.
    online: u32,
    /// The cloud does not see them.
    offline: u32,
    /// Their exporter does not say.
    unknown: u32,
    /// When the oldest of these readings was true; null where there are no machines.
    as_of: Option<DateTime>,
    /// Why some of them are older than they should be, in English; null if all is well.
    error: Option<String>,
}

impl From<fleet::MachineCounts> for RegionMachineCounts {
    fn from(counts: fleet::MachineCounts) -> Self {
        let fleet::MachineCounts { total, online, offline, unknown, as_of, error } = counts;
        let error = error.as_deref().map(str::to_owned);
        Self { total, online, offline, unknown, as_of: as_of.map(DateTime), error }
    }
}

/// What a list costs: to look at all machines, and to show those on the page.
pub(super) fn machines_cost(first: Option<i32>, last: Option<i32>, child_complexity: usize) -> usize {
    let shown = first.or(last).unwrap_or(DEFAULT_FIRST).clamp(0, MAX_FIRST);
    let each = match child_complexity {
        plain if plain < PLAIN_COST => plain.div_ceil(FIELDS_AT_COST_OF_ONE),
        full => full,
    };
    LOOK_COST + usize::try_from(shown).unwrap_or(0) * each
}

/// Reads one page.
pub(super) fn machines(desk: &Desk, filter: MachineFilter, page: PageArguments) -> Result<MachineConnection> {
    let query = MachineQuery {
        region: filter.region.map(|id| RegionId::new(id.0)),
        cinema: filter.cinema.map(|id| id.0),
        online: filter.online,
        text: filter.text,
        has_incident: filter.has_incident,
        slice: slice(page)?,
    };
    let page = desk.machines(&query).map_err(|error| store_failed(&error))?;
    let edges: Vec<MachineEdge> = page
        .machines
        .into_iter()
        .map(|(position, machine)| MachineEdge {
            cursor: cursor::write(&position),
            node: MachineObject(machine),
        })
        .collect();
    let page_info = PageInfo {
        has_previous_page: page.has_previous,
        has_next_page: page.has_next,
        start_cursor: edges.first().map(|edge| edge.cursor.clone()),
        end_cursor: edges.last().map(|edge| edge.cursor.clone()),
    };
    Ok(MachineConnection { edges, page_info, total_count: page.total })
}

fn slice(page: PageArguments) -> Result<Slice> {
    let (name, count) = match (page.first, page.last) {
        (Some(_), Some(_)) => return Err(bad_input("Give `first` or `last`, not both.")),
        (None, Some(last)) => ("last", last),
        (first, None) => ("first", first.unwrap_or(DEFAULT_FIRST)),
    };
    let limit = usize::try_from(count).ok().filter(|_| (1..=MAX_FIRST).contains(&count));
    Ok(Slice {
        after: page.after.map(|after| cursor::read("after", &after)).transpose()?,
        before: page.before.map(|before| cursor::read("before", &before)).transpose()?,
        limit: limit.ok_or_else(|| bad_input(format!("`{name}` must be 1 to {MAX_FIRST}, not {count}.")))?,
        from_end: page.last.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_of_machines_is_cheap_and_lists_below_machines_are_not() {
        assert_eq!(machines_cost(Some(1_000), None, 40), 50 + 2_000);
        assert_eq!(machines_cost(None, Some(1_000), 20), 50 + 1_000);
        assert_eq!(machines_cost(Some(1_000), None, 50), 50 + 50_000);
        assert_eq!(machines_cost(None, None, 21), 50 + 100);
        assert_eq!(machines_cost(Some(i32::MAX), None, 20), 50 + 1_000);
        assert_eq!(machines_cost(Some(-1), None, 20), 50);
    }
}
