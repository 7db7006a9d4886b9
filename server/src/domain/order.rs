//! In which order open incidents stand. Computed when a list is read, so it changes as the clock moves.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use super::incident::{Incident, IncidentId, Severity};

/// Up to here, a known show comes before a critical fault whose show is not known.
const SOON: SignedDuration = SignedDuration::from_hours(12);

/// What a list of open incidents is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// What has to be done first comes first; see [`Key::new`].
    Deadline,
    /// Open longest first.
    Age,
    /// Worst first, and open longest first among equals.
    Severity,
    /// What changed last comes first.
    Updated,
}

/// Where the deadline order puts an incident first of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// Its show is at most 12 hours away, or the order has no bands.
    Soon,
    /// Critical, and no next show is known.
    CriticalUnknown,
    /// Its show is more than 12 hours away.
    Later,
    /// Not critical, and no next show is known.
    Unknown,
}

/// What an incident is placed by, but for its id: compared field by field, the smallest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// See [`Key::new`].
    pub band: Band,
    /// When it last changed, the latest first, where the order asks for it.
    pub updated_at: Option<Reverse<Timestamp>>,
    /// When the next show begins, where the order asks for it.
    pub show_at: Option<Timestamp>,
    /// How bad it is, where the order asks for it.
    pub severity: Option<Severity>,
    /// When the fault began.
    pub opened_at: Timestamp,
}

/// The place of an incident in a list. The id makes every place different, so the order is total.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// What it is placed by.
    pub key: Key,
    /// Its id.
    pub id: IncidentId,
}

impl Key {
    /// What places an incident whose next show is at this time, as of `now`.
    ///
    /// [`Order::Deadline`]:
    ///
    /// | next show | place | among themselves |
    /// |---|---|---|
    /// | at most 12 hours away, or begun | 1 | next show, severity, age |
    /// | none known, critical | 2 | age |
    /// | more than 12 hours away | 3 | next show, severity, age |
    /// | none known, not critical | 4 | severity, age |
    pub fn new(order: Order, incident: &Incident, show_at: Option<Timestamp>, now: Timestamp) -> Self {
        let severity = incident.severity;
        let key = Self {
            band: Band::Soon,
            updated_at: None,
            show_at: None,
            severity: None,
            opened_at: incident.opened_at,
        };
        match order {
            Order::Deadline => {
                Self { band: band(severity, show_at, now), show_at, severity: Some(severity), ..key }
            }
            Order::Age => key,
            Order::Severity => Self { severity: Some(severity), ..key },
            Order::Updated => Self { updated_at: Some(Reverse(incident.updated_at)), ..key },
        }
    }
}

fn band(severity: Severity, show_at: Option<Timestamp>, now: Timestamp) -> Band {
    match (show_at, severity) {
        (Some(show_at), _) if show_at.duration_since(now) <= SOON => Band::Soon,
        (Some(_), _) => Band::Later,
        (None, Severity::Critical) => Band::CriticalUnknown,
        (None, _) => Band::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::sample::{after, at, firing};

    const HOUR: i64 = 60;

    fn incident(id: &str, severity: Severity, opened_at: Timestamp) -> Incident {
        let opened = after(None, &firing(opened_at), opened_at);
        Incident { id: IncidentId(id.to_owned()), severity, ..opened }
    }

    fn rank(order: Order, incident: &Incident, show_at: Option<Timestamp>, now: Timestamp) -> Rank {
        Rank { key: Key::new(order, incident, show_at, now), id: incident.id.clone() }
    }

    /// The ids of these incidents in this order. Each is told by id, severity, when it opened, and its show.
    fn sorted(order: Order, now: i64, incidents: &[(&str, Severity, i64, Option<i64>)]) -> String {
        let place = |(id, severity, opened, show): &(&str, Severity, i64, Option<i64>)| {
            rank(order, &incident(id, *severity, at(*opened)), show.map(at), at(now))
        };
        let mut ranks: Vec<Rank> = incidents.iter().map(place).collect();
        ranks.sort();
        ranks.into_iter().map(|rank| rank.id.0).collect::<Vec<_>>().join(" ")
    }

    use Severity::{Critical, Info, Warning};

    #[test]
    fn the_deadline_order_follows_its_table() {
        let incidents = [
            ("unknown-info", Info, 0, None),
            ("unknown-warning", Warning, 0, None),
            ("far", Critical, 0, Some(12 * HOUR + 1)),
            ("unknown-critical", Critical, 0, None),
            ("edge", Info, 0, Some(12 * HOUR)),
            ("next-info", Info, 0, Some(20)),
            ("next-critical-young", Critical, 1, Some(20)),
            ("next-critical", Critical, 0, Some(20)),
            ("begun", Info, 0, Some(-5)),
        ];
        let expected = "begun next-critical next-critical-young next-info edge unknown-critical far \
                        unknown-warning unknown-info";
        assert_eq!(sorted(Order::Deadline, 0, &incidents), expected);
    }

    #[test]
    fn the_order_changes_as_the_clock_moves() {
        let incidents = [("blind", Critical, 0, None), ("far", Warning, 0, Some(13 * HOUR))];
        assert_eq!(sorted(Order::Deadline, 0, &incidents), "blind far");
        assert_eq!(sorted(Order::Deadline, HOUR, &incidents), "far blind");
    }

    #[test]
    fn by_age_what_is_open_longest_comes_first() {
        let incidents = [("young", Critical, 5, Some(1)), ("b", Info, 0, None), ("a", Warning, 0, None)];
        assert_eq!(sorted(Order::Age, 0, &incidents), "a b young");
    }

    #[test]
    fn by_severity_the_worst_comes_first() {
        let incidents =
            [("info", Info, 0, Some(1)), ("young", Critical, 5, None), ("old", Critical, 0, Some(9))];
        assert_eq!(sorted(Order::Severity, 0, &incidents), "old young info");
    }

    #[test]
    fn by_update_what_changed_last_comes_first() {
        let changed = |id: &str, minute| Incident { updated_at: at(minute), ..incident(id, Info, at(0)) };
        let mut ranks = [("old", 1), ("b", 3), ("new", 9), ("a", 3)]
            .map(|(id, minute)| rank(Order::Updated, &changed(id, minute), None, at(10)));
        ranks.sort();
        assert_eq!(ranks.map(|rank| rank.id.0), ["new", "a", "b", "old"]);
    }

    fn any_show() -> impl Strategy<Value = Timestamp> {
        prop::sample::select(vec![-10, 5, 12 * HOUR, 13 * HOUR]).prop_map(at)
    }

    fn any_incident() -> impl Strategy<Value = Incident> {
        let severity = prop::sample::select(vec![Critical, Warning, Info]);
        let told = ("[a-c]", severity, (0_i64..3).prop_map(at));
        told.prop_map(|(id, severity, opened)| incident(&id, severity, opened))
    }

    fn any_rank(now: i64, order: Order) -> impl Strategy<Value = Rank> {
        (any_incident(), prop::option::of(any_show()))
            .prop_map(move |(incident, show)| rank(order, &incident, show, at(now)))
    }

    fn any_order() -> impl Strategy<Value = Order> {
        prop::sample::select(vec![Order::Deadline, Order::Age, Order::Severity, Order::Updated])
    }

    fn any_three() -> impl Strategy<Value = (Rank, Rank, Rank)> {
        let context = (0_i64..3_000, any_order());
        context
            .prop_flat_map(|(now, order)| (any_rank(now, order), any_rank(now, order), any_rank(now, order)))
    }

    proptest! {
        #[test]
        fn the_order_is_total((a, b, c) in any_three()) {
            prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
            prop_assert!(a.id == b.id || a != b, "two incidents stand at the same place");
            prop_assert!(!(a <= b && b <= c) || a <= c);
        }

        #[test]
        fn of_two_known_shows_the_earlier_one_always_comes_first(
            a in any_incident(), b in any_incident(), show in any_show(), later in any_show(), now in 0_i64..3_000,
        ) {
            prop_assume!(show < later);
            let rank = |incident, show| rank(Order::Deadline, incident, Some(show), at(now));
            prop_assert!(rank(&a, show) < rank(&b, later));
        }
    }
}
