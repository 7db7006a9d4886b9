//! Which rows of a long list are drawn: those in view, and some around them.

use std::ops::Range;

/// Rows above and below the view that are drawn, too, so that scrolling shows no gaps.
const AROUND: usize = 8;
/// Before anything was measured.
const FIRST: usize = 30;

/// Where a list of equally high rows stands in the view, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Viewport {
    /// The list's upper edge; negative when it was scrolled out.
    pub(crate) top: f64,
    /// The height of the view.
    pub(crate) view: f64,
    /// The height of a row; zero when it was not measured yet.
    pub(crate) row: f64,
    /// What covers the upper edge of the view.
    pub(crate) covered: f64,
}

impl Viewport {
    /// The rows to draw, of so many in all.
    pub(crate) fn window(self, total: usize) -> Range<usize> {
        if self.row <= 0.0 {
            return 0..total.min(FIRST);
        }
        let first = (-self.top / self.row).floor().max(0.0) as usize;
        let shown = (self.view / self.row).ceil().max(0.0) as usize + 1;
        let end = first.saturating_add(shown + AROUND).min(total);
        first.saturating_sub(AROUND).min(end)..end
    }

    /// How far to scroll down (up, if negative) so that a row is wholly in view.
    pub(crate) fn scroll_to(self, index: usize) -> f64 {
        let top = self.top + index as f64 * self.row;
        let (above, below) = (top - self.covered, top + self.row - self.view);
        if above < 0.0 { above } else { below.max(0.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(top: f64) -> Viewport {
        Viewport { top, view: 560.0, row: 56.0, covered: 48.0 }
    }

    #[test]
    fn the_first_rows_are_drawn_before_anything_is_measured() {
        assert_eq!(Viewport::default().window(10_000), 0..FIRST);
        assert_eq!(Viewport::default().window(3), 0..3);
    }

    #[test]
    fn only_what_is_in_view_is_drawn_and_some_around_it() {
        assert_eq!(at(200.0).window(10_000), 0..19);
        assert_eq!(at(-56.0 * 5_000.0).window(10_000), 4_992..5_019);
    }

    #[test]
    fn a_list_that_shrank_below_the_view_ends_where_it_ends() {
        assert_eq!(at(-56.0 * 5_000.0).window(10), 10..10);
        assert_eq!(at(-100.0).window(4), 0..4);
        assert_eq!(at(0.0).window(0), 0..0);
    }

    #[test]
    fn a_row_in_view_needs_no_scrolling() {
        assert_eq!(at(100.0).scroll_to(2), 0.0);
    }

    #[test]
    fn a_row_is_scrolled_to_from_both_sides() {
        assert_eq!(at(100.0).scroll_to(10), 156.0);
        assert_eq!(at(-560.0).scroll_to(9), -104.0);
    }
}
