//! Measured values over time: what may be asked, over which time, and what came of it.

mod escape;
mod metric;
mod question;

use jiff::Timestamp;

pub use self::metric::{Metric, Unit};
pub use self::question::{BadStep, Grid, MAX_POINTS, Question, Range};

/// The values of one machine on a regular grid of times.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The times.
    pub grid: Grid,
    /// One value for each of them; `None`: nothing was measured then.
    pub values: Vec<Option<f64>>,
}

impl Series {
    /// A series without a single value.
    pub fn empty(grid: Grid) -> Self {
        Self { grid, values: vec![None; grid.points] }
    }

    /// The series that these points make, each a time in seconds since 1970 and a value. A point that is not
    /// on the grid is left out, and so is a value that is no finite number.
    pub fn of_points(grid: Grid, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let mut series = Self::empty(grid);
        for (at_seconds, value) in points.into_iter().filter(|(_, value)| value.is_finite()) {
            let place = grid.index_of(at_seconds).and_then(|index| series.values.get_mut(index));
            if let Some(place) = place {
                *place = Some(value);
            }
        }
        series
    }

    /// Whether nothing was measured at all.
    pub fn is_empty(&self) -> bool {
        self.values.iter().all(Option::is_none)
    }

    /// Takes values from another source where this one has none. Grids that differ have nothing in common.
    pub fn fill_gaps(&mut self, other: &Self) {
        if self.grid != other.grid {
            return;
        }
        for (value, other) in self.values.iter_mut().zip(&other.values) {
            *value = value.or(*other);
        }
    }

    /// When its first value was, or would have been, measured.
    pub fn starts_at(&self) -> Timestamp {
        self.grid.starts_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let question = Question::new(Metric::Temperature, Range::Hour, None).unwrap();
        question.grid(Timestamp::from_second(1_763_700_000).unwrap())
    }

    fn second(grid: Grid, index: u32) -> f64 {
        grid.starts_at.as_second() as f64 + f64::from(index * grid.step_seconds)
    }

    #[test]
    fn points_find_their_places_and_gaps_stay() {
        let grid = grid();
        let series = Series::of_points(grid, [(second(grid, 1), 61.5), (second(grid, 3), 62.0)]);
        assert_eq!(series.values[..5], [None, Some(61.5), None, Some(62.0), None]);
        assert_eq!(series.values.len(), grid.points);
    }

    #[test]
    fn what_is_no_number_is_a_gap() {
        let grid = grid();
        let values = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        let points = values.into_iter().zip(0..).map(|(value, index)| (second(grid, index), value));
        assert!(Series::of_points(grid, points).is_empty());
    }

    #[test]
    fn what_lies_beside_the_grid_is_left_out() {
        let grid = grid();
        let times = [second(grid, 1) + 3.0, 0.0, second(grid, 100_000), f64::NAN, f64::INFINITY];
        assert!(Series::of_points(grid, times.map(|at| (at, 1.0))).is_empty());
    }

    #[test]
    fn two_sources_fill_each_others_gaps_and_the_first_one_wins() {
        let grid = grid();
        let mut first = Series::of_points(grid, [(second(grid, 0), 1.0)]);
        let second = Series::of_points(grid, [(second(grid, 0), 9.0), (second(grid, 1), 2.0)]);
        first.fill_gaps(&second);
        assert_eq!(first.values[..3], [Some(1.0), Some(2.0), None]);
    }
}
