//! Deliveries as both stores write them.

use cineportal_regions::Occasion;
use serde::{Deserialize, Serialize};

use super::Moment;
use crate::domain::delivery::{Delivery, DeliveryState, DropReason};

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct DeliveryDocument {
    id: String,
    route: String,
    #[serde(with = "OccasionName")]
    occasion: Occasion,
    planned_at: Moment,
    due_at: Moment,
    attempts: u32,
    last_error: Option<String>,
    /// Older documents lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
    state: StateDocument,
}

/// The tag comes first and beside its content: then dates are read as dates.
#[derive(Debug, Deserialize, Serialize)]
#[serde(tag = "kind", content = "detail", rename_all = "SCREAMING_SNAKE_CASE")]
enum StateDocument {
    Waiting,
    Leased {
        until: Moment,
        batch: String,
    },
    Sent {
        at: Moment,
        batch: String,
    },
    Failed {
        at: Moment,
    },
    Dropped {
        at: Moment,
        #[serde(with = "DropReasonName")]
        reason: DropReason,
    },
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "Occasion", rename_all = "SCREAMING_SNAKE_CASE")]
enum OccasionName {
    Opened,
    Reopened,
    Unattended,
    Closed,
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "DropReason", rename_all = "SCREAMING_SNAKE_CASE")]
enum DropReasonName {
    Attended,
    ClosedFirst,
    ReopenedFirst,
    ToldByOutage,
    Muted,
    RouteGone,
}

impl From<Delivery> for DeliveryDocument {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            route: delivery.route,
            occasion: delivery.occasion,
            planned_at: Moment(delivery.planned_at),
            due_at: Moment(delivery.due_at),
            attempts: delivery.attempts,
            last_error: delivery.last_error,
            trace_id: delivery.trace_id.map(|trace_id| trace_id.to_string()),
            state: delivery.state.into(),
        }
    }
}

impl From<DeliveryDocument> for Delivery {
    fn from(delivery: DeliveryDocument) -> Self {
        Self {
            id: delivery.id,
            route: delivery.route,
            occasion: delivery.occasion,
            planned_at: delivery.planned_at.0,
            due_at: delivery.due_at.0,
            attempts: delivery.attempts,
            last_error: delivery.last_error,
            trace_id: delivery.trace_id.and_then(|trace_id| trace_id.parse().ok()),
            state: delivery.state.into(),
        }
    }
}

impl From<DeliveryState> for StateDocument {
    fn from(state: DeliveryState) -> Self {
        match state {
            DeliveryState::Waiting => Self::Waiting,
            DeliveryState::Leased { until, batch } => Self::Leased { until: Moment(until), batch },
            DeliveryState::Sent { at, batch } => Self::Sent { at: Moment(at), batch },
            DeliveryState::Failed { at } => Self::Failed { at: Moment(at) },
            DeliveryState::Dropped { at, reason } => Self::Dropped { at: Moment(at), reason },
        }
    }
}

impl From<StateDocument> for DeliveryState {
    fn from(state: StateDocument) -> Self {
        match state {
            StateDocument::Waiting => Self::Waiting,
            StateDocument::Leased { until, batch } => Self::Leased { until: until.0, batch },
            StateDocument::Sent { at, batch } => Self::Sent { at: at.0, batch },
            StateDocument::Failed { at } => Self::Failed { at: at.0 },
            StateDocument::Dropped { at, reason } => Self::Dropped { at: at.0, reason },
        }
    }
}
