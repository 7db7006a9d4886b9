//! A page of the log as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::desk::LogView;
use crate::domain::log_line::{Hour, LogLine};
use crate::logs::Entry;

/// A page.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct WirePage {
    /// Whose log it is.
    server: String,
    /// Whether this server keeps its log in files.
    is_kept: bool,
    hour: String,
    /// The nearest hours with lines.
    earlier: Option<String>,
    later: Option<String>,
    /// Newest first.
    lines: Vec<WireLine>,
    /// What to send as `before` for more; null: there is no more.
    next: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireLine {
    /// Null for a damaged line.
    at: Option<String>,
    level: Option<&'static str>,
    target: Option<String>,
    message: String,
    is_damaged: bool,
    trace_id: Option<String>,
    region: Option<String>,
    incident: Option<String>,
    number: Option<String>,
    /// Whatever else the line names.
    fields: BTreeMap<String, String>,
}

impl WirePage {
    /// What was found of this hour.
    pub(super) fn new(hour: Hour, view: LogView) -> Self {
        let LogView { server, is_kept, page } = view;
        let name = |hour: Option<Hour>| hour.map(|hour| hour.to_string());
        Self {
            server,
            is_kept,
            hour: hour.to_string(),
            earlier: name(page.earlier),
            later: name(page.later),
            lines: page.entries.into_iter().map(WireLine::from).collect(),
            next: page.next,
        }
    }
}

impl From<Entry> for WireLine {
    fn from(entry: Entry) -> Self {
        match entry {
            Entry::Line(line) => line.into(),
            Entry::Damaged(message) => Self {
                at: None,
                level: None,
                target: None,
                message,
                is_damaged: true,
                trace_id: None,
                region: None,
                incident: None,
                number: None,
                fields: BTreeMap::new(),
            },
        }
    }
}

impl From<LogLine> for WireLine {
    fn from(line: LogLine) -> Self {
        let LogLine { at, level, target, message, mut fields } = line;
        Self {
            at: Some(at.to_string()),
            level: Some(level.name()),
            target: Some(target),
            message,
            is_damaged: false,
            trace_id: fields.remove("trace_id"),
            region: fields.remove("region"),
            incident: fields.remove("incident"),
            number: fields.remove("number"),
            fields,
        }
    }
}
