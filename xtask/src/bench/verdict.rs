//! Figures, their bounds, and whether they keep them.

use std::process::ExitCode;

use crate::console::{say, table};

/// What a figure must not leave.
pub(super) enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

/// One line of the table.
pub(super) struct Figure {
    pub(super) what: String,
    pub(super) value: f64,
    pub(super) unit: &'static str,
    pub(super) bound: Bound,
    /// What it was made of.
    pub(super) from: String,
}

impl Figure {
    fn is_kept(&self) -> bool {
        match self.bound {
            Bound::AtLeast(least) => self.value >= least,
            Bound::AtMost(most) => self.value <= most,
        }
    }

    fn row(&self) -> [String; 5] {
        let bound = match self.bound {
            Bound::AtLeast(least) => format!("≥ {least}"),
            Bound::AtMost(most) => format!("≤ {most}"),
        };
        let verdict = if self.is_kept() { "kept" } else { "MISSED" };
        let value = format!("{:.2}{}", self.value, self.unit);
        [self.what.clone(), value, bound, verdict.to_owned(), self.from.clone()]
    }
}

/// Prints the table.
pub(super) fn report(figures: &[Figure]) -> ExitCode {
    let head = ["figure", "measured", "bound", "", "from"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head).chain(figures.iter().map(Figure::row)).collect();
    let missed = figures.iter().filter(|figure| !figure.is_kept()).count();
    say(&format!("\n{}\n\n{} kept, {missed} missed", table(&rows), figures.len() - missed));
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The one in the middle.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64, bound: Bound) -> Figure {
        Figure { what: "speed".to_owned(), value, unit: "", bound, from: String::new() }
    }

    #[test]
    fn a_bound_itself_is_kept() {
        assert!(figure(0.8, Bound::AtLeast(0.8)).is_kept() && figure(1.2, Bound::AtMost(1.2)).is_kept());
    }

    #[test]
    fn a_figure_that_was_not_measured_is_missed() {
        let nothing = median(&[]);
        assert!(
            !figure(nothing, Bound::AtLeast(0.8)).is_kept() && !figure(nothing, Bound::AtMost(1.2)).is_kept()
        );
    }

    #[test]
    fn one_bad_round_does_not_move_the_median() {
        assert!((median(&[0.9, 0.1, 0.8]) - 0.8).abs() < f64::EPSILON);
    }
}
