//! Gathers those who ask the same of different machines within a moment, so that a list of machines causes one
//! request. Nothing runs unless somebody waits for it.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, WeakShared};

use crate::sources::guard::{Flight, still_flies};

/// How long a batch waits for others: all fields of one query ask within less.
const WINDOW: Duration = Duration::from_millis(2);
/// Machines in one batch; the next one begins another. Twice as many as a page of a list has.
const MAX_MACHINES: usize = 200;

type Machines = Arc<Mutex<BTreeSet<String>>>;

/// The batches that still gather: of each question at most one.
pub(super) struct Batches<Q, T: Clone> {
    gathering: Arc<Mutex<HashMap<Q, Batch<T>>>>,
}

struct Batch<T: Clone> {
    machines: Machines,
    answer: WeakShared<BoxFuture<'static, T>>,
}

impl<Q, T> Batches<Q, T>
where
    Q: Copy + Eq + Hash + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    pub(super) fn new() -> Self {
        Self { gathering: Arc::default() }
    }

    /// The answer of the batch that this machine goes with. `ask` asks for all its machines; it is used if
    /// the batch begins with this one.
    pub(super) fn join<F>(
        &self,
        question: Q,
        machine: &str,
        ask: impl FnOnce(BTreeSet<String>) -> F + Send + 'static,
    ) -> Flight<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut gathering = lock(&self.gathering);
        gathering.retain(|_, batch| still_flies(&batch.answer).is_some());
        if let Some(answer) = gathering.get(&question).and_then(|batch| batch.take(machine)) {
            return answer;
        }
        let machines: Machines = Arc::new(Mutex::new(BTreeSet::from([machine.to_owned()])));
        let closed = close(Arc::clone(&self.gathering), question, Arc::clone(&machines));
        let answer = async move { ask(closed.await).await }.boxed().shared();
        gathering.extend(answer.downgrade().map(|answer| (question, Batch { machines, answer })));
        answer
    }
}

impl<T: Clone> Batch<T> {
    /// Takes this machine along, unless the batch is full or nobody waits for it any more.
    fn take(&self, machine: &str) -> Option<Flight<T>> {
        let answer = still_flies(&self.answer)?;
        let mut machines = lock(&self.machines);
        let has_room = machines.len() < MAX_MACHINES || machines.contains(machine);
        has_room.then(|| machines.insert(machine.to_owned()))?;
        Some(answer)
    }
}

/// Waits for the window, then lets nobody else in.
async fn close<Q: Eq + Hash, T: Clone>(
    gathering: Arc<Mutex<HashMap<Q, Batch<T>>>>,
    question: Q,
    machines: Machines,
) -> BTreeSet<String> {
    tokio::time::sleep(WINDOW).await;
    let mut gathering = lock(&gathering);
    // A batch that was full made room for the next one.
    if gathering.get(&question).is_some_and(|batch| Arc::ptr_eq(&batch.machines, &machines)) {
        gathering.remove(&question);
    }
    std::mem::take(&mut *lock(&machines))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;

    type Asked = Arc<Mutex<Vec<usize>>>;

    /// Notes how many machines were asked for at once, and answers with that number.
    fn note(asked: &Asked) -> impl FnOnce(BTreeSet<String>) -> std::future::Ready<usize> + Send + use<> {
        let asked = Arc::clone(asked);
        move |machines| {
            asked.lock().unwrap().push(machines.len());
            std::future::ready(machines.len())
        }
    }

    #[tokio::test]
    async fn those_who_ask_together_are_asked_for_together() {
        let (batches, asked) = (Batches::new(), Asked::default());
        let join = |(question, machine): (u8, String)| batches.join(question, &machine, note(&asked));
        let both = (0..60).map(|number| (number % 2, format!("dk-{}", number / 4)));
        let answers = join_all(both.map(join)).await;
        assert_eq!(answers, [15; 60]);
        assert_eq!(*asked.lock().unwrap(), [15, 15]);
    }

    #[tokio::test]
    async fn a_full_batch_leaves_room_for_the_next_one() {
        let (batches, asked) = (Batches::new(), Asked::default());
        let join = |number: usize| batches.join((), &number.to_string(), note(&asked));
        join_all((0..=MAX_MACHINES).map(join)).await;
        assert_eq!(*asked.lock().unwrap(), [MAX_MACHINES, 1]);
    }

    #[tokio::test]
    async fn a_batch_that_nobody_waits_for_is_not_asked_for() {
        let (batches, asked) = (Batches::new(), Asked::default());
        drop(batches.join((), "dk-1", note(&asked)));
        assert_eq!(batches.join((), "dk-2", note(&asked)).await, 1);
        assert_eq!(*asked.lock().unwrap(), [1]);
    }
}
