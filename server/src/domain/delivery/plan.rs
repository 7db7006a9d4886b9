//! Who is to be told of a change, and what need not be told any more.

use cineportal_regions::{Occasion, Route};
use jiff::Timestamp;
use uuid::Uuid;

use super::{Delivery, DeliveryState, DropReason};
use crate::domain::change;
use crate::domain::incident::{Incident, Status};

/// Names the space of delivery ids.
const ID_NAMESPACE: Uuid = Uuid::from_u128(0x5d27_1f0a_93c4_4b68_8e02_6a9b_c5d1_7f33);
/// How many deliveries that are over an incident keeps as its log.
const MAX_LOG: usize = 100;

/// Plans what people of these routes are told about the change from `before` to `after`.
pub fn plan(before: Option<&Incident>, after: &mut Incident, routes: &[Route], now: Timestamp) {
    let was_over = before.is_some_and(|before| before.status == Status::Closed);
    let is_over = after.status == Status::Closed;
    if after.status != Status::Open {
        drop_waiting(after, Occasion::Unattended, DropReason::Attended, now);
    }
    match before {
        None if is_over => return,
        None => open(after, routes, now),
        Some(_) if was_over && !is_over => reopen(after, routes, now),
        Some(_) if !was_over && is_over => close(after, routes, now),
        Some(before) if !is_over => {
            if before.severity != after.severity {
                let newly = |route: &&Route| wants(route, after) && !wants(route, before);
                let newly: Vec<Route> = routes.iter().filter(newly).cloned().collect();
                open(after, &newly, now);
            }
            if before.status != Status::Open {
                // Whoever had it gave it back: the wait for somebody begins anew.
                call_if_unattended(after, routes, now);
            }
        }
        Some(_) => {}
    }
    forget_oldest(after);
}

/// The member of an outage without the messages that the outage makes needless; `None` if it has none.
pub fn told_by_outage(member: &Incident, now: Timestamp) -> Option<Incident> {
    let mut next = member.clone();
    for occasion in [Occasion::Opened, Occasion::Reopened, Occasion::Unattended] {
        drop_waiting(&mut next, occasion, DropReason::ToldByOutage, now);
    }
    (next != *member).then(|| change::seal_deliveries(member, next))
}

fn open(incident: &mut Incident, routes: &[Route], now: Timestamp) {
    for route in routes.iter().filter(|route| wants(route, incident)).collect::<Vec<_>>() {
        push(incident, route, Occasion::Opened, now);
    }
    call_if_unattended(incident, routes, now);
}

fn reopen(incident: &mut Incident, routes: &[Route], now: Timestamp) {
    for route in routes {
        let unheard_end = drop_waiting_of(incident, route, Occasion::Closed, DropReason::ReopenedFirst, now);
        let last_heard = last_heard(incident, route);
        let believed_open = last_heard.is_some_and(|occasion| occasion != Occasion::Closed);
        if !wants(route, incident) || (unheard_end && believed_open) {
            // Whoever has not heard of its end is not told that it opened again: for them it never ended.
            continue;
        }
        // Whoever has heard nothing at all is told what they asked for: that it is open.
        let first = last_heard.is_none() && !route.on.contains(&Occasion::Reopened);
        push(incident, route, if first { Occasion::Opened } else { Occasion::Reopened }, now);
    }
    call_if_unattended(incident, routes, now);
}

fn close(incident: &mut Incident, routes: &[Route], now: Timestamp) {
    for route in routes {
        let unheard = drop_waiting_of(incident, route, Occasion::Opened, DropReason::ClosedFirst, now)
            | drop_waiting_of(incident, route, Occasion::Reopened, DropReason::ClosedFirst, now);
        // Whoever was told of it is told of its end, however mild it has become.
        let believed_open = last_heard(incident, route).is_some_and(|occasion| occasion != Occasion::Closed);
        if wants(route, incident) || unheard || believed_open {
            push(incident, route, Occasion::Closed, now);
        }
    }
}

/// Nobody has it: whoever wants to be called then is called, unless somebody takes it in time.
fn call_if_unattended(incident: &mut Incident, routes: &[Route], now: Timestamp) {
    if incident.status != Status::Open {
        return;
    }
    for route in routes.iter().filter(|route| wants(route, incident)).collect::<Vec<_>>() {
        let is_planned = |delivery: &Delivery| {
            delivery.route == route.name
                && delivery.occasion == Occasion::Unattended
                && delivery.wakes_at().is_some()
        };
        if !incident.deliveries.iter().any(is_planned) {
            push(incident, route, Occasion::Unattended, now);
        }
    }
}

/// What people of this route are being told now, or were told last.
///
/// By the time of telling, not of planning: what failed at first is told after what was planned later.
fn last_heard(incident: &Incident, route: &Route) -> Option<Occasion> {
    let of_route = incident.deliveries.iter().filter(|delivery| delivery.route == route.name);
    let heard = of_route.filter_map(|delivery| match delivery.state {
        DeliveryState::Leased { .. } => Some((Timestamp::MAX, delivery.occasion)),
        DeliveryState::Sent { at, .. } => Some((at, delivery.occasion)),
        DeliveryState::Waiting | DeliveryState::Failed { .. } | DeliveryState::Dropped { .. } => None,
    });
    heard.max_by_key(|(at, _)| *at).map(|(_, occasion)| occasion)
}

fn push(incident: &mut Incident, route: &Route, occasion: Occasion, now: Timestamp) {
    if !route.on.contains(&occasion) {
        return;
    }
    let wait = if occasion == Occasion::Unattended { route.after } else { route.wait };
    let name = format!("{}\0{}\0{occasion:?}\0{}", incident.id, route.name, incident.revision);
    incident.deliveries.push(Delivery {
        id: Uuid::new_v5(&ID_NAMESPACE, name.as_bytes()).to_string(),
        route: route.name.clone(),
        occasion,
        planned_at: now,
        due_at: now + wait,
        attempts: 0,
        last_error: None,
        trace_id: None,
        state: DeliveryState::Waiting,
    });
}

fn wants(route: &Route, incident: &Incident) -> bool {
    route.severities.contains(incident.severity.name())
}

fn drop_waiting(incident: &mut Incident, occasion: Occasion, reason: DropReason, now: Timestamp) {
    for delivery in incident.deliveries.iter_mut().filter(|delivery| delivery.is_waiting()) {
        if delivery.occasion == occasion {
            delivery.state = DeliveryState::Dropped { at: now, reason };
        }
    }
}

/// Whether there was one to drop.
fn drop_waiting_of(
    incident: &mut Incident,
    route: &Route,
    occasion: Occasion,
    reason: DropReason,
    now: Timestamp,
) -> bool {
    let mut dropped = false;
    for delivery in incident.deliveries.iter_mut().filter(|delivery| delivery.is_waiting()) {
        if delivery.occasion == occasion && delivery.route == route.name {
            delivery.state = DeliveryState::Dropped { at: now, reason };
            dropped = true;
        }
    }
    dropped
}

/// The log is kept short from its oldest end; what is still to be sent always stays.
fn forget_oldest(incident: &mut Incident) {
    let over = incident.deliveries.iter().filter(|delivery| delivery.wakes_at().is_none()).count();
    let mut excess = over.saturating_sub(MAX_LOG);
    incident.deliveries.retain(|delivery| {
        let forget = excess > 0 && delivery.wakes_at().is_none();
        excess -= usize::from(forget);
        !forget
    });
}
