//! How alerts came. A batch mixes the alerts of several webhooks, and each keeps its own.

use std::time::Instant;

use crate::domain::alert::Alert;
use crate::domain::trace::TraceId;

/// The webhook that brought alerts.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// What it is called in the log.
    pub trace_id: TraceId,
    /// When it arrived.
    pub at: Instant,
}

/// An alert, and how it came; `None`: no webhook brought it.
#[derive(Clone, Copy)]
pub(super) struct Arrived<'a> {
    pub(super) alert: &'a Alert,
    pub(super) arrival: Option<Arrival>,
}
