//! A log line as one JSON object: when, how bad, who, what, and beside that the fields of the event and of the
//! spans that it happened in, so that `trace_id` is always found in one place. `logs/wire.rs` and Logstash read it.

use std::fmt::{self, Debug};

use serde::Serialize;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_log::NormalizeEvent;
use tracing_subscriber::fmt::format::{FormatEvent, JsonFields, Writer};
use tracing_subscriber::fmt::{FmtContext, FormattedFields};
use tracing_subscriber::registry::{LookupSpan, Scope};

use crate::clock;

/// Writes such lines.
pub(super) struct JsonLine;

/// The time comes first: files are told apart by it (`logs/hourly.rs`).
#[derive(Serialize)]
struct Line<'a> {
    timestamp: String,
    level: &'a str,
    target: &'a str,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

/// What a field must not be called.
const OUR_NAMES: [&str; 3] = ["timestamp", "level", "target"];
/// What the bridge from the crate `log` adds; it stands in `target` already.
const BRIDGE: &str = "log.";

impl<S> FormatEvent<S, JsonFields> for JsonLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = Fields(of_spans(context));
        event.record(&mut fields);
        let normalized = event.normalized_metadata();
        let about = normalized.as_ref().unwrap_or_else(|| event.metadata());
        let timestamp = clock::now().to_string();
        let line =
            Line { timestamp, level: about.level().as_str(), target: about.target(), fields: fields.0 };
        let line = serde_json::to_string(&line).map_err(|_| fmt::Error)?;
        writeln!(writer, "{line}")
    }
}

/// The fields of the spans around an event, those of the innermost last.
fn of_spans<S>(context: &FmtContext<'_, S, JsonFields>) -> Map<String, Value>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let mut all = Map::new();
    for span in context.event_scope().into_iter().flat_map(Scope::from_root) {
        let extensions = span.extensions();
        let written = extensions.get::<FormattedFields<JsonFields>>();
        let fields = written.and_then(|written| serde_json::from_str::<Map<_, _>>(&written.fields).ok());
        let fields = fields.into_iter().flatten();
        all.extend(fields.filter(|(name, _)| !OUR_NAMES.contains(&name.as_str()) && name != "message"));
    }
    all
}

struct Fields(Map<String, Value>);

impl Fields {
    fn note(&mut self, field: &Field, value: impl Into<Value>) {
        if !OUR_NAMES.contains(&field.name()) && !field.name().starts_with(BRIDGE) {
            self.0.insert(field.name().to_owned(), value.into());
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.note(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.note(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.note(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.note(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.note(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.note(field, format!("{value:?}"));
    }
}
