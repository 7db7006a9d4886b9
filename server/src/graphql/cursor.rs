//! Cursors of lists: the order, and the place of an incident in it. Opaque to whoever gets them.

use async_graphql::Result;
use jiff::Timestamp;

use super::error::bad_input;
use crate::desk::{OpenPosition, Position};
use crate::domain::incident::{IncidentId, Severity};
use crate::domain::order::{Band, Order, Rank};
use crate::store::PagePosition;

const ORDERS: [(Order, &str); 3] =
    [(Order::Deadline, "deadline"), (Order::Age, "age"), (Order::Severity, "severity")];
const BANDS: [(Band, &str); 4] =
    [(Band::Soon, "1"), (Band::CriticalUnknown, "2"), (Band::Later, "3"), (Band::Unknown, "4")];
/// What stands for a value that the order does not ask for.
const NONE: &str = "-";

/// Writes a place down.
pub(super) fn write(position: &Position) -> String {
    match position {
        Position::History(PagePosition { opened_at, id }) => format!("{}.{id}", opened_at.as_millisecond()),
        Position::Open(OpenPosition { order, as_of, rank }) => {
            let instant = |time: Timestamp| time.as_millisecond().to_string();
            let show_at = rank.show_at.map_or_else(|| NONE.to_owned(), instant);
            let severity = rank.severity.map_or(NONE, Severity::name);
            let (order, band) = (name(&ORDERS, *order), name(&BANDS, rank.band));
            let (as_of, opened_at) = (instant(*as_of), instant(rank.opened_at));
            format!("{order}.{as_of}.{band}.{show_at}.{severity}.{opened_at}.{}", rank.id)
        }
    }
}

/// Reads a place in the history.
///
/// # Errors
/// If it is a cursor of another list, or none.
pub(super) fn read_history(text: &str) -> Result<PagePosition> {
    let parse = || {
        let (opened_at, id) = text.split_once('.')?;
        Some(PagePosition { opened_at: instant(opened_at)?, id: IncidentId(id.to_owned()) })
    };
    parse().ok_or_else(not_of_this_list)
}

/// Reads a place in a list of open incidents in this order.
///
/// # Errors
/// If it is a cursor of another list, or none.
pub(super) fn read_open(text: &str, order: Order) -> Result<OpenPosition> {
    let position = parse_open(text).filter(|position| position.order == order);
    position.ok_or_else(not_of_this_list)
}

fn parse_open(text: &str) -> Option<OpenPosition> {
    let parts: Vec<&str> = text.splitn(7, '.').collect();
    let [order, as_of, band, show_at, severity, opened_at, id] = parts.as_slice() else { return None };
    let rank = Rank {
        band: named(&BANDS, band)?,
        show_at: optional(show_at, instant)?,
        severity: optional(severity, |name| SEVERITIES.into_iter().find(|known| known.name() == name))?,
        opened_at: instant(opened_at)?,
        id: IncidentId((*id).to_owned()),
    };
    Some(OpenPosition { order: named(&ORDERS, order)?, as_of: instant(as_of)?, rank })
}

const SEVERITIES: [Severity; 3] = [Severity::Critical, Severity::Warning, Severity::Info];

fn not_of_this_list() -> async_graphql::Error {
    bad_input("`after` is not a cursor of this list.")
}

fn instant(text: &str) -> Option<Timestamp> {
    Timestamp::from_millisecond(text.parse().ok()?).ok()
}

/// `None` where the text is malformed, `Some(None)` where it says that there is no value.
fn optional<T>(text: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    if text == NONE { Some(None) } else { read(text).map(Some) }
}

fn name<T: Copy + PartialEq>(names: &[(T, &'static str)], wanted: T) -> &'static str {
    names.iter().find(|(value, _)| *value == wanted).map_or(NONE, |(_, name)| name)
}

fn named<T: Copy>(names: &[(T, &'static str)], wanted: &str) -> Option<T> {
    names.iter().find(|(_, name)| *name == wanted).map(|(value, _)| *value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_instant() -> impl Strategy<Value = Timestamp> {
        (-2_000_000_000_000_i64..2_000_000_000_000)
            .prop_map(|millisecond| Timestamp::from_millisecond(millisecond).unwrap())
    }

    prop_compose! {
        fn any_position()(
            (order, _) in prop::sample::select(ORDERS.to_vec()),
            (band, _) in prop::sample::select(BANDS.to_vec()),
            severity in prop::option::of(prop::sample::select(SEVERITIES.to_vec())),
            show_at in prop::option::of(any_instant()),
            as_of in any_instant(),
            opened_at in any_instant(),
            id in any::<String>(),
        ) -> OpenPosition {
            OpenPosition { order, as_of, rank: Rank { band, show_at, severity, opened_at, id: IncidentId(id) } }
        }
    }

    proptest! {
        #[test]
        fn every_cursor_is_read_back(position in any_position()) {
            let text = write(&Position::Open(position.clone()));
            prop_assert_eq!(read_open(&text, position.order).unwrap(), position);
            prop_assert!(read_history(&text).is_err(), "it is no cursor of the history");
        }

        #[test]
        fn a_cursor_of_the_history_is_read_back(opened_at in any_instant(), id in any::<String>()) {
            let position = PagePosition { opened_at, id: IncidentId(id) };
            let text = write(&Position::History(position.clone()));
            prop_assert_eq!(read_history(&text).unwrap(), position);
        }

        #[test]
        fn any_other_text_is_refused(text in any::<String>()) {
            prop_assert!(read_open(&text, Order::Deadline).is_err());
        }
    }
}
