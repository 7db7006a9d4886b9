//! Cursors of lists: the order, and the place of an incident in it. Opaque to whoever gets them.

use std::cmp::Reverse;

use jiff::Timestamp;

use crate::desk::{OpenPosition, Position};
use crate::domain::incident::{IncidentId, Severity};
use crate::domain::order::{Band, Key, Order, Rank};
use crate::store::PagePosition;

const ORDERS: [(Order, &str); 4] = [
    (Order::Deadline, "deadline"),
    (Order::Age, "age"),
    (Order::Severity, "severity"),
    (Order::Updated, "updated"),
];
const BANDS: [(Band, &str); 4] =
    [(Band::Soon, "1"), (Band::CriticalUnknown, "2"), (Band::Later, "3"), (Band::Unknown, "4")];
/// What stands for a value that the order does not ask for.
const NONE: &str = "-";
/// In bytes; ids are UUIDs.
const MAX_LENGTH: usize = 256;

/// Writes a place down.
pub(super) fn write(position: &Position) -> String {
    match position {
        Position::History(PagePosition { opened_at, id }) => format!("{}.{id}", opened_at.as_millisecond()),
        Position::Open(OpenPosition { order, as_of, rank: Rank { key, id } }) => {
            let instant = |time: Timestamp| time.as_millisecond().to_string();
            let optional = |time: Option<Timestamp>| time.map_or_else(|| NONE.to_owned(), instant);
            let (order, band) = (name(&ORDERS, *order), name(&BANDS, key.band));
            let updated_at = optional(key.updated_at.map(|Reverse(updated_at)| updated_at));
            let (show_at, severity) = (optional(key.show_at), key.severity.map_or(NONE, Severity::name));
            let (as_of, opened_at) = (instant(*as_of), instant(key.opened_at));
            format!("{order}.{as_of}.{band}.{updated_at}.{show_at}.{severity}.{opened_at}.{id}")
        }
    }
}

/// Reads a place in the history; `None` if it is a cursor of another list, or none.
pub(super) fn read_history(text: &str) -> Option<PagePosition> {
    let (opened_at, id) = short(text)?.split_once('.')?;
    Some(PagePosition { opened_at: instant(opened_at)?, id: IncidentId(id.to_owned()) })
}

/// Reads a place in a list of open incidents in this order; `None` if it is a cursor of another list, or none.
pub(super) fn read_open(text: &str, order: Order) -> Option<OpenPosition> {
    parse_open(short(text)?).filter(|position| position.order == order)
}

/// No cursor of ours is longer.
fn short(text: &str) -> Option<&str> {
    (text.len() <= MAX_LENGTH).then_some(text)
}

fn parse_open(text: &str) -> Option<OpenPosition> {
    let parts: Vec<&str> = text.splitn(8, '.').collect();
    let [order, as_of, band, updated_at, show_at, severity, opened_at, id] = parts.as_slice() else {
        return None;
    };
    let key = Key {
        band: named(&BANDS, band)?,
        updated_at: optional(updated_at, instant)?.map(Reverse),
        show_at: optional(show_at, instant)?,
        severity: optional(severity, |name| SEVERITIES.into_iter().find(|known| known.name() == name))?,
        opened_at: instant(opened_at)?,
    };
    let rank = Rank { key, id: IncidentId((*id).to_owned()) };
    Some(OpenPosition { order: named(&ORDERS, order)?, as_of: instant(as_of)?, rank })
}

const SEVERITIES: [Severity; 3] = [Severity::Critical, Severity::Warning, Severity::Info];

/// Only as we write it: `+1` and `01` are numbers, too, but then one place would have many cursors.
fn instant(text: &str) -> Option<Timestamp> {
    let instant = Timestamp::from_millisecond(text.parse().ok()?).ok()?;
    (instant.as_millisecond().to_string() == text).then_some(instant)
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

    /// Ids are UUIDs, but nothing relies on what they hold.
    fn any_id() -> impl Strategy<Value = IncidentId> {
        "[^\u{0}]{0,30}".prop_map(IncidentId)
    }

    /// Texts that look much like a cursor.
    fn nearly_a_cursor() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            prop::sample::select(vec!["deadline", "age", "updated", "1", "4", "-", "critical", "", "."])
                .prop_map(str::to_owned),
            any::<i64>().prop_map(|number| number.to_string()),
            any::<String>(),
        ];
        prop::collection::vec(part, 0..10).prop_map(|parts| parts.join("."))
    }

    prop_compose! {
        fn any_position()(
            (order, _) in prop::sample::select(ORDERS.to_vec()),
            (band, _) in prop::sample::select(BANDS.to_vec()),
            severity in prop::option::of(prop::sample::select(SEVERITIES.to_vec())),
            updated_at in prop::option::of(any_instant().prop_map(Reverse)),
            show_at in prop::option::of(any_instant()),
            as_of in any_instant(),
            opened_at in any_instant(),
            id in any_id(),
        ) -> OpenPosition {
            let key = Key { band, updated_at, show_at, severity, opened_at };
            OpenPosition { order, as_of, rank: Rank { key, id } }
        }
    }

    #[test]
    fn a_place_has_one_cursor() {
        assert!(read_history("5.x").is_some());
        for text in ["+5.x", "05.x", "-0.x", " 5.x"] {
            assert!(read_history(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_cursor_is_read_back(position in any_position()) {
            let text = write(&Position::Open(position.clone()));
            let order = position.order;
            prop_assert_eq!(read_open(&text, order), Some(position));
            prop_assert!(read_history(&text).is_none(), "it is no cursor of the history");
            for (other, _) in ORDERS.into_iter().filter(|(other, _)| *other != order) {
                prop_assert!(read_open(&text, other).is_none(), "it is no cursor of {other:?}");
            }
        }

        #[test]
        fn a_cursor_of_the_history_is_read_back(opened_at in any_instant(), id in any_id()) {
            let position = PagePosition { opened_at, id };
            let text = write(&Position::History(position.clone()));
            prop_assert_eq!(read_history(&text).unwrap(), position);
        }

        #[test]
        fn what_is_nearly_a_cursor_is_read_or_refused(text in nearly_a_cursor()) {
            if let Some(position) = read_history(&text) {
                let written = write(&Position::History(position));
                prop_assert_eq!(&written, &text);
            }
            for position in ORDERS.into_iter().filter_map(|(order, _)| read_open(&text, order)) {
                let written = write(&Position::Open(position));
                prop_assert_eq!(&written, &text);
            }
        }

        #[test]
        fn any_other_text_is_refused(text in any::<String>()) {
            prop_assert!(read_open(&text, Order::Deadline).is_none());
        }
    }
}
