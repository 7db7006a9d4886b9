//! What makes the most trouble.

use std::cmp::Reverse;
use std::collections::HashMap;

use jiff::Timestamp;

use super::Facts;
use super::times::seconds_between;

/// How many are named.
const TOP: usize = 10;
const SECONDS_A_MINUTE: u64 = 60;

/// A machine, and its incidents in the period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineTrouble {
    /// Identifier.
    pub id: String,
    /// Name of its cinema, as its newest incident knows it.
    pub cinema: Option<String>,
    /// Name of its screen, as its newest incident knows it.
    pub screen: Option<String>,
    /// How many incidents.
    pub count: u64,
    /// How long they were open, all together, in whole minutes, rounded down.
    pub open_minutes: u64,
}

/// A kind of fault, and its incidents in the period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorTrouble {
    /// Stable identifier.
    pub id: String,
    /// How many incidents.
    pub count: u64,
    /// How long they were open, all together, in whole minutes, rounded down.
    pub open_minutes: u64,
}

pub(super) fn top_machines(facts: &[&Facts], now: Timestamp) -> Vec<MachineTrouble> {
    let top = top(facts, now, |facts| facts.machine_id.as_deref());
    let trouble = |(id, sum): (&str, Sum<'_>)| MachineTrouble {
        id: id.to_owned(),
        cinema: sum.newest.cinema.clone(),
        screen: sum.newest.screen.clone(),
        count: sum.count,
        open_minutes: sum.seconds / SECONDS_A_MINUTE,
    };
    top.into_iter().map(trouble).collect()
}

pub(super) fn top_errors(facts: &[&Facts], now: Timestamp) -> Vec<ErrorTrouble> {
    let top = top(facts, now, |facts| Some(&facts.error_id));
    let trouble = |(id, sum): (&str, Sum<'_>)| ErrorTrouble {
        id: id.to_owned(),
        count: sum.count,
        open_minutes: sum.seconds / SECONDS_A_MINUTE,
    };
    top.into_iter().map(trouble).collect()
}

struct Sum<'a> {
    count: u64,
    seconds: u64,
    newest: &'a Facts,
}

/// Those with the most incidents, then those open for longest, then by id.
fn top<'a>(
    facts: &[&'a Facts],
    now: Timestamp,
    key: impl Fn(&'a Facts) -> Option<&'a str>,
) -> Vec<(&'a str, Sum<'a>)> {
    let mut sums: HashMap<&str, Sum<'_>> = HashMap::new();
    for facts in facts.iter().copied() {
        let Some(key) = key(facts) else { continue };
        let sum = sums.entry(key).or_insert(Sum { count: 0, seconds: 0, newest: facts });
        sum.count += 1;
        sum.seconds += seconds_between(facts.opened_at, facts.closed_at.unwrap_or(now));
        if facts.opened_at > sum.newest.opened_at {
            sum.newest = facts;
        }
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_unstable_by_key(|(key, sum)| (Reverse(sum.count), Reverse(sum.seconds), *key));
    sums.truncate(TOP);
    sums
}
