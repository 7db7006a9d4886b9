//! What an incident that opens keeps of the next show.

use cineportal_regions::RegionId;
use jiff::Timestamp;

use super::{Fleet, NextShow};
use crate::domain::incident::Place;
use crate::domain::show::ShowAtOpening;

impl Fleet {
    /// The next show at a place, for an incident that opens there now. An old reading is believed about a show
    /// that is still to come, but not that none is planned.
    pub fn show_at_opening(&self, place: &Place, now: Timestamp) -> ShowAtOpening {
        self.show_at_opening_among(place, now, |_| true)
    }

    /// The same, as if only these regions had machines.
    pub fn show_at_opening_among(
        &self,
        place: &Place,
        now: Timestamp,
        is_among: impl Fn(&RegionId) -> bool,
    ) -> ShowAtOpening {
        at_opening(&self.next_show_among(place, now, is_among), now)
    }
}

fn at_opening(next: &NextShow, now: Timestamp) -> ShowAtOpening {
    match next.at {
        Some(show) if show >= now => ShowAtOpening::At(show),
        None if next.as_of.is_some() && next.error.is_none() => ShowAtOpening::NonePlanned,
        _ => ShowAtOpening::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_763_700_000 + second).unwrap()
    }

    fn told(show: Option<i64>, error: Option<&str>) -> ShowAtOpening {
        let error = error.map(str::to_owned);
        at_opening(&NextShow { at: show.map(at), as_of: Some(at(-60)), error }, at(0))
    }

    #[test]
    fn a_show_that_is_to_come_is_kept_even_from_an_old_reading() {
        assert_eq!(told(Some(1), None), ShowAtOpening::At(at(1)));
        assert_eq!(told(Some(1), Some("does not answer")), ShowAtOpening::At(at(1)));
    }

    #[test]
    fn a_show_that_has_begun_says_nothing_of_the_next_one() {
        assert_eq!(told(Some(-1), Some("does not answer")), ShowAtOpening::Unknown);
    }

    #[test]
    fn only_a_fresh_reading_says_that_none_is_planned() {
        assert_eq!(told(None, None), ShowAtOpening::NonePlanned);
        assert_eq!(told(None, Some("does not answer")), ShowAtOpening::Unknown);
    }

    #[test]
    fn what_nobody_tells_of_is_not_known() {
        assert_eq!(at_opening(&NextShow::default(), at(0)), ShowAtOpening::Unknown);
    }
}
