//! What each alert did to its incident, told in the log once it is durable.
//! A batch mixes the alerts of several webhooks: each keeps the trace id of its own.

use tracing::field::display;

use crate::domain::incident::{Incident, Status};
use crate::domain::trace::TraceId;

/// What one alert did.
pub(super) struct Step {
    effect: Effect,
    trace_id: Option<TraceId>,
}

#[derive(Clone, Copy, PartialEq)]
enum Effect {
    Opened,
    Reopened,
    Closed,
    /// Heard again, or with other details.
    Changed,
}

impl Step {
    /// What an alert made of an incident; `before` is what it found under its key, perhaps an older incident.
    pub(super) fn between(before: Option<&Incident>, next: &Incident, trace_id: Option<TraceId>) -> Self {
        let status = before.filter(|before| before.id == next.id).map(|before| before.status);
        let effect = match (status, next.status) {
            (None | Some(Status::Open | Status::InProgress), Status::Closed) => Effect::Closed,
            (None, _) => Effect::Opened,
            (Some(Status::Closed), Status::Open | Status::InProgress) => Effect::Reopened,
            _ => Effect::Changed,
        };
        Self { effect, trace_id }
    }

    /// Tells it in the log.
    pub(super) fn tell(&self, incident: &Incident) {
        let Incident { id, number, severity, .. } = incident;
        let (region, number, severity) = (&incident.key.region, &number.0, severity.name());
        let trace_id = self.trace_id.map(display);
        match self.effect {
            Effect::Opened => {
                tracing::info!(trace_id, %region, incident = %id, number, severity, "an alert opened {number}");
            }
            Effect::Reopened => {
                tracing::info!(trace_id, %region, incident = %id, number, severity, "an alert opened {number} again");
            }
            Effect::Closed => {
                tracing::info!(trace_id, %region, incident = %id, number, severity, "an alert ended, and closed {number}");
            }
            Effect::Changed => {
                tracing::debug!(trace_id, %region, incident = %id, number, severity, "an alert was heard again: {number}");
            }
        }
    }
}

/// The trace id of what people are told: of the last step that they can see, or else of the last.
pub(super) fn cause(steps: &[Step]) -> Option<TraceId> {
    let seen = steps.iter().rev().find(|step| step.effect != Effect::Changed);
    seen.or(steps.last())?.trace_id
}
