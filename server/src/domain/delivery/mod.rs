//! Messages to people, planned in the same write that changes the incident: what is stored is told.
//!
//! A delivery is planned here, claimed with a lease and sent by the dispatcher, and stays as a log line.

mod plan;

use cineportal_regions::Occasion;
use jiff::Timestamp;

pub use self::plan::{plan, told_by_outage};
use super::incident::Incident;
use super::trace::TraceId;

/// One message of one route about one incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// Follows from the incident, the route and the change, so that receivers can tell a repeat.
    pub id: String,
    /// Name of the route in the region's file.
    pub route: String,
    /// What is told.
    pub occasion: Occasion,
    /// When the change was that it tells of.
    pub planned_at: Timestamp,
    /// Not to be sent before.
    pub due_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// What the change is called in the log that it tells of; `None` where nobody said.
    pub trace_id: Option<TraceId>,
    /// Where it stands.
    pub state: DeliveryState,
}

/// Where a delivery stands.
#[derive(Clone, Debug, PartialEq)]
pub enum DeliveryState {
    /// To be sent once it is due.
    Waiting,
    /// Somebody is sending it, in one message with all others of the same batch.
    /// If they do not report back in time, somebody else sends it again.
    Leased {
        /// Until when.
        until: Timestamp,
        /// The message that it is part of.
        batch: String,
    },
    /// The channel took it.
    Sent {
        /// When.
        at: Timestamp,
        /// The message that it was part of.
        batch: String,
    },
    /// Given up after too many tries.
    Failed {
        /// When.
        at: Timestamp,
    },
    /// There is nothing to tell any more.
    Dropped {
        /// When.
        at: Timestamp,
        /// Why.
        reason: DropReason,
    },
}

/// Why a message was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// Somebody took the incident, or it closed, before anybody had to be called.
    Attended,
    /// It was over before it was told; the message that it closed tells the whole.
    ClosedFirst,
    /// It opened again before its end was told.
    ReopenedFirst,
    /// The message about the outage that it belongs to tells the whole.
    ToldByOutage,
    /// The incident was muted until it was over.
    Muted,
    /// The region no longer has this route.
    RouteGone,
}

impl Delivery {
    /// When it needs attention next; `None` once it is over.
    pub fn wakes_at(&self) -> Option<Timestamp> {
        match self.state {
            DeliveryState::Waiting => Some(self.due_at),
            DeliveryState::Leased { until, .. } => Some(until),
            DeliveryState::Sent { .. } | DeliveryState::Failed { .. } | DeliveryState::Dropped { .. } => None,
        }
    }

    fn is_waiting(&self) -> bool {
        self.state == DeliveryState::Waiting
    }
}

/// Says of messages that were planned since `stored` (`None`: of all) what led to them.
pub fn trace(stored: Option<&Incident>, next: &mut Incident, trace_id: TraceId) {
    let known = stored.map_or(&[][..], |stored| &stored.deliveries);
    for delivery in &mut next.deliveries {
        if known.iter().all(|known| known.id != delivery.id) {
            delivery.trace_id = Some(trace_id);
        }
    }
}

/// When the next delivery of this incident needs attention.
pub fn next_wake(incident: &Incident) -> Option<Timestamp> {
    incident.deliveries.iter().filter_map(Delivery::wakes_at).min()
}

/// Since when people should have been told what is still to be told.
pub fn overdue(deliveries: &[Delivery], now: Timestamp) -> impl Iterator<Item = Timestamp> {
    let due = deliveries.iter().filter(|delivery| delivery.wakes_at().is_some());
    // A message that is put off or tried again was due before; one that calls for help only once nobody came.
    let since = due.map(|delivery| match delivery.occasion {
        Occasion::Unattended => delivery.due_at,
        Occasion::Opened | Occasion::Reopened | Occasion::Closed => delivery.planned_at,
    });
    since.filter(move |since| *since <= now)
}
