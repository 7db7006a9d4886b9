//! Questions under way: whoever asks the same meanwhile gets the same answer. A question that nobody waits
//! for any more is dropped.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};

/// An answer that several wait for.
pub(crate) type Flight<T> = Shared<BoxFuture<'static, T>>;

/// The questions under way.
pub(super) struct Flights<Q, T: Clone> {
    under_way: Mutex<HashMap<Q, WeakShared<BoxFuture<'static, T>>>>,
}

impl<Q: Eq + Hash, T: Clone + Send + Sync + 'static> Flights<Q, T> {
    pub(super) fn new() -> Self {
        Self { under_way: Mutex::default() }
    }

    /// The flight of this question; a new one takes off if there is none.
    pub(super) fn join(&self, question: Q, take_off: impl FnOnce() -> BoxFuture<'static, T>) -> Flight<T> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.retain(|_, flight| still_flies(flight).is_some());
        if let Some(flight) = under_way.get(&question).and_then(still_flies) {
            return flight;
        }
        let flight = take_off().shared();
        under_way.extend(flight.downgrade().map(|flight| (question, flight)));
        flight
    }
}

/// A flight that somebody waits for, and that has not landed.
pub(crate) fn still_flies<T: Clone>(flight: &WeakShared<BoxFuture<'static, T>>) -> Option<Flight<T>> {
    flight.upgrade().filter(|flight| flight.peek().is_none())
}
