//! The log of messages to people in GraphQL.

use async_graphql::{Enum, ID, SimpleObject};
use cineportal_regions::Occasion;

use super::incident::DateTime;
use crate::domain::delivery::{Delivery, DeliveryState, DropReason};

/// A message to people about an incident: to be sent, or a line of the log.
#[derive(SimpleObject)]
#[graphql(name = "Delivery")]
pub(super) struct DeliveryObject {
    /// Identifier; webhooks carry it as the id of the event.
    id: ID,
    /// Name of the route in the region's file.
    route: String,
    /// What is told.
    occasion: DeliveryOccasion,
    /// Where it stands.
    state: DeliveryStateName,
    /// Why it is not sent; null unless it was dropped.
    dropped_because: Option<DeliveryDropReason>,
    /// When the change was that it tells of.
    planned_at: DateTime,
    /// Not sent before.
    due_at: DateTime,
    /// How often it was tried.
    attempts: u32,
    /// When it was sent, given up or dropped; null until then.
    at: Option<DateTime>,
    /// Why the last try failed, or for whom. Plain text.
    last_error: Option<String>,
    /// Which message it was or is a part of: the first half of the mail's `Message-ID`.
    message: Option<String>,
}

/// What people are told of.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(remote = "Occasion")]
pub(super) enum DeliveryOccasion {
    /// It opened, or became as bad as the route asks for.
    Opened,
    /// It opened again.
    Reopened,
    /// Nobody has taken it for too long.
    Unattended,
    /// It closed.
    Closed,
}

/// Where a message stands.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(name = "DeliveryState")]
pub(super) enum DeliveryStateName {
    /// To be sent once it is due.
    Waiting,
    /// It is being sent, or is to be sent again because nobody knows whether it arrived.
    Sending,
    /// The channel took it.
    Sent,
    /// It is given up.
    Failed,
    /// There is nothing to tell any more.
    Dropped,
}

/// Why a message was not sent.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(remote = "DropReason")]
pub(super) enum DeliveryDropReason {
    /// Somebody took the incident, or it closed, before anybody had to be called.
    Attended,
    /// It was over before it was told; the message that it closed tells the whole.
    ClosedFirst,
    /// It opened again before its end was told.
    ReopenedFirst,
    /// The message about the cinema outage that it belongs to tells the whole.
    ToldByOutage,
    /// The incident was muted until it was over.
    Muted,
    /// The region no longer has this route.
    RouteGone,
}

impl From<&Delivery> for DeliveryObject {
    fn from(delivery: &Delivery) -> Self {
        let (state, at, reason, message) = match &delivery.state {
            DeliveryState::Waiting => (DeliveryStateName::Waiting, None, None, None),
            DeliveryState::Leased { batch, .. } => (DeliveryStateName::Sending, None, None, Some(batch)),
            DeliveryState::Sent { at, batch } => (DeliveryStateName::Sent, Some(*at), None, Some(batch)),
            DeliveryState::Failed { at } => (DeliveryStateName::Failed, Some(*at), None, None),
            DeliveryState::Dropped { at, reason } => {
                (DeliveryStateName::Dropped, Some(*at), Some(*reason), None)
            }
        };
        Self {
            id: ID(delivery.id.clone()),
            route: delivery.route.clone(),
            occasion: delivery.occasion.into(),
            state,
            dropped_because: reason.map(DeliveryDropReason::from),
            planned_at: DateTime(delivery.planned_at),
            due_at: DateTime(delivery.due_at),
            attempts: delivery.attempts,
            at: at.map(DateTime),
            last_error: delivery.last_error.clone(),
            message: message.cloned(),
        }
    }
}
