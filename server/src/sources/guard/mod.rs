//! What stands before a source that people wait for: equal questions share one request, few requests run at
//! once, each has a deadline, and a source that fails again and again is left alone for a while.
//! Knows nothing of what is asked.

mod breaker;
mod flights;
mod last_good;

use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use jiff::Timestamp;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use self::breaker::Breaker;
pub use self::breaker::{Patience, State};
use self::flights::Flights;
pub(crate) use self::flights::{Flight, still_flies};
pub use self::last_good::{Known, LastGood};

/// A clock; tests have one of their own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a guard allows.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a question may take, from being asked to its answer.
    pub deadline: Duration,
    /// How many questions may be with the source at once.
    pub parallel: u16,
    /// How many more may wait for their turn.
    pub waiting: u16,
    /// When to leave the source alone.
    pub patience: Patience,
}

/// Why there is no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure<E> {
    /// It took too long.
    #[error("it did not answer within {:.1} s", .0.as_secs_f64())]
    Late(Duration),
    /// Others were asked first, for too long.
    #[error("too many questions wait for it")]
    Busy,
    /// It failed too often, and is left alone until then.
    #[error("it has failed again and again, and is asked again at {}", .0.strftime("%H:%M:%S UTC"))]
    LeftAlone(Timestamp),
    /// What it says itself.
    #[error(transparent)]
    Source(E),
}

/// An error of a source.
pub trait Blame {
    /// Whether the source is at fault. A question that it refuses for good reason says nothing against it.
    fn is_outage(&self) -> bool;
}

impl<E: Blame> Blame for Failure<E> {
    fn is_outage(&self) -> bool {
        match self {
            Self::Late(_) => true,
            Self::Busy | Self::LeftAlone(_) => false,
            Self::Source(error) => error.is_outage(),
        }
    }
}

/// Guards one source. `Q` is what is asked, `T` the answer, `E` why there is none.
pub struct Guard<Q, T: Clone, E: Clone> {
    limits: Limits,
    /// Places for those that are with the source, and for those that wait.
    places: Semaphore,
    turns: Semaphore,
    breaker: Mutex<Breaker>,
    flights: Flights<Q, Result<T, Failure<E>>>,
    clock: Clock,
}

impl<Q, T, E> Guard<Q, T, E>
where
    Q: Eq + Hash + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
    E: Blame + Clone + Send + Sync + 'static,
{
    /// A guard with these limits.
    pub fn new(limits: Limits, clock: Clock) -> Self {
        Self {
            limits,
            places: Semaphore::new(usize::from(limits.parallel) + usize::from(limits.waiting)),
            turns: Semaphore::new(limits.parallel.into()),
            breaker: Mutex::new(Breaker::new(limits.patience)),
            flights: Flights::new(),
            clock,
        }
    }

    /// The answer to a question. `request` asks the source; it is not used while the same question is under
    /// way already, or while the source is left alone.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn ask(
        self: &Arc<Self>,
        question: Q,
        request: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, Failure<E>> {
        self.flights.join(question, || Arc::clone(self).request(request).boxed()).await
    }

    /// How the source is treated.
    pub fn state(&self) -> State {
        self.breaker().state((self.clock)())
    }

    async fn request(
        self: Arc<Self>,
        request: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, Failure<E>> {
        let until = Instant::now() + self.limits.deadline;
        let _place = self.places.try_acquire().map_err(|_| Failure::Busy)?;
        let _turn = self.turn(until).await?;
        self.breaker().admit((self.clock)()).map_err(Failure::LeftAlone)?;
        let answer = tokio::time::timeout_at(until, request).await;
        let answer = match answer {
            Ok(answer) => answer.map_err(Failure::Source),
            Err(_) => Err(Failure::Late(self.limits.deadline)),
        };
        self.note(&answer);
        answer
    }

    async fn turn(&self, until: Instant) -> Result<SemaphorePermit<'_>, Failure<E>> {
        // Whoever gets a turn at the last moment has no time left to ask, and must not blame the source.
        let last_moment = until - self.limits.deadline / 10;
        let turn = tokio::time::timeout_at(last_moment, self.turns.acquire()).await;
        // Where this task itself was late both have come: then the moment counts, not the turn.
        let turn = turn.ok().filter(|_| Instant::now() < last_moment);
        turn.ok_or(Failure::Busy)?.map_err(|_| Failure::Busy)
    }

    fn note(&self, answer: &Result<T, Failure<E>>) {
        let mut breaker = self.breaker();
        match answer {
            Err(failure) if failure.is_outage() => breaker.failed((self.clock)()),
            Ok(_) | Err(_) => breaker.succeeded(),
        }
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
