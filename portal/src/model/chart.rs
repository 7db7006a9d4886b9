//! Measured values over time, and where they stand in a drawing. The drawing is 1,000 wide and 1,000 high, from the
//! upper left.

use super::Unit;
use crate::texts::Texts;

/// Values on a regular grid of times.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Series {
    pub(crate) unit: Unit,
    pub(crate) starts_at_ms: i64,
    pub(crate) step_ms: i64,
    /// Nothing where nothing was measured.
    pub(crate) values: Vec<Option<f64>>,
    pub(crate) as_of_ms: Option<i64>,
    /// Why there are no values or none newer, in the server's words.
    pub(crate) error: Option<String>,
    /// Why some values may lack, in the server's words.
    pub(crate) warnings: Vec<String>,
}

/// How many parts of the drawing's width or height.
const FULL: f64 = 1_000.0;

impl Series {
    /// The time of a value.
    pub(crate) fn at_ms(&self, index: usize) -> i64 {
        self.starts_at_ms + i64::try_from(index).unwrap_or(0) * self.step_ms
    }

    /// Where a value stands from left to right.
    pub(crate) fn x(&self, index: usize) -> i64 {
        place(index as f64, 0.0, self.last_index() as f64)
    }

    /// Where a moment stands from left to right; nothing where it is outside.
    pub(crate) fn x_of(&self, at_ms: i64) -> Option<i64> {
        let (first_ms, last_ms) = (self.starts_at_ms, self.at_ms(self.last_index()));
        let inside = (first_ms..=last_ms).contains(&at_ms);
        inside.then(|| place(at_ms as f64, first_ms as f64, last_ms as f64))
    }

    /// The value nearest to a place from left to right, 0 to 1.
    pub(crate) fn index_near(&self, share: f64) -> usize {
        let index = (share * self.last_index() as f64).round().max(0.0) as usize;
        index.min(self.last_index())
    }

    /// The index of the last value, measured or not.
    pub(crate) fn last_index(&self) -> usize {
        self.values.len().saturating_sub(1)
    }

    /// The newest value that was measured.
    pub(crate) fn newest(&self) -> Option<usize> {
        self.values.iter().rposition(Option::is_some)
    }

    /// The lowest and the highest value.
    pub(crate) fn bounds(&self) -> Option<(f64, f64)> {
        let known = self.values.iter().flatten().copied();
        known.fold(None, |bounds, value| {
            let (low, high) = bounds.unwrap_or((value, value));
            Some((value.min(low), value.max(high)))
        })
    }

    /// What the drawing shows from bottom to top.
    pub(crate) fn scale(&self) -> (f64, f64) {
        let (low, high) = self.bounds().unwrap_or((0.0, 1.0));
        match self.unit {
            Unit::State => (-0.15, 1.15),
            Unit::Percent => (0.0, 100.0),
            _ if high > low => (low - (high - low) * 0.1, high + (high - low) * 0.1),
            _ => (low - low.abs() * 0.1 - 1.0, high + high.abs() * 0.1 + 1.0),
        }
    }

    /// The line, as the path of an SVG; every gap is left open, and what stands alone is a dash.
    pub(crate) fn path(&self) -> String {
        let (bottom, top) = self.scale();
        let mut path = String::new();
        let mut last_y = None;
        for (index, value) in self.values.iter().enumerate() {
            let y = value.map(|value| place(value, top, bottom));
            if let Some(y) = y {
                self.draw(&mut path, last_y, self.x(index), y);
            }
            last_y = y;
        }
        path
    }

    /// The values to write beside the drawing, each with its place from the top.
    pub(crate) fn levels(&self, texts: &Texts) -> Vec<(i64, String)> {
        let (bottom, top) = self.scale();
        let level = |value: f64| (place(value, top, bottom), self.unit.text(texts, value));
        let (low, high) = match self.unit {
            Unit::State => (0.0, 1.0),
            Unit::Percent => (0.0, 100.0),
            _ => match self.bounds() {
                Some(bounds) => bounds,
                None => return Vec::new(),
            },
        };
        if high > low { vec![level(high), level(low)] } else { vec![level(high)] }
    }

    /// What a value was, in words.
    pub(crate) fn text(&self, texts: &Texts, index: usize) -> String {
        match self.values.get(index).copied().flatten() {
            Some(value) => self.unit.text(texts, value),
            None => texts.chart.gap.to_owned(),
        }
    }

    /// All of it in a sentence, for those who do not see the drawing.
    pub(crate) fn summary(&self, texts: &Texts) -> String {
        let (Some((low, high)), Some(newest)) = (self.bounds(), self.newest()) else {
            return texts.chart.empty.to_owned();
        };
        let gaps = self.values.iter().filter(|value| value.is_none()).count() * 100 / self.values.len();
        texts.chart.summary.with(&[
            ("last", &self.text(texts, newest)),
            ("low", &self.unit.text(texts, low)),
            ("high", &self.unit.text(texts, high)),
            ("gaps", &gaps.to_string()),
        ])
    }

    fn draw(&self, path: &mut String, last_y: Option<i64>, x: i64, y: i64) {
        let step = match (last_y, self.unit) {
            (None, _) => format!("M{x} {y}h2"),
            (Some(_), Unit::State) => format!("H{x}V{y}"),
            (Some(_), _) => format!("L{x} {y}"),
        };
        path.push_str(&step);
    }
}

/// Where a value stands between two others.
fn place(value: f64, from: f64, to: f64) -> i64 {
    if from == to {
        return 0;
    }
    ((value - from) / (to - from) * FULL).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::pick;

    fn series(unit: Unit, values: &[Option<f64>]) -> Series {
        let values = values.to_vec();
        let warnings = Vec::new();
        Series { unit, starts_at_ms: 1_000, step_ms: 100, values, as_of_ms: None, error: None, warnings }
    }

    #[test]
    fn a_line_goes_from_left_to_right_and_up() {
        let line = series(Unit::Percent, &[Some(0.0), Some(50.0), Some(100.0)]);
        assert_eq!(line.path(), "M0 1000h2L500 500L1000 0");
    }

    #[test]
    fn a_gap_is_left_open_and_a_lone_value_is_a_dash() {
        let line = series(Unit::Percent, &[Some(0.0), None, Some(100.0)]);
        assert_eq!(line.path(), "M0 1000h2M1000 0h2");
    }

    #[test]
    fn online_and_offline_are_steps() {
        let path = series(Unit::State, &[Some(1.0), Some(0.0)]).path();
        assert_eq!(path, "M0 115h2H1000V885");
    }

    #[test]
    fn nothing_measured_draws_nothing_and_says_so() {
        let nothing = series(Unit::Celsius, &[None, None]);
        assert_eq!((nothing.path().as_str(), nothing.levels(pick(["en"])).len()), ("", 0));
        assert_eq!(nothing.summary(pick(["en"])), "Nothing was measured in this time.");
        assert_eq!(series(Unit::Celsius, &[]).path(), "");
    }

    #[test]
    fn a_value_that_never_changes_stands_in_the_middle() {
        assert_eq!(series(Unit::Celsius, &[Some(40.0)]).levels(pick(["en"])), [(500, "40 °C".to_owned())]);
    }

    #[test]
    fn the_moment_of_the_failure_has_its_place() {
        let line = series(Unit::Celsius, &[Some(1.0), Some(2.0), Some(3.0)]);
        assert_eq!([line.x_of(1_100), line.x_of(999), line.x_of(1_201)], [Some(500), None, None]);
    }

    #[test]
    fn a_finger_finds_the_nearest_value() {
        let line = series(Unit::Celsius, &[Some(1.0), None, Some(3.0)]);
        assert_eq!([line.index_near(-1.0), line.index_near(0.4), line.index_near(9.0)], [0, 1, 2]);
        assert_eq!([line.text(pick(["en"]), 1), line.text(pick(["en"]), 2)], ["not measured", "3 °C"]);
    }

    #[test]
    fn a_summary_tells_the_extremes_and_what_lacks() {
        let line = series(Unit::Celsius, &[Some(41.0), Some(67.5), None, Some(40.0)]);
        let summary = "Last 40 °C, lowest 40 °C, highest 67.5 °C. Not measured: 25 % of the time.";
        assert_eq!(line.summary(pick(["en"])), summary);
    }
}
