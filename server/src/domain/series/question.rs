//! What is asked: one metric over one range, in steps.

use jiff::{SignedDuration, Timestamp};

use super::Metric;

/// Most points that a series has; a Prometheus itself refuses more than 11,000.
pub const MAX_POINTS: usize = 250;
/// A range ends at a full step, or at a full minute if a step is longer: so charts of the same range have the
/// same times for a while, and the newest value is at most a minute old.
const MAX_ALIGNMENT_SECONDS: u32 = 60;

/// How far back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Range {
    /// The last hour.
    Hour,
    /// The last six hours.
    SixHours,
    /// The last 24 hours.
    Day,
    /// The last seven days.
    Week,
}

/// One metric over one range, in steps. Equal questions have equal answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    metric: Metric,
    range: Range,
    step_seconds: u32,
}

/// A step that makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a step is at least 1 second and at most the range, {range_seconds} seconds")]
pub struct BadStep {
    range_seconds: u32,
}

/// The times of a series: the first one, and how many follow each other at which distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// The first time.
    pub starts_at: Timestamp,
    /// From one time to the next, in seconds.
    pub step_seconds: u32,
    /// How many times there are.
    pub points: usize,
}

impl Range {
    /// All of them, the shortest first.
    pub const ALL: [Self; 4] = [Self::Hour, Self::SixHours, Self::Day, Self::Week];

    /// Its length, in seconds.
    pub fn seconds(self) -> u32 {
        match self {
            Self::Hour => 3_600,
            Self::SixHours => 6 * 3_600,
            Self::Day => 24 * 3_600,
            Self::Week => 7 * 24 * 3_600,
        }
    }

    /// The shortest step, in seconds: with it, a series has at most [`MAX_POINTS`] points.
    pub fn shortest_step_seconds(self) -> u32 {
        match self {
            Self::Hour => 15,
            Self::SixHours => 90,
            Self::Day => 360,
            Self::Week => 2_520,
        }
    }
}

impl Question {
    /// A question with the shortest step of its range, or with this step; a shorter one becomes the shortest.
    ///
    /// # Errors
    /// [`BadStep`], for a step that is not positive or longer than the range.
    pub fn new(metric: Metric, range: Range, step_seconds: Option<i64>) -> Result<Self, BadStep> {
        let shortest = range.shortest_step_seconds();
        let range_seconds = range.seconds();
        let wanted = u32::try_from(step_seconds.unwrap_or(shortest.into()));
        let step = wanted.ok().filter(|step| (1..=range_seconds).contains(step));
        let step_seconds = step.ok_or(BadStep { range_seconds })?.max(shortest);
        Ok(Self { metric, range, step_seconds })
    }

    /// What is measured.
    pub fn metric(self) -> Metric {
        self.metric
    }

    /// How many points the answer has.
    pub fn points(self) -> usize {
        (self.range.seconds() / self.step_seconds) as usize + 1
    }

    /// The times at which values are wanted, if it is asked now.
    pub fn grid(self, now: Timestamp) -> Grid {
        let alignment = i64::from(self.step_seconds.min(MAX_ALIGNMENT_SECONDS));
        let end = now.as_second().div_euclid(alignment) * alignment;
        let steps = self.range.seconds() / self.step_seconds;
        let start = end.saturating_sub(i64::from(steps * self.step_seconds));
        let starts_at = Timestamp::from_second(start).unwrap_or(Timestamp::UNIX_EPOCH);
        Grid { starts_at, step_seconds: self.step_seconds, points: self.points() }
    }

    /// The same question in PromQL, of all these machines at once.
    pub fn promql<'a>(self, machines: impl IntoIterator<Item = &'a str>) -> String {
        self.metric.promql(&super::escape::selector(machines), self.step_seconds)
    }
}

impl Grid {
    /// The last time.
    pub fn ends_at(self) -> Timestamp {
        let seconds =
            i64::try_from(self.points.saturating_sub(1)).unwrap_or(0) * i64::from(self.step_seconds);
        self.starts_at.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(self.starts_at)
    }

    /// Which of its times this is, in seconds since 1970; `None`: none of them.
    pub(super) fn index_of(self, at_seconds: f64) -> Option<usize> {
        let steps = (at_seconds - self.starts_at.as_second() as f64) / f64::from(self.step_seconds);
        let is_on_it = steps.fract() == 0.0 && steps >= 0.0 && steps < self.points as f64;
        is_on_it.then_some(steps as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_second(1_763_700_017).unwrap()
    }

    fn question(range: Range, step_seconds: Option<i64>) -> Question {
        Question::new(Metric::Temperature, range, step_seconds).unwrap()
    }

    #[test]
    fn no_range_has_more_points_than_a_chart_can_show() {
        for range in Range::ALL {
            for step_seconds in [None, Some(1), Some(i64::from(range.seconds()))] {
                let points = question(range, step_seconds).points();
                assert!((2..=MAX_POINTS).contains(&points), "{range:?} {step_seconds:?}: {points}");
            }
        }
    }

    #[test]
    fn a_longer_step_has_fewer_points() {
        let question = question(Range::Hour, Some(600));
        assert_eq!((question.points(), question.grid(now()).step_seconds), (7, 600));
    }

    #[test]
    fn a_step_that_makes_no_sense_is_refused() {
        for step_seconds in [0, -1, 3_601, i64::MAX] {
            let refused = Question::new(Metric::Temperature, Range::Hour, Some(step_seconds)).unwrap_err();
            assert_eq!(
                refused.to_string(),
                "a step is at least 1 second and at most the range, 3600 seconds"
            );
        }
    }

    #[test]
    fn a_grid_ends_at_a_full_step_and_is_not_old() {
        for range in Range::ALL {
            let grid = question(range, None).grid(now());
            let age_seconds = now().duration_since(grid.ends_at()).as_secs();
            assert!((0..60).contains(&age_seconds), "{range:?}: {age_seconds}");
            let span_seconds = grid.ends_at().duration_since(grid.starts_at).as_secs();
            assert_eq!(span_seconds, i64::from(range.seconds()));
        }
    }
}
