//! What an Alertmanager knows: `/api/v2/alerts` and `/api/v2/status`.
//! Source: `prometheus/alertmanager`, `api/v2/openapi.yaml`; fixtures from a real one.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::address::Address;
use super::client::{Client, SourceError};
use super::{Answer, SourceAlert, Stage};

pub(super) async fn ask(client: &Client, address: &Address) -> Result<Answer, SourceError> {
    // Asked first: were it restarted in between, its alerts would be fewer than it could know.
    let status: Status = client.get(address.page("/api/v2/status")).await?;
    let alerts: Vec<WireAlert> = client.get(address.page("/api/v2/alerts")).await?;
    Ok(answer(&status, alerts))
}

/// Its answer to `/api/v2/status`.
#[derive(Deserialize)]
struct Status {
    /// Since when it is up, in spite of the name.
    uptime: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAlert {
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    starts_at: Timestamp,
    #[serde(default, rename = "generatorURL")]
    generator_url: String,
    receivers: Vec<Receiver>,
    status: AlertStatus,
}

#[derive(Deserialize)]
struct Receiver {
    name: String,
}

#[derive(Deserialize)]
struct AlertStatus {
    state: State,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// Too new to have been sent to anybody.
    Unprocessed,
    Active,
    Suppressed,
}

fn answer(status: &Status, alerts: Vec<WireAlert>) -> Answer {
    Answer { started_at: status.uptime, alerts: alerts.into_iter().map(SourceAlert::from).collect() }
}

impl From<WireAlert> for SourceAlert {
    fn from(wire: WireAlert) -> Self {
        Self {
            labels: wire.labels,
            annotations: wire.annotations,
            generator_url: wire.generator_url,
            starts_at: wire.starts_at,
            stage: match wire.status.state {
                State::Unprocessed | State::Active => Stage::Firing,
                State::Suppressed => Stage::Suppressed,
            },
            receivers: wire.receivers.into_iter().map(|receiver| receiver.name).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &str = include_str!("fixtures/alertmanager_0_25_status.json");
    const ALERTS: &str = include_str!("fixtures/alertmanager_0_25_alerts.json");
    const SUPPRESSED: &str = include_str!("fixtures/alertmanager_0_25_suppressed.json");

    fn only_alert(alerts: &str) -> SourceAlert {
        let status: Status = serde_json::from_str(STATUS).unwrap();
        let mut answer = answer(&status, serde_json::from_str(alerts).unwrap());
        assert_eq!(answer.alerts.len(), 1);
        answer.alerts.remove(0)
    }

    #[test]
    fn a_real_answer_is_read() {
        let status: Status = serde_json::from_str(STATUS).unwrap();
        assert_eq!(status.uptime.to_string(), "2026-11-21T04:03:01.839Z");
        let alert = only_alert(ALERTS);
        assert_eq!(
            (alert.stage, alert.receivers.as_slice()),
            (Stage::Firing, &["cineportal".to_owned()][..])
        );
        assert_eq!(alert.labels["machine_id"], "dk-aarhus-01-03");
        assert_eq!(alert.starts_at.to_string(), "2026-11-21T04:03:02.34Z");
    }

    #[test]
    fn what_was_silenced_is_suppressed() {
        assert_eq!(only_alert(SUPPRESSED).stage, Stage::Suppressed);
    }
}
