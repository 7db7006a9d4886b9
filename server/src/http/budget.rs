//! How much each viewer may ask for, and how often each address may try to become one: a bucket of points that
//! fills up again, in memory. What an operation costs is known when it is answered, so a bucket may go below zero;
//! then its viewer waits.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How many seconds' worth of points a full bucket holds.
const BURST_SECONDS: f64 = 10.0;
/// So many viewers are remembered. When another one comes, those with a full bucket are forgotten; if all
/// have spent something, everybody starts anew.
const MAX_VIEWERS: usize = 10_000;

/// The buckets of all viewers.
pub(super) struct Budgets {
    points_per_second: Option<f64>,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Clone, Copy)]
struct Bucket {
    points: f64,
    at: Instant,
}

impl Budgets {
    /// Full buckets for everybody; `None`: nobody pays.
    pub(super) fn new(points_per_second: Option<NonZeroU32>) -> Self {
        Self {
            points_per_second: points_per_second.map(|points| points.get().into()),
            buckets: Mutex::default(),
        }
    }

    /// Whether this viewer has any points.
    ///
    /// # Errors
    /// How long it takes until it has.
    pub(super) fn admit(&self, viewer: &str) -> Result<(), Duration> {
        let Some(rate) = self.points_per_second else { return Ok(()) };
        let points = left(&self.lock(), viewer, rate, Instant::now());
        if points > 0.0 { Ok(()) } else { Err(Duration::from_secs_f64(-points / rate)) }
    }

    /// Takes points from this viewer, even if it has fewer; answers what is left.
    pub(super) fn charge(&self, viewer: &str, points: f64) -> f64 {
        let rate = self.points_per_second;
        rate.map_or(f64::INFINITY, |rate| self.change(viewer, rate, Instant::now(), points))
    }

    /// What is in the bucket after this many points were taken.
    fn change(&self, viewer: &str, rate: f64, now: Instant, taken: f64) -> f64 {
        let mut buckets = self.lock();
        if buckets.len() >= MAX_VIEWERS && !buckets.contains_key(viewer) {
            buckets.retain(|_, bucket| filled(*bucket, rate, now) < rate * BURST_SECONDS);
            if buckets.len() >= MAX_VIEWERS {
                buckets.clear();
            }
        }
        let points = left(&buckets, viewer, rate, now) - taken;
        match buckets.get_mut(viewer) {
            Some(bucket) => *bucket = Bucket { points, at: now },
            None => drop(buckets.insert(viewer.to_owned(), Bucket { points, at: now })),
        }
        points
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is in the bucket; one from which nothing was taken is full, and not kept.
fn left(buckets: &HashMap<String, Bucket>, viewer: &str, rate: f64, now: Instant) -> f64 {
    buckets.get(viewer).map_or(rate * BURST_SECONDS, |bucket| filled(*bucket, rate, now))
}

fn filled(bucket: Bucket, rate: f64, now: Instant) -> f64 {
    let since = now.saturating_duration_since(bucket.at).as_secs_f64();
    (bucket.points + rate * since).min(rate * BURST_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budgets() -> Budgets {
        Budgets::new(NonZeroU32::new(10))
    }

    #[test]
    fn whoever_spent_its_points_waits_until_the_debt_is_paid() {
        let (budgets, start) = (budgets(), Instant::now());
        assert!(budgets.change("kim", 10.0, start, 150.0) < 0.0, "a full bucket holds 100");
        assert!(budgets.change("kim", 10.0, start + Duration::from_secs(5), 0.0) <= 0.0);
        assert!(budgets.change("kim", 10.0, start + Duration::from_secs(6), 0.0) > 0.0);
    }

    #[test]
    fn nobody_pays_for_others() {
        let budgets = budgets();
        budgets.charge("kim", 1_000.0);
        assert!(budgets.admit("kim").is_err_and(|wait| wait > Duration::from_secs(60)));
        assert_eq!(budgets.admit("sam"), Ok(()));
    }

    #[test]
    fn whoever_only_looks_is_not_remembered() {
        let budgets = budgets();
        assert_eq!(budgets.admit("kim"), Ok(()));
        assert!(budgets.lock().is_empty());
    }

    #[test]
    fn a_bucket_never_holds_more_than_its_burst() {
        let (budgets, start) = (budgets(), Instant::now());
        budgets.change("kim", 10.0, start, 1.0);
        let points = budgets.change("kim", 10.0, start + Duration::from_secs(3_600), 0.0);
        assert!((points - 100.0).abs() < 1e-9, "{points}");
    }

    #[test]
    fn only_so_many_viewers_are_remembered() {
        let budgets = budgets();
        for number in 0..MAX_VIEWERS + 10 {
            budgets.charge(&format!("viewer {number}"), 1.0);
        }
        assert!(budgets.buckets.lock().unwrap().len() <= MAX_VIEWERS);
    }
}
