//! The last good answers, for the time when their source gives none. Those that were not used for the longest
//! time go first.

use std::hash::Hash;

use jiff::Timestamp;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

/// An answer, and when it was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Known<T> {
    /// The answer.
    pub value: T,
    /// When it was true.
    pub as_of: Timestamp,
}

/// The last good answers by question.
pub struct LastGood<Q, T> {
    answers: Cache<Q, Known<T>>,
}

impl<Q, T> LastGood<Q, T>
where
    Q: Clone + Eq + Hash + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// Room for answers that are together as large as this; `size` says how large one is.
    pub fn new(room: u64, size: impl Fn(&T) -> u32 + Send + Sync + 'static) -> Self {
        let answers = Cache::builder()
            .max_capacity(room)
            .weigher(move |_, known: &Known<T>| size(&known.value))
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self { answers }
    }

    /// Keeps an answer, instead of the one before.
    pub fn keep(&self, question: Q, value: T, as_of: Timestamp) {
        self.answers.insert(question, Known { value, as_of });
    }

    /// The last good answer, if there is one and room was left for it.
    pub fn get(&self, question: &Q) -> Option<Known<T>> {
        self.answers.get(question)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn room_for(room: u64) -> LastGood<u32, &'static str> {
        LastGood::new(room, |text: &&str| u32::try_from(text.len()).unwrap())
    }

    #[test]
    fn the_newest_answer_is_kept() {
        let last_good = room_for(10);
        last_good.keep(1, "old", at(1));
        last_good.keep(1, "new", at(2));
        assert_eq!(last_good.get(&1), Some(Known { value: "new", as_of: at(2) }));
        assert_eq!(last_good.get(&2), None);
    }

    #[test]
    fn there_is_no_room_for_more_than_was_said() {
        let last_good = room_for(10);
        for question in 0..1_000 {
            last_good.keep(question, "four", at(1));
        }
        last_good.answers.run_pending_tasks();
        assert!(last_good.answers.weighted_size() <= 10);
    }

    #[test]
    fn what_was_not_used_for_the_longest_time_goes_first() {
        let last_good = room_for(8);
        last_good.keep(1, "four", at(1));
        last_good.keep(2, "four", at(2));
        last_good.answers.run_pending_tasks();
        last_good.get(&1);
        last_good.keep(3, "four", at(3));
        last_good.answers.run_pending_tasks();
        let kept = [1, 2, 3].map(|question| last_good.get(&question).is_some());
        assert_eq!(kept, [true, false, true]);
    }
}
