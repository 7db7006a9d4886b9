//! What becomes of planned deliveries: claimed by whoever sends them, and settled afterwards.
//! Every answer is the incident to commit; the sender commits it, and has nothing if the commit collides.

use std::collections::BTreeMap;

use cineportal_regions::Occasion;
use jiff::{SignedDuration, Timestamp};

use super::change::seal_deliveries;
use super::delivery::{Delivery, DeliveryState, DropReason};
use super::incident::{Incident, Status};

/// The shortest pause after a failed try.
const MIN_BACKOFF: SignedDuration = SignedDuration::from_secs(1);
/// The longest pause after the first failed try; it doubles with every further one.
const FIRST_BACKOFF_SECONDS: i64 = 2;
/// The longest pause, but for what a receiver asks for.
const MAX_BACKOFF_SECONDS: i64 = 600;
/// Tries before a delivery is given up: about 24 hours, as pauses are five minutes on average.
pub const MAX_ATTEMPTS: u32 = 300;
/// Longest error that a delivery keeps, in characters.
const MAX_ERROR_CHARACTERS: usize = 500;

/// What became of one try to send a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// The channel took it.
    Taken {
        /// What was wrong nevertheless, as one of several addresses.
        but: Option<String>,
    },
    /// The channel did not take it, for now.
    NotTaken {
        /// Why.
        reason: String,
        /// When to try again.
        again_at: Timestamp,
    },
    /// The answer was lost: it may have been taken. It is sent again as the same batch.
    Unknown {
        /// What happened.
        reason: String,
        /// When to send it again.
        again_at: Timestamp,
    },
    /// The channel will never take it.
    Refused {
        /// Why.
        reason: String,
    },
}

/// What is done with a delivery that is not sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tidy {
    /// It waits until then.
    PutOff(Timestamp),
    /// It is never sent.
    Drop(DropReason),
}

/// The incident with these deliveries claimed for a batch; `None` if none of them is there to claim.
pub fn claim(stored: &Incident, ids: &[String], batch: &str, until: Timestamp) -> Option<Incident> {
    change(stored, |delivery| {
        if delivery.wakes_at().is_none() || !ids.contains(&delivery.id) {
            return false;
        }
        delivery.attempts += 1;
        delivery.state = DeliveryState::Leased { until, batch: batch.to_owned() };
        true
    })
}

/// The incident with deliveries put off or dropped, each by its id; `None` if none of them waits any more.
pub fn tidy(stored: &Incident, wanted: &BTreeMap<String, Tidy>, now: Timestamp) -> Option<Incident> {
    change(stored, |delivery| {
        let Some(tidy) = wanted.get(&delivery.id).filter(|_| delivery.wakes_at().is_some()) else {
            return false;
        };
        match *tidy {
            Tidy::Drop(reason) => delivery.state = DeliveryState::Dropped { at: now, reason },
            Tidy::PutOff(until) if delivery.state == DeliveryState::Waiting => delivery.due_at = until,
            Tidy::PutOff(_) => return false,
        }
        true
    })
}

/// The incident after its deliveries of this batch were tried; `None` if it has none any more.
pub fn settle(stored: &Incident, batch: &str, tried: &Tried, now: Timestamp) -> Option<Incident> {
    change(stored, |delivery| {
        let found = matches!(&delivery.state, DeliveryState::Leased { batch: of, .. } if of == batch);
        if found {
            let overtaken = overtaken(stored, delivery);
            settle_one(delivery, batch, tried, overtaken, now);
        }
        found
    })
}

/// How long to wait after so many tries: full jitter, `chance` is from 0 to 1.
pub fn backoff(attempts: u32, chance: f64) -> SignedDuration {
    let doublings = attempts.saturating_sub(1).min(16);
    let ceiling = (FIRST_BACKOFF_SECONDS << doublings).min(MAX_BACKOFF_SECONDS);
    SignedDuration::from_secs(ceiling).mul_f64(chance.clamp(0.0, 1.0)).max(MIN_BACKOFF)
}

fn settle_one(
    delivery: &mut Delivery,
    batch: &str,
    tried: &Tried,
    overtaken: Option<DropReason>,
    now: Timestamp,
) {
    let is_last = delivery.attempts >= MAX_ATTEMPTS;
    delivery.last_error = match tried {
        Tried::Taken { but } => but.as_deref().map(short),
        Tried::NotTaken { reason, .. } | Tried::Unknown { reason, .. } | Tried::Refused { reason } => {
            Some(short(reason))
        }
    };
    delivery.state = match (tried, overtaken) {
        (Tried::Taken { .. }, _) => DeliveryState::Sent { at: now, batch: batch.to_owned() },
        (Tried::NotTaken { .. }, Some(reason)) => DeliveryState::Dropped { at: now, reason },
        (Tried::NotTaken { again_at, .. }, None) if !is_last => {
            delivery.due_at = *again_at;
            DeliveryState::Waiting
        }
        (Tried::Unknown { again_at, .. }, _) if !is_last => {
            DeliveryState::Leased { until: *again_at, batch: batch.to_owned() }
        }
        (Tried::NotTaken { .. } | Tried::Unknown { .. } | Tried::Refused { .. }, _) => {
            DeliveryState::Failed { at: now }
        }
    };
}

/// Why what was being sent in vain is no longer true, so that trying again would only mislead.
fn overtaken(incident: &Incident, delivery: &Delivery) -> Option<DropReason> {
    match (delivery.occasion, incident.status) {
        (Occasion::Unattended, Status::InProgress | Status::Closed) => Some(DropReason::Attended),
        (Occasion::Unattended, Status::Open) => None,
        (Occasion::Closed, Status::Open | Status::InProgress) => Some(DropReason::ReopenedFirst),
        (Occasion::Closed, Status::Closed) => {
            says_more_later(incident, delivery).then_some(DropReason::ReopenedFirst)
        }
        (Occasion::Opened | Occasion::Reopened, _) => {
            says_more_later(incident, delivery).then_some(DropReason::ClosedFirst)
        }
    }
}

/// Whether the same people are told what happened after it, so that they need not hear of this first.
fn says_more_later(incident: &Incident, delivery: &Delivery) -> bool {
    let planned_after = incident.deliveries.iter().skip_while(|other| other.id != delivery.id).skip(1);
    planned_after.filter(|other| other.route == delivery.route).any(|other| {
        let is_lost = matches!(other.state, DeliveryState::Failed { .. } | DeliveryState::Dropped { .. });
        other.occasion != Occasion::Unattended && !is_lost
    })
}

fn change(stored: &Incident, mut edit: impl FnMut(&mut Delivery) -> bool) -> Option<Incident> {
    let mut next = stored.clone();
    let mut changed = false;
    for delivery in &mut next.deliveries {
        changed |= edit(delivery);
    }
    changed.then(|| seal_deliveries(stored, next))
}

fn short(reason: &str) -> String {
    let line = reason.chars().map(|c| if c.is_control() { ' ' } else { c });
    line.take(MAX_ERROR_CHARACTERS).collect()
}
