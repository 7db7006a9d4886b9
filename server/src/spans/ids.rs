//! A trace is called in the collector what it is called in the log: OpenTelemetry makes ids, and here it is told which.

use opentelemetry::Context;
use opentelemetry::trace::{SpanId, TraceId as Number};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::number;
use crate::domain::trace::TraceId;

/// Random ids, but for roots that are begun by [`begin_root`].
#[derive(Debug, Default)]
pub(super) struct OurIds(RandomIdGenerator);

/// The id of the trace that is begun on this thread right now.
struct Wanted(Number);

impl IdGenerator for OurIds {
    fn new_trace_id(&self) -> Number {
        Context::map_current(|context| context.get::<Wanted>().map(|wanted| wanted.0))
            .unwrap_or_else(|| self.0.new_trace_id())
    }

    fn new_span_id(&self) -> SpanId {
        self.0.new_span_id()
    }
}

/// Begins this trace with this span.
pub(super) fn begin_root(span: &Span, trace_id: TraceId) {
    let _wanted = Context::current_with_value(Wanted(number(trace_id))).attach();
    // Whoever asks for its context begins it.
    let _begun = span.context();
}
