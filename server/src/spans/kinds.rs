//! All kinds of spans. Names and attributes are those of OpenTelemetry's semantic conventions, where those know them.
//! Nothing here may hold a secret: no query, no header, no user of an address.

use tracing::field::Empty;
use tracing::{Span, trace_span};

use super::{TARGET, begin};
use crate::domain::trace::TraceId;

/// A request to us. It is not begun yet; `route` as the router has it, if one matched.
pub(crate) fn request(method: &str, route: Option<&str>, path: &str) -> Span {
    trace_span!(
        target: TARGET, "request",
        otel.name = [method, route.unwrap_or_default()].join(" ").trim_end(),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        url.path = path,
    )
}

/// Notes how a request was answered.
pub(crate) fn note_status(request: &Span, status: u16) {
    request.record("http.response.status_code", i64::from(status));
    if status >= 500 {
        request.record("otel.status_code", "ERROR");
    }
}

/// Alerts on their way to the disk, from the queue until they are durable.
pub(crate) fn ingest(alerts: usize) -> Span {
    trace_span!(target: TARGET, "ingest", cineportal.alerts = alerts as i64, otel.status_description = Empty)
}

/// What makes the alerts of all these durable together. It stands in the trace of the first; the others are linked to
/// it, and it to them.
pub(crate) fn commit<'a>(alerts: usize, mut ingests: impl Iterator<Item = &'a Span>) -> Span {
    let first = ingests.next().and_then(Span::id);
    let span = trace_span!(
        target: TARGET, parent: first, "commit",
        cineportal.alerts = alerts as i64,
        otel.status_description = Empty,
    );
    for other in ingests.filter(|other| !other.is_disabled()) {
        span.follows_from(other);
        other.follows_from(&span);
    }
    span
}

/// A call of the store, by the name of its function. It is exported only as a part of something else.
pub(crate) fn store(operation: &'static str) -> Span {
    trace_span!(
        target: TARGET, "store",
        otel.name = ["store ", operation].concat(),
        otel.kind = "client",
        otel.status_description = Empty,
        db.operation.name = operation,
    )
}

/// A question to another program.
pub(crate) fn upstream(method: &'static str, host: Option<&str>, port: Option<u16>, path: &str) -> Span {
    trace_span!(
        target: TARGET, "upstream",
        otel.name = method,
        otel.kind = "client",
        otel.status_description = Empty,
        http.request.method = method,
        server.address = host,
        server.port = port.map(i64::from),
        url.path = path,
    )
}

/// A message to people, in the trace of what it tells of: its cause was answered long ago, so it has no parent.
pub(crate) fn message(region: &str, route: &str, channel: &str, trace_id: TraceId) -> Span {
    let span = trace_span!(
        target: TARGET, parent: None, "message",
        otel.name = "send message",
        otel.kind = "producer",
        otel.status_description = Empty,
        cineportal.region = region,
        cineportal.route = route,
        cineportal.channel = channel,
    );
    begin(&span, trace_id, None);
    span
}
