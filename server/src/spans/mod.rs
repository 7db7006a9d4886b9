//! Spans: what one cause led to, step by step, for a collector of OpenTelemetry. Their target is one that the log does
//! not hear, so that where no collector is named, none is ever made.

mod collector;
mod export;
mod ids;
mod kinds;

use std::fmt::Display;

use opentelemetry::Context;
use opentelemetry::trace::{self, SpanContext, SpanId, TraceContextExt, TraceFlags, TraceState};
use tracing::field::display;
use tracing::{Instrument, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

pub use self::export::{Exported, SpanLayer, SpansError, start, traces_url};
pub(crate) use self::kinds::{commit, ingest, message, note_status, request, store, upstream};
use crate::domain::trace::TraceId;

/// What keeps spans out of the log, whatever else it shows.
pub const NOT_IN_THE_LOG: &str = "otlp=off";
/// The target of all spans, and of nothing else.
const TARGET: &str = "otlp";

/// The span of another program that asked us, as its `traceparent` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The id of that span; not zero.
    pub(crate) span_id: u64,
    /// Whether that program exports its part of the trace.
    pub(crate) is_sampled: bool,
}

/// Begins our part of a trace with this span: below the caller's, or else as its root.
pub(crate) fn begin(span: &Span, trace_id: TraceId, caller: Option<Caller>) {
    if span.is_disabled() {
        return;
    }
    match caller {
        // It fails only where there is no collector, or the span was begun before; neither can be here.
        Some(caller) => {
            let _ = span.set_parent(Context::new().with_remote_span_context(context(trace_id, caller)));
        }
        None => ids::begin_root(span, trace_id),
    }
}

/// Does some work in a span, which notes how it fails.
pub(crate) async fn within<T, E: Display>(
    span: Span,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let done = work.instrument(span.clone()).await;
    if let Err(error) = &done {
        fail(&span, error);
    }
    done
}

/// Notes in a span how its work failed.
pub(crate) fn fail(span: &Span, reason: &impl Display) {
    span.record("otel.status_description", display(reason));
}

fn context(trace_id: TraceId, caller: Caller) -> SpanContext {
    let flags = if caller.is_sampled { TraceFlags::SAMPLED } else { TraceFlags::default() };
    SpanContext::new(number(trace_id), SpanId::from(caller.span_id), flags, true, TraceState::default())
}

fn number(trace_id: TraceId) -> trace::TraceId {
    trace::TraceId::from(trace_id.number())
}
