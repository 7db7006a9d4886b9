//! Arrow keys over tiles that stand in rows and columns.

/// Where a key leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Before,
    Behind,
    Up,
    Down,
    First,
    Last,
}

impl Step {
    /// The step of a key, by its name in the browser.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowLeft" => Self::Before,
            "ArrowRight" => Self::Behind,
            "ArrowUp" => Self::Up,
            "ArrowDown" => Self::Down,
            "Home" => Self::First,
            "End" => Self::Last,
            _ => return None,
        })
    }

    /// The tile that is reached from tile `from`; `spots` are the places of all tiles, from the left and from above.
    pub(crate) fn reach(self, spots: &[(f64, f64)], from: usize) -> usize {
        let last = spots.len().saturating_sub(1);
        match self {
            Self::Before => from.saturating_sub(1),
            Self::Behind => (from + 1).min(last),
            Self::First => 0,
            Self::Last => last,
            Self::Up => nearest(spots, from, -1.0),
            Self::Down => nearest(spots, from, 1.0),
        }
    }
}

/// Tiles of one line may differ by this much, in pixels.
const LINE: f64 = 4.0;
/// A way to the side is so many times as long as one up or down.
const SIDEWAYS: f64 = 2.0;

/// The nearest tile in that direction; whatever stands to the side counts as farther away.
fn nearest(spots: &[(f64, f64)], from: usize, direction: f64) -> usize {
    let Some(&(left, top)) = spots.get(from) else { return from };
    let beyond = spots.iter().enumerate().filter(|(_, spot)| (spot.1 - top) * direction > LINE);
    let way = |spot: &(f64, f64)| (spot.1 - top).abs() + SIDEWAYS * (spot.0 - left).abs();
    let best = beyond.min_by(|(_, one), (_, other)| way(one).total_cmp(&way(other)));
    best.map_or(from, |(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two lines of three, and one tile alone below.
    const SPOTS: [(f64, f64); 7] =
        [(0.0, 0.0), (10.0, 0.0), (20.0, 0.0), (0.0, 10.0), (10.0, 10.0), (20.0, 10.0), (0.0, 20.0)];

    #[test]
    fn arrows_lead_to_neighbours() {
        let reached = [Step::Before, Step::Behind, Step::Up, Step::Down].map(|step| step.reach(&SPOTS, 4));
        assert_eq!(reached, [3, 5, 1, 6]);
        assert_eq!(Step::Down.reach(&SPOTS, 1), 4);
    }

    #[test]
    fn a_tile_below_comes_before_a_nearer_line_of_the_next_column() {
        let spots = [(0.0, 0.0), (350.0, 30.0), (0.0, 90.0)];
        assert_eq!([Step::Down.reach(&spots, 0), Step::Up.reach(&spots, 2)], [2, 0]);
    }

    #[test]
    fn nobody_falls_off_the_edge() {
        assert_eq!([Step::Before.reach(&SPOTS, 0), Step::Up.reach(&SPOTS, 2)], [0, 2]);
        assert_eq!([Step::Behind.reach(&SPOTS, 6), Step::Down.reach(&SPOTS, 6)], [6, 6]);
        assert_eq!([Step::First.reach(&SPOTS, 3), Step::Last.reach(&SPOTS, 3)], [0, 6]);
        assert_eq!([Step::Last.reach(&[], 0), Step::Down.reach(&[], 0)], [0, 0]);
    }

    #[test]
    fn other_keys_are_left_alone() {
        assert_eq!(Step::of_key("Enter"), None);
    }
}
