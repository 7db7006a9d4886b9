//! What to do first: how long until the next show, how urgent that makes it, and whether it can be fixed
//! in time.

use jiff::{SignedDuration, Timestamp};

use super::incident::{CloseReason, Incident, Origin, Severity, Status};

/// A show this near makes every fault more urgent.
const NEAR_MINUTES: u32 = 60;
/// About how long a show lasts.
const SHOW: SignedDuration = SignedDuration::from_hours(3);
/// From so many comparable repairs on, the past says something.
const MIN_REPAIRS: usize = 5;
/// A fault that nobody took and that was over this soon was a blink, not a repair.
const BLINK_SECONDS: u64 = 120;

/// How urgent it is, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Drop everything else.
    P1,
    /// Now.
    P2,
    /// Today.
    P3,
    /// When there is time.
    P4,
}

/// Whether the minutes left are enough, as far as the past tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixLikely {
    /// At least half of the comparable repairs would be done before the show.
    Yes,
    /// Fewer.
    No,
    /// No next show is known, or too few repairs.
    Unknown,
}

/// Whether a show at this time still counts. An exporter tells the first show after now, so only an old
/// reading knows of one that has begun; it counts until it is over, and then says nothing any more.
pub fn counts(show: Timestamp, now: Timestamp) -> bool {
    now.duration_since(show) < SHOW
}

/// Whole minutes until the show, rounded down; 0 once it has begun.
pub fn minutes_to_next_show(show: Timestamp, now: Timestamp) -> u32 {
    u32::try_from(show.duration_since(now).as_mins().max(0)).unwrap_or(u32::MAX)
}

/// How urgent an incident is; closed ones are not.
///
/// | severity | show within 60 minutes | later, or not known |
/// |---|---|---|
/// | critical | P1 | P2 |
/// | warning | P2 | P3 |
/// | info | P3 | P4 |
pub fn priority(severity: Severity, status: Status, minutes_to_next_show: Option<u32>) -> Option<Priority> {
    let is_near = minutes_to_next_show.is_some_and(|minutes| minutes <= NEAR_MINUTES);
    let priority = match (severity, is_near) {
        (Severity::Critical, true) => Priority::P1,
        (Severity::Critical, false) | (Severity::Warning, true) => Priority::P2,
        (Severity::Warning, false) | (Severity::Info, true) => Priority::P3,
        (Severity::Info, false) => Priority::P4,
    };
    (status != Status::Closed).then_some(priority)
}

/// Whether a fault that has lasted for `elapsed_seconds` is likely to be fixed within `seconds_left`.
/// Only past repairs that took longer than that already are comparable.
pub fn fix_likely(past_repair_seconds: &[u64], elapsed_seconds: u64, seconds_left: u64) -> FixLikely {
    let comparable = || past_repair_seconds.iter().filter(|seconds| **seconds > elapsed_seconds);
    let in_time = comparable().filter(|seconds| *seconds - elapsed_seconds <= seconds_left).count();
    match comparable().count() {
        repairs if repairs < MIN_REPAIRS => FixLikely::Unknown,
        repairs if in_time * 2 >= repairs => FixLikely::Yes,
        _ => FixLikely::No,
    }
}

/// How long the repair took that a closed incident stands for, in seconds; `None` if it stands for none:
/// its fault is not over, or it was only a blink that went by itself.
pub fn repair_seconds(incident: &Incident) -> Option<u64> {
    let over_at = match (incident.close_reason?, &incident.origin) {
        (CloseReason::ByPerson | CloseReason::ByService, Origin::Monitoring) => incident.occurrence_ended_at,
        _ => incident.occurrence_ended_at.or(incident.closed_at),
    };
    let seconds = u64::try_from(over_at?.duration_since(incident.opened_at).as_secs()).ok()?;
    (incident.acknowledged_at.is_some() || seconds >= BLINK_SECONDS).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::sample::{self, after, closed, firing, over, taken};

    fn opened() -> Incident {
        after(None, &firing(sample::at(0)), sample::at(0))
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_763_700_000 + second).unwrap()
    }

    #[test]
    fn minutes_are_whole_and_rounded_down() {
        for (seconds, minutes) in [(0, 0), (59, 0), (60, 1), (119, 1), (3_600, 60), (86_400, 1_440)] {
            assert_eq!(minutes_to_next_show(at(seconds), at(0)), minutes, "{seconds} s");
        }
    }

    #[test]
    fn a_show_that_has_begun_is_in_0_minutes_until_it_is_over() {
        assert_eq!(minutes_to_next_show(at(0), at(1)), 0);
        assert!(counts(at(0), at(3 * 3_600 - 1)));
        assert!(!counts(at(0), at(3 * 3_600)));
    }

    #[test]
    fn priority_follows_the_table() {
        use Priority::{P1, P2, P3, P4};
        use Severity::{Critical, Info, Warning};
        for (severity, near, later) in [(Critical, P1, P2), (Warning, P2, P3), (Info, P3, P4)] {
            for status in [Status::Open, Status::InProgress] {
                assert_eq!(priority(severity, status, Some(0)), Some(near));
                assert_eq!(priority(severity, status, Some(60)), Some(near));
                assert_eq!(priority(severity, status, Some(61)), Some(later));
                assert_eq!(priority(severity, status, None), Some(later));
            }
            assert_eq!(priority(severity, Status::Closed, Some(0)), None);
        }
    }

    #[test]
    fn four_repairs_say_nothing_and_five_do() {
        assert_eq!(fix_likely(&[600; 4], 0, 3_600), FixLikely::Unknown);
        assert_eq!(fix_likely(&[600; 5], 0, 3_600), FixLikely::Yes);
    }

    #[test]
    fn half_of_the_repairs_must_be_done_in_time() {
        let past = [600, 600, 600, 6_000, 6_000, 6_000];
        assert_eq!(fix_likely(&past, 0, 600), FixLikely::Yes);
        assert_eq!(fix_likely(&past, 0, 599), FixLikely::No);
    }

    #[test]
    fn repairs_that_were_faster_than_what_has_elapsed_do_not_count() {
        let past = [60, 60, 60, 60, 60, 7_200, 7_200, 7_200, 7_200, 7_200];
        assert_eq!(fix_likely(&past, 0, 1_800), FixLikely::Yes);
        assert_eq!(fix_likely(&past, 600, 1_800), FixLikely::No);
        assert_eq!(fix_likely(&past, 7_200, 1_800), FixLikely::Unknown);
    }

    #[test]
    fn a_repair_lasts_until_the_alert_ends() {
        let long = after(Some(&opened()), &over(sample::at(0), sample::at(10)), sample::at(12));
        assert_eq!(repair_seconds(&long), Some(600));
    }

    #[test]
    fn a_blink_is_no_repair_unless_a_person_took_it() {
        let blink = over(sample::at(0), sample::at(1));
        assert_eq!(repair_seconds(&after(Some(&opened()), &blink, sample::at(1))), None);
        let taken = taken(&opened(), sample::at(0));
        assert_eq!(repair_seconds(&after(Some(&taken), &blink, sample::at(1))), Some(60));
    }

    #[test]
    fn what_is_open_or_still_fires_is_not_repaired() {
        assert_eq!(repair_seconds(&opened()), None);
        let closed = closed(&opened(), sample::at(10));
        assert_eq!(repair_seconds(&closed), None);
        let over = after(Some(&closed), &over(sample::at(0), sample::at(30)), sample::at(30));
        assert_eq!(repair_seconds(&over), Some(1_800));
    }

    #[test]
    fn what_a_person_reported_is_repaired_when_it_is_closed() {
        let origin = Origin::Report { by: "Anna".to_owned(), reference: None };
        let reported = Incident { origin, ..closed(&opened(), sample::at(10)) };
        assert_eq!(repair_seconds(&reported), Some(600));
    }

    proptest! {
        #[test]
        fn more_time_never_makes_a_fix_less_likely(
            past in prop::collection::vec(0_u64..10_000, 0..60), elapsed in 0_u64..10_000, left in 0_u64..10_000,
        ) {
            if fix_likely(&past, elapsed, left) == FixLikely::Yes {
                prop_assert_eq!(fix_likely(&past, elapsed, left + 1), FixLikely::Yes);
            }
        }
    }
}
