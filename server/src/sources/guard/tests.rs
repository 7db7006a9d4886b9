//! A guard before a source that the tests play. Its clock and its deadlines are theirs, too.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use futures::future::join_all;
use jiff::SignedDuration;
use tokio::sync::oneshot;

use super::*;

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
enum Trouble {
    #[error("it is on fire")]
    Outage,
    #[error("it does not understand")]
    Nonsense,
}

impl Blame for Trouble {
    fn is_outage(&self) -> bool {
        *self == Self::Outage
    }
}

type Tested = Arc<Guard<&'static str, u32, Trouble>>;

/// Two at once, one more waits; three failures open it for ten seconds.
fn guard(deadline: Duration) -> (Tested, Arc<AtomicI64>) {
    let second = Arc::new(AtomicI64::new(0));
    let shown = Arc::clone(&second);
    let clock: Clock = Arc::new(move || Timestamp::from_second(shown.load(Ordering::SeqCst)).unwrap());
    let patience = Patience { failures: 3, pause: SignedDuration::from_secs(10) };
    let limits = Limits { deadline, parallel: 2, waiting: 1, patience };
    (Arc::new(Guard::new(limits, clock)), second)
}

/// Longer than any test.
const LONG: Duration = Duration::from_secs(60);
/// So short that what does not answer is late soon.
const SHORT: Duration = Duration::from_millis(50);

async fn fail(guard: &Tested, trouble: Trouble) -> Failure<Trouble> {
    guard.ask("?", async { Err(trouble) }).await.unwrap_err()
}

#[tokio::test]
async fn equal_questions_share_one_request() {
    let (guard, _) = guard(LONG);
    let requests = Arc::new(AtomicUsize::new(0));
    let ask = || {
        let requests = Arc::clone(&requests);
        guard.ask("?", async move {
            requests.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(SHORT).await;
            Ok(7)
        })
    };
    let answers = join_all([ask(), ask(), ask(), ask(), ask()]).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap() == 7));
    assert_eq!(requests.load(Ordering::SeqCst), 1);
    ask().await.unwrap();
    assert_eq!(requests.load(Ordering::SeqCst), 2, "what has landed is not asked again");
}

#[tokio::test]
async fn a_question_goes_on_when_whoever_asked_first_leaves() {
    let (guard, _) = guard(LONG);
    let (answer, answered) = oneshot::channel();
    let ask = |request| {
        let guard = Arc::clone(&guard);
        tokio::spawn(async move { guard.ask("?", request).await })
    };
    let first = ask(async { Ok(answered.await.unwrap()) }.boxed());
    tokio::task::yield_now().await;
    let second = ask(async { Err(Trouble::Nonsense) }.boxed());
    tokio::task::yield_now().await;
    first.abort();
    answer.send(7).unwrap();
    assert_eq!(second.await.unwrap().unwrap(), 7);
}

#[tokio::test]
async fn few_are_with_the_source_at_once_and_the_next_one_waits() {
    let (guard, _) = guard(LONG);
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let ask = |question| {
        let (now, most) = (Arc::clone(&now), Arc::clone(&most));
        guard.ask(question, async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(SHORT).await;
            now.fetch_sub(1, Ordering::SeqCst);
            Ok(7)
        })
    };
    let answers = join_all(["a", "b", "c", "d"].map(ask)).await;
    let outcomes: Vec<_> = answers.into_iter().map(|answer| answer.map_err(|e| e.to_string())).collect();
    let busy = Err("too many questions wait for it".to_owned());
    assert_eq!(outcomes, [Ok(7), Ok(7), Ok(7), busy]);
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn what_does_not_answer_is_late_and_whoever_waits_behind_it_is_told() {
    let (guard, _) = guard(SHORT);
    let ask = |question| guard.ask(question, std::future::pending());
    let answers = join_all(["a", "b", "c"].map(ask)).await;
    let reasons: Vec<_> = answers.into_iter().map(|answer| answer.unwrap_err().to_string()).collect();
    let late = "it did not answer within 0.1 s";
    assert_eq!(reasons, [late, late, "too many questions wait for it"]);
}

#[tokio::test]
async fn a_source_that_fails_again_and_again_is_left_alone_and_tried_again_later() {
    let (guard, second) = guard(LONG);
    for _ in 0..3 {
        assert_eq!(fail(&guard, Trouble::Outage).await.to_string(), "it is on fire");
    }
    assert_eq!(guard.state(), State::Open);
    let unasked = guard.ask("?", async { unreachable!() }).await.unwrap_err().to_string();
    assert_eq!(unasked, "it has failed again and again, and is asked again at 00:00:10 UTC");
    second.store(10, Ordering::SeqCst);
    assert_eq!(guard.state(), State::HalfOpen);
    assert_eq!(guard.ask("?", async { Ok(7) }).await.unwrap(), 7);
    assert_eq!(guard.state(), State::Closed);
}

#[tokio::test]
async fn a_late_answer_is_a_failure_of_the_source() {
    let (guard, _) = guard(SHORT);
    for _ in 0..3 {
        guard.ask("?", std::future::pending()).await.unwrap_err();
    }
    assert_eq!(guard.state(), State::Open);
}

#[tokio::test]
async fn a_question_that_it_refuses_says_nothing_against_a_source() {
    let (guard, _) = guard(LONG);
    for _ in 0..9 {
        fail(&guard, Trouble::Nonsense).await;
    }
    assert_eq!(guard.state(), State::Closed);
}
