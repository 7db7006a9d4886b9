//! One page of a list, read forwards or backwards. The order on the page is the same both ways.

use std::cmp::Ordering;

/// In which direction a list is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The first ones, or the first ones behind a place.
    Forwards,
    /// The last ones, or the last ones before a place.
    Backwards,
}

/// Which page of a list.
#[derive(Clone, Debug)]
pub struct Paging<P> {
    /// In which direction.
    pub direction: Direction,
    /// Only what is beyond this place in that direction; `None`: from the list's end on.
    pub beyond: Option<P>,
    /// How many at most.
    pub limit: u32,
}

impl<P> Paging<P> {
    /// The first ones of a list.
    pub fn first(limit: u32) -> Self {
        Self { direction: Direction::Forwards, beyond: None, limit }
    }

    /// The same page, its place told in another way.
    pub fn map<Q>(self, place: impl FnOnce(P) -> Q) -> Paging<Q> {
        Paging { direction: self.direction, beyond: self.beyond.map(place), limit: self.limit }
    }
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it, in the list's order.
    pub items: Vec<T>,
    /// Whether there is something before it.
    pub has_previous: bool,
    /// Whether there is something behind it.
    pub has_next: bool,
}

impl<T> Page<T> {
    /// A page of what was read in this direction: `more` tells whether there was more in it, `passed` whether
    /// there is something on the near side of the place from which it was read.
    pub fn read(items: Vec<T>, direction: Direction, more: bool, passed: bool) -> Self {
        let (has_previous, has_next) = match direction {
            Direction::Forwards => (passed, more),
            Direction::Backwards => (more, passed),
        };
        Self { items, has_previous, has_next }
    }

    /// The same page of other things.
    pub fn map<U>(self, item: impl FnMut(T) -> U) -> Page<U> {
        let items = self.items.into_iter().map(item).collect();
        Page { items, has_previous: self.has_previous, has_next: self.has_next }
    }
}

/// A page of a list that is in no order yet. Sorts no more than what is on the page.
pub fn cut<T, P>(
    mut items: Vec<T>,
    paging: &Paging<P>,
    order: impl Fn(&T, &T) -> Ordering,
    place: impl Fn(&T, &P) -> Ordering,
) -> Page<T> {
    let wanted = match paging.direction {
        Direction::Forwards => Ordering::Greater,
        Direction::Backwards => Ordering::Less,
    };
    let all = items.len();
    if let Some(beyond) = &paging.beyond {
        items.retain(|item| place(item, beyond) == wanted);
    }
    let passed = items.len() < all;
    let limit = paging.limit as usize;
    let more = items.len() > limit;
    if more {
        items.select_nth_unstable_by(limit, |a, b| match paging.direction {
            Direction::Forwards => order(a, b),
            Direction::Backwards => order(b, a),
        });
        items.truncate(limit);
    }
    items.sort_unstable_by(order);
    Page::read(items, paging.direction, more, passed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn page(items: &[u8], direction: Direction, beyond: Option<u8>, limit: u32) -> Page<u8> {
        cut(items.to_vec(), &Paging { direction, beyond, limit }, u8::cmp, u8::cmp)
    }

    /// The same by sorting everything.
    fn slow_page(items: &[u8], direction: Direction, beyond: Option<u8>, limit: usize) -> Page<u8> {
        let mut sorted = items.to_vec();
        sorted.sort_unstable();
        let (start, end) = match (direction, beyond) {
            (Direction::Forwards, beyond) => {
                let start = beyond.map_or(0, |beyond| sorted.partition_point(|item| *item <= beyond));
                (start, sorted.len().min(start + limit))
            }
            (Direction::Backwards, beyond) => {
                let end = beyond.map_or(sorted.len(), |beyond| sorted.partition_point(|item| *item < beyond));
                (end.saturating_sub(limit), end)
            }
        };
        Page { items: sorted[start..end].to_vec(), has_previous: start > 0, has_next: end < sorted.len() }
    }

    proptest! {
        #[test]
        fn a_page_is_what_sorting_everything_gives(
            items in prop::collection::btree_set(any::<u8>(), 0..40),
            beyond in prop::option::of(any::<u8>()),
            limit in 1_u8..12,
            forwards in any::<bool>(),
            turn in any::<prop::sample::Index>(),
        ) {
            let direction = if forwards { Direction::Forwards } else { Direction::Backwards };
            let mut items = Vec::from_iter(items);
            let expected = slow_page(&items, direction, beyond, limit.into());
            let turn = turn.index(items.len() + 1);
            items.rotate_left(turn);
            prop_assert_eq!(page(&items, direction, beyond, limit.into()), expected);
        }
    }

    #[test]
    fn the_page_before_a_place_is_the_one_next_to_it() {
        let items = [5, 3, 1, 4, 2];
        let expected = Page { items: vec![2, 3], has_previous: true, has_next: true };
        assert_eq!(page(&items, Direction::Backwards, Some(4), 2), expected);
        let last = Page { items: vec![4, 5], has_previous: true, has_next: false };
        assert_eq!(page(&items, Direction::Backwards, None, 2), last);
    }
}
