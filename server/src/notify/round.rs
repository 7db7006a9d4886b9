//! What to do with everything that is due now: which deliveries go out together, which wait, which are
//! dropped. Pure: the dispatcher carries it out.

mod pace;

use std::collections::{BTreeMap, BTreeSet};

use cineportal_regions::{Occasion, Region, Regions, Route};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use self::pace::MAX_SINGLES;
pub(super) use self::pace::Pace;
use crate::domain::delivery::{Delivery, DeliveryState, DropReason};
use crate::domain::incident::{Incident, IncidentId, Status};
use crate::domain::outbox::Tidy;

/// Names the space of batch ids.
const BATCH_NAMESPACE: Uuid = Uuid::from_u128(0x7b0c_3f52_1d7e_4a0b_9c44_e2a1_60d5_88f1);
/// A silence may end before its time: what is muted is looked at again this often.
const MUTE_CHECK: SignedDuration = SignedDuration::from_mins(5);

/// A route of a region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct RouteKey {
    pub(super) region: String,
    pub(super) route: String,
}

/// A delivery of an incident.
type Pick = (IncidentId, String);
/// Deliveries by incident.
pub(super) type Picks = BTreeMap<IncidentId, Vec<String>>;

/// Until when people are left in peace about an incident, where they are.
pub(super) type Mutes = BTreeMap<IncidentId, Timestamp>;

/// One message to be sent.
#[derive(Debug, PartialEq)]
pub(super) struct Batch {
    pub(super) key: RouteKey,
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) picks: Picks,
}

/// What a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One delivery, on its first try.
    Single,
    /// One delivery that was surely not taken before.
    Retry,
    /// All that is due.
    Digest,
    /// Sent before, and nobody knows whether it arrived.
    Repeat,
}

/// What is to be done.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Round {
    pub(super) batches: Vec<Batch>,
    /// What is not sent, by incident and delivery.
    pub(super) tidied: BTreeMap<IncidentId, BTreeMap<String, Tidy>>,
}

impl Round {
    fn tidy(&mut self, (incident, delivery): Pick, tidy: Tidy) {
        self.tidied.entry(incident).or_default().insert(delivery, tidy);
    }
}

/// What one route may send now.
#[derive(Default)]
struct Candidates {
    /// Due deliveries, each with whether it was tried before; that which waits longest first.
    due: Vec<(Pick, Kind)>,
    /// Those that a digest takes along, though they are not due yet.
    along: Vec<Pick>,
}

/// Decides what to do with these incidents.
pub(super) fn plan(
    incidents: &[Incident],
    regions: &Regions,
    pace: &Pace,
    mutes: &Mutes,
    now: Timestamp,
) -> Round {
    let mut sorting = Sorting::default();
    for incident in incidents {
        let region = regions.home(&incident.key.region);
        for delivery in incident.deliveries.iter().filter(|delivery| delivery.wakes_at().is_some()) {
            let hindrance = hindrance(incident, delivery, region, mutes, now);
            sorting.take(incident, delivery, region, hindrance, now);
        }
    }
    let Sorting { mut round, routes, expired } = sorting;
    round.batches.extend(expired.into_values());
    for (key, candidates) in routes {
        send(&mut round, key, candidates, pace, now);
    }
    round
}

/// The routes of which a message is leased until this time or later, if its id is one of those asked for.
pub(super) fn claimed_since(
    incidents: &[Incident],
    leased_until: Timestamp,
    is_asked_for: impl Fn(&str) -> bool,
) -> BTreeSet<RouteKey> {
    let all =
        incidents.iter().flat_map(|incident| incident.deliveries.iter().map(move |one| (incident, one)));
    let claimed = all.filter(|(_, delivery)| match &delivery.state {
        DeliveryState::Leased { until, batch } => *until >= leased_until && is_asked_for(batch),
        _ => false,
    });
    let key = |(incident, delivery): (&Incident, &Delivery)| RouteKey {
        region: incident.key.region.to_string(),
        route: delivery.route.clone(),
    };
    claimed.map(key).collect()
}

/// The deliveries that were looked at, sorted by what may become of them.
#[derive(Default)]
struct Sorting {
    round: Round,
    routes: BTreeMap<RouteKey, Candidates>,
    /// Batches whose lease ended, by their id.
    expired: BTreeMap<String, Batch>,
}

impl Sorting {
    fn take(
        &mut self,
        incident: &Incident,
        delivery: &Delivery,
        region: &Region,
        hindrance: Option<Tidy>,
        now: Timestamp,
    ) {
        let is_due = delivery.wakes_at().is_some_and(|wakes_at| wakes_at <= now);
        let pick = (incident.id.clone(), delivery.id.clone());
        let key = RouteKey { region: region.id.to_string(), route: delivery.route.clone() };
        match &delivery.state {
            _ if !is_due && !may_come_along(delivery, region, now) => {}
            DeliveryState::Waiting => match hindrance {
                Some(tidy) if is_due => self.round.tidy(pick, tidy),
                Some(_) => {}
                None => self.routes.entry(key).or_default().take(pick, delivery, is_due),
            },
            DeliveryState::Leased { batch, .. } => match hindrance {
                Some(Tidy::Drop(reason)) => self.round.tidy(pick, Tidy::Drop(reason)),
                // It may have arrived already: whoever got it is told so soon.
                Some(Tidy::PutOff(_)) | None => self.repeat(batch, key, pick),
            },
            DeliveryState::Sent { .. } | DeliveryState::Failed { .. } | DeliveryState::Dropped { .. } => {}
        }
    }

    fn repeat(&mut self, id: &str, key: RouteKey, (incident, delivery): Pick) {
        let new = || Batch { key, id: id.to_owned(), kind: Kind::Repeat, picks: Picks::new() };
        let batch = self.expired.entry(id.to_owned()).or_insert_with(new);
        batch.picks.entry(incident).or_default().push(delivery);
    }
}

impl Candidates {
    fn take(&mut self, pick: Pick, delivery: &Delivery, is_due: bool) {
        let kind = if delivery.attempts == 0 { Kind::Single } else { Kind::Retry };
        if is_due { self.due.push((pick, kind)) } else { self.along.push(pick) }
    }
}

/// Why a delivery is not sent although it is due; `None` if nothing speaks against it.
fn hindrance(
    incident: &Incident,
    delivery: &Delivery,
    region: &Region,
    mutes: &Mutes,
    now: Timestamp,
) -> Option<Tidy> {
    if route_of(delivery, region).is_none() {
        return Some(Tidy::Drop(DropReason::RouteGone));
    }
    let until = *mutes.get(&incident.id)?;
    let is_told =
        |told: &Delivery| told.route == delivery.route && matches!(told.state, DeliveryState::Sent { .. });
    if incident.status == Status::Closed && !incident.deliveries.iter().any(is_told) {
        return Some(Tidy::Drop(DropReason::Muted));
    }
    Some(Tidy::PutOff(until.min(now + MUTE_CHECK)))
}

fn route_of<'a>(delivery: &Delivery, region: &'a Region) -> Option<&'a Route> {
    region.notify.iter().find(|route| route.name == delivery.route)
}

/// What is planned already is not left for a second digest.
fn may_come_along(delivery: &Delivery, region: &Region, now: Timestamp) -> bool {
    let wait = route_of(delivery, region).map_or(SignedDuration::ZERO, |route| route.wait);
    let is_news = delivery.state == DeliveryState::Waiting && delivery.attempts == 0;
    is_news && delivery.occasion != Occasion::Unattended && delivery.due_at <= now + wait
}

fn send(round: &mut Round, key: RouteKey, candidates: Candidates, pace: &Pace, now: Timestamp) {
    let Candidates { mut due, mut along } = candidates;
    if let Some(until) = pace.gathering_until(&key, now) {
        // What failed is not news: it is tried again when its own pause is over.
        let (news, retries) = due.into_iter().partition(|(_, kind)| *kind == Kind::Single);
        let news: Vec<(Pick, Kind)> = news;
        news.into_iter().for_each(|(pick, _)| round.tidy(pick, Tidy::PutOff(until)));
        (due, along) = (retries, Vec::new());
    }
    if due.is_empty() {
        return;
    }
    let news = due.iter().filter(|(_, kind)| *kind == Kind::Single).count();
    if due.len() + along.len() <= MAX_SINGLES && news <= pace.singles_left(&key, now) {
        round.batches.extend(due.into_iter().map(|(pick, kind)| batch(key.clone(), kind, vec![pick])));
    } else {
        let all = due.into_iter().map(|(pick, _)| pick).chain(along);
        round.batches.push(batch(key, Kind::Digest, all.collect()));
    }
}

fn batch(key: RouteKey, kind: Kind, picks: Vec<Pick>) -> Batch {
    let mut deliveries: Vec<&str> = picks.iter().map(|(_, delivery)| delivery.as_str()).collect();
    deliveries.sort_unstable();
    let id = Uuid::new_v5(&BATCH_NAMESPACE, deliveries.join("\0").as_bytes()).to_string();
    let mut by_incident = Picks::new();
    for (incident, delivery) in picks {
        by_incident.entry(incident).or_default().push(delivery);
    }
    Batch { key, id, kind, picks: by_incident }
}

#[cfg(test)]
mod tests;
