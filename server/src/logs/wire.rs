//! A line as `telemetry/json_line.rs` writes it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::domain::log_line::LogLine;

#[derive(Deserialize)]
struct WireLine {
    timestamp: Timestamp,
    level: String,
    target: String,
    #[serde(default)]
    message: String,
    #[serde(flatten)]
    fields: BTreeMap<String, Value>,
}

/// Reads a line; `None` if it is not whole.
pub(super) fn parse(line: &[u8]) -> Option<LogLine> {
    let WireLine { timestamp, level, target, message, fields } = serde_json::from_slice(line).ok()?;
    let fields = fields.into_iter().map(|(name, value)| (name, text(value))).collect();
    Some(LogLine { at: timestamp, level: level.parse().ok()?, target, message, fields })
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
