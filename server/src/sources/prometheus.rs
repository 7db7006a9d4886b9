//! What a Prometheus knows: `/api/v1/alerts` and `/api/v1/status/runtimeinfo`.
//! Source: `prometheus/prometheus`, `web/api/v1/api.go`; fixtures from a real one.

pub mod query;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::address::Address;
use super::client::{Client, SourceError};
use super::{Answer, SourceAlert, Stage};

pub(super) async fn ask(client: &Client, address: &Address) -> Result<Answer, SourceError> {
    // Asked first: were it restarted in between, its alerts would be fewer than it could know.
    let runtime: RuntimeInfo = get(client, address, "/api/v1/status/runtimeinfo").await?;
    let alerts: Alerts = get(client, address, "/api/v1/alerts").await?;
    Ok(answer(&runtime, alerts))
}

async fn get<T: DeserializeOwned>(client: &Client, address: &Address, path: &str) -> Result<T, SourceError> {
    client.get::<Envelope<T>>(address.page(path)).await?.open()
}

/// What every answer comes in.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<T> {
    status: EnvelopeStatus,
    data: Option<T>,
    #[serde(default)]
    error_type: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    warnings: Vec<String>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum EnvelopeStatus {
    Success,
    Error,
}

impl<T> Envelope<T> {
    /// What is in it. An answer with a warning may lack something, and what lacks would seem to be over.
    fn open(self) -> Result<T, SourceError> {
        if self.status == EnvelopeStatus::Error {
            return Err(SourceError::Refused(format!("{}: {}", self.error_type, self.error)));
        }
        if !self.warnings.is_empty() {
            return Err(SourceError::Incomplete(self.warnings.join("; ")));
        }
        self.data.ok_or_else(|| SourceError::Unreadable("it holds no data".to_owned()))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RuntimeInfo {
    start_time: Timestamp,
}

#[derive(Deserialize)]
struct Alerts {
    alerts: Vec<WireAlert>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAlert {
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    state: State,
    active_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Pending,
    Firing,
}

fn answer(runtime: &RuntimeInfo, alerts: Alerts) -> Answer {
    Answer {
        started_at: runtime.start_time,
        alerts: alerts.alerts.into_iter().map(SourceAlert::from).collect(),
    }
}

impl From<WireAlert> for SourceAlert {
    fn from(wire: WireAlert) -> Self {
        Self {
            labels: wire.labels,
            annotations: wire.annotations,
            generator_url: String::new(),
            starts_at: wire.active_at,
            stage: match wire.state {
                State::Pending => Stage::Pending,
                State::Firing => Stage::Firing,
            },
            receivers: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUNTIME: &str = include_str!("fixtures/prometheus_2_42_runtimeinfo.json");
    const ALERTS: &str = include_str!("fixtures/prometheus_2_42_alerts.json");

    fn open<T: DeserializeOwned>(text: &str) -> Result<T, SourceError> {
        serde_json::from_str::<Envelope<T>>(text).unwrap().open()
    }

    #[test]
    fn a_real_answer_is_read() {
        let answer = answer(&open(RUNTIME).unwrap(), open(ALERTS).unwrap());
        assert_eq!(answer.started_at.to_string(), "2026-11-21T04:03:01.975643238Z");
        let stages: Vec<_> =
            answer.alerts.iter().map(|alert| (alert.labels["alertname"].as_str(), alert.stage)).collect();
        assert_eq!(stages, [("MachineOffline", Stage::Firing), ("TemperatureHigh", Stage::Pending)]);
    }

    #[test]
    fn an_error_is_told_in_its_own_words() {
        let text = r#"{"status":"error","errorType":"bad_data","error":"unclosed left parenthesis"}"#;
        let error = open::<Alerts>(text).err().unwrap().to_string();
        assert_eq!(error, "it refuses: bad_data: unclosed left parenthesis");
    }

    #[test]
    fn an_answer_with_a_warning_is_no_answer() {
        let text = r#"{"status":"success","data":{"alerts":[]},"warnings":["a store was away"]}"#;
        let error = open::<Alerts>(text).err().unwrap().to_string();
        assert_eq!(error, "its answer is not complete: a store was away");
    }
}
