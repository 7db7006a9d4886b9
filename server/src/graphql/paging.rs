//! Which page of a list, as Relay asks for it: the first ones behind a cursor, or the last ones before one.

use async_graphql::Result;

use super::error::bad_input;
use crate::domain::paging::{Direction, Paging};

/// How many incidents a page holds if nobody says so.
const DEFAULT: i32 = 50;
/// How many it holds at most.
const MAX: i32 = 100;

/// The arguments of a list.
pub(super) struct PageArguments {
    /// How many of the first ones.
    pub(super) first: Option<i32>,
    /// Behind this cursor.
    pub(super) after: Option<String>,
    /// How many of the last ones.
    pub(super) last: Option<i32>,
    /// Before this cursor.
    pub(super) before: Option<String>,
}

/// How many incidents are shown at most, for what a list costs.
pub(super) fn shown(first: Option<i32>, last: Option<i32>) -> usize {
    let wanted = first.unwrap_or(0).max(last.unwrap_or(0));
    let wanted = if first.or(last).is_none() { DEFAULT } else { wanted };
    usize::try_from(wanted.clamp(0, MAX)).unwrap_or(0)
}

impl PageArguments {
    /// Which page; its place is still a cursor.
    ///
    /// # Errors
    /// If both ways are asked for at once, or not 1 to 100 incidents.
    pub(super) fn read(self) -> Result<Paging<String>> {
        let Self { first, after, last, before } = self;
        let forwards = first.is_some() || after.is_some();
        let backwards = last.is_some() || before.is_some();
        match (forwards, backwards) {
            (true, true) => Err(bad_input("Give `first` and `after`, or `last` and `before`, not both.")),
            (_, false) => paging(Direction::Forwards, "first", first, after),
            (false, true) => paging(Direction::Backwards, "last", last, before),
        }
    }
}

fn paging(
    direction: Direction,
    name: &str,
    count: Option<i32>,
    beyond: Option<String>,
) -> Result<Paging<String>> {
    let count = count.unwrap_or(DEFAULT);
    let limit = u32::try_from(count).ok().filter(|_| (1..=MAX).contains(&count));
    let limit = limit.ok_or_else(|| bad_input(format!("`{name}` must be 1 to {MAX}, not {count}.")))?;
    Ok(Paging { direction, beyond, limit })
}

/// The page from the place on that this reads from a cursor.
///
/// # Errors
/// If it reads none: the cursor is of another list, or none at all.
pub(super) fn placed<P>(paging: Paging<String>, read: impl FnOnce(&str) -> Option<P>) -> Result<Paging<P>> {
    let Paging { direction, beyond, limit } = paging;
    let name = match direction {
        Direction::Forwards => "after",
        Direction::Backwards => "before",
    };
    let foreign = || bad_input(format!("`{name}` is not a cursor of this list."));
    let beyond = beyond.map(|cursor| read(&cursor).ok_or_else(foreign)).transpose()?;
    Ok(Paging { direction, beyond, limit })
}
