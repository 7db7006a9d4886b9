//! Whether a source is worth asking. After several failures in a row it is left alone for a while; then one
//! question tries it again.

use jiff::{SignedDuration, Timestamp};

/// When to leave a source alone, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// After so many failures in a row.
    pub failures: u32,
    /// For so long; longer than a question may take.
    pub pause: SignedDuration,
}

/// How a source is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is asked.
    Closed,
    /// The next question tries it again.
    HalfOpen,
    /// It is left alone.
    Open,
}

/// Counts what came of asking one source.
#[derive(Debug)]
pub(super) struct Breaker {
    patience: Patience,
    failures: u32,
    /// It failed too often, and is left alone until then.
    open_until: Option<Timestamp>,
}

impl Breaker {
    pub(super) fn new(patience: Patience) -> Self {
        Self { patience, failures: 0, open_until: None }
    }

    pub(super) fn state(&self, now: Timestamp) -> State {
        match self.open_until {
            None => State::Closed,
            Some(until) if now < until => State::Open,
            Some(_) => State::HalfOpen,
        }
    }

    /// Whether it may be asked now.
    ///
    /// # Errors
    /// When it may be asked again. Whoever tries it first begins the next pause: should nobody hear how that
    /// ended, another one tries after it.
    pub(super) fn admit(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        match self.open_until {
            Some(until) if now < until => Err(until),
            Some(_) => {
                self.pause(now);
                Ok(())
            }
            None => Ok(()),
        }
    }

    pub(super) fn succeeded(&mut self) {
        (self.failures, self.open_until) = (0, None);
    }

    pub(super) fn failed(&mut self, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= self.patience.failures {
            self.pause(now);
        }
    }

    fn pause(&mut self, now: Timestamp) {
        self.open_until = now.saturating_add(self.patience.pause).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Opens at its third failure, for ten seconds.
    fn failed(times: u32) -> Breaker {
        let patience = Patience { failures: 3, pause: SignedDuration::from_secs(10) };
        let mut breaker = Breaker::new(patience);
        (0..times).for_each(|_| breaker.failed(at(0)));
        breaker
    }

    #[test]
    fn a_few_failures_change_nothing() {
        let mut breaker = failed(2);
        assert_eq!((breaker.state(at(0)), breaker.admit(at(0))), (State::Closed, Ok(())));
    }

    #[test]
    fn many_failures_in_a_row_open_it() {
        let mut breaker = failed(3);
        assert_eq!((breaker.state(at(9)), breaker.admit(at(9))), (State::Open, Err(at(10))));
    }

    #[test]
    fn a_success_in_between_begins_anew() {
        let mut breaker = failed(2);
        breaker.succeeded();
        breaker.failed(at(1));
        assert_eq!(breaker.state(at(1)), State::Closed);
    }

    #[test]
    fn after_the_pause_one_question_tries_it() {
        let mut breaker = failed(3);
        assert_eq!((breaker.state(at(10)), breaker.admit(at(10))), (State::HalfOpen, Ok(())));
        assert_eq!(breaker.admit(at(11)), Err(at(20)));
    }

    #[test]
    fn it_closes_when_the_try_succeeds_and_opens_when_it_fails() {
        let mut breaker = failed(3);
        breaker.admit(at(10)).unwrap();
        breaker.failed(at(12));
        assert_eq!(breaker.admit(at(21)), Err(at(22)));
        breaker.admit(at(22)).unwrap();
        breaker.succeeded();
        assert_eq!(breaker.state(at(22)), State::Closed);
    }

    #[test]
    fn a_try_that_nobody_heard_of_is_repeated() {
        let mut breaker = failed(3);
        breaker.admit(at(10)).unwrap();
        assert_eq!(breaker.admit(at(20)), Ok(()));
    }
}
