//! A page of the server's log, as `/api/v1/logs` tells it.

use std::collections::BTreeMap;

use miniserde::Deserialize;

use crate::model;

#[derive(Deserialize)]
pub(in crate::api) struct LogPage {
    server: String,
    #[serde(rename = "isKept")]
    is_kept: bool,
    hour: String,
    earlier: Option<String>,
    later: Option<String>,
    lines: Vec<LogLine>,
    next: Option<u64>,
}

#[derive(Deserialize)]
struct LogLine {
    at: Option<String>,
    level: Option<String>,
    target: Option<String>,
    message: String,
    #[serde(rename = "isDamaged")]
    is_damaged: bool,
    #[serde(rename = "traceId")]
    trace_id: Option<String>,
    region: Option<String>,
    incident: Option<String>,
    number: Option<String>,
    fields: BTreeMap<String, String>,
}

impl From<LogPage> for model::LogPage {
    fn from(page: LogPage) -> Self {
        let LogPage { server, is_kept, hour, earlier, later, lines, next } = page;
        let lines = lines.into_iter().map(Into::into).collect();
        Self { server, is_kept, hour, earlier, later, lines, next }
    }
}

impl From<LogLine> for model::LogLine {
    fn from(line: LogLine) -> Self {
        Self {
            at: line.at,
            level: line.level,
            target: line.target,
            message: line.message,
            is_damaged: line.is_damaged,
            trace_id: line.trace_id,
            region: line.region,
            incident: line.incident,
            number: line.number,
            others: line.fields.into_iter().map(|(name, value)| [name, value].join("=")).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use miniserde::json;

    use super::*;

    #[test]
    fn a_page_is_read_with_its_damaged_lines() {
        let text = include_str!("../fixtures/logs.json");
        let page: model::LogPage = json::from_str::<LogPage>(text).unwrap().into();
        assert_eq!((page.server.as_str(), page.is_kept, page.next), ("hall-1", true, Some(4_711)));
        let [opened, damaged] = page.lines.as_slice() else { panic!("{page:?}") };
        assert_eq!(
            (opened.number.as_deref(), opened.others[0].as_str()),
            (Some("DK-1001"), "severity=critical")
        );
        assert!(damaged.is_damaged && damaged.at.is_none());
    }
}
