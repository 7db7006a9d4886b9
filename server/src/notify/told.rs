//! What became of a message, in the log: once for the message, and once for each incident that it tells of,
//! under the trace id of what led to it.

use tracing::field::display;

use super::message::{Message, Notice};
use crate::domain::outbox::{MAX_ATTEMPTS, Tried};
use crate::domain::trace::TraceId;

/// Tells what became of a message.
pub(super) fn tell(tried: &Tried, message: &Message, channel: &str) {
    let Message { batch, attempt, region, route, .. } = message;
    let incidents = message.notices.len();
    match tried {
        Tried::Taken { but: None } => {
            tracing::info!(%region, %route, %channel, %batch, attempt, incidents, "a message was sent");
        }
        Tried::Taken { but: Some(reason) } => {
            tracing::warn!(%region, %route, %channel, %batch, reason, "a message was sent, but not to everybody");
        }
        Tried::NotTaken { reason, .. } | Tried::Unknown { reason, .. } if *attempt < MAX_ATTEMPTS => {
            tracing::warn!(%region, %route, %channel, %batch, attempt, incidents, reason, "a message was not sent yet");
        }
        Tried::NotTaken { reason, .. } | Tried::Unknown { reason, .. } | Tried::Refused { reason } => {
            tracing::error!(%region, %route, %channel, %batch, attempt, incidents, reason, "a message is given up");
        }
    }
    let became = became(tried, *attempt);
    message.notices.iter().for_each(|notice| tell_of(notice, message, channel, became));
}

fn tell_of(notice: &Notice, message: &Message, channel: &str, became: &str) {
    let Message { batch, region, route, .. } = message;
    let (incident, number) = (&notice.incident.id, &notice.incident.number.0);
    let trace_id = trace_id(notice).map(display);
    tracing::info!(
        trace_id, %region, %incident, number, %route, %channel, %batch,
        "a message about {number} {became}"
    );
}

/// The trace id of what led to it.
pub(super) fn trace_id(notice: &Notice) -> Option<TraceId> {
    let mut deliveries = notice.incident.deliveries.iter();
    deliveries.find(|delivery| delivery.id == notice.id)?.trace_id
}

fn became(tried: &Tried, attempt: u32) -> &'static str {
    match tried {
        Tried::Taken { .. } => "was sent",
        Tried::NotTaken { .. } | Tried::Unknown { .. } if attempt < MAX_ATTEMPTS => "was not sent yet",
        Tried::NotTaken { .. } | Tried::Unknown { .. } | Tried::Refused { .. } => "is given up",
    }
}
