//! Alerts as Prometheus pushes them to an Alertmanager: `POST /api/v2/alerts`.
//! Source: `prometheus/prometheus`, `notifier` and `rules.SendAlerts`; fixtures from a real one.
//!
//! An alert that fires carries as its end the time until which to believe that, some minutes ahead, and is
//! sent again before then. When Prometheus dies it is not, and that closes nothing: silence is no end.

use std::collections::BTreeMap;

use cineportal_regions::Regions;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::format::Format;
use super::labels::{self, Told};
use super::limits;
use super::parsed::{Parsed, read_each};
use crate::domain::alert::Alert;

/// Under the path at which a Prometheus looks for an Alertmanager.
pub(super) const FORMAT: Format = Format { path: "/api/v2/alerts", parse, takes_silence_for_an_end: false };

/// Reads the body of a push.
///
/// # Errors
/// One plain sentence when the body as a whole is not a list.
pub fn parse(body: &[u8], regions: &Regions, now: Timestamp) -> Result<Parsed, String> {
    let alerts: Vec<&RawValue> = serde_json::from_slice(body)
        .map_err(|error| limits::sentence(&format!("The body is not a list of alerts: {error}.")))?;
    Ok(read_each(alerts, |alert: WireAlert| accept(&alert, regions, now)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAlert {
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    /// Required here: without it, every push would be another occurrence.
    starts_at: Timestamp,
    #[serde(default)]
    ends_at: Option<Timestamp>,
    #[serde(default, rename = "generatorURL")]
    generator_url: String,
}

fn accept(wire: &WireAlert, regions: &Regions, now: Timestamp) -> Alert {
    // No end, the year 1, or an end that has not come: it fires.
    let ended_at = wire.ends_at.filter(|ends_at| *ends_at <= now && *ends_at >= wire.starts_at);
    let told = Told {
        labels: &wire.labels,
        annotations: &wire.annotations,
        generator_url: &wire.generator_url,
        starts_at: wire.starts_at,
        ended_at,
    };
    labels::alert(told, regions)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use jiff::SignedDuration;

    use super::*;

    const FIRING: &str = include_str!("fixtures/prometheus_2_42_firing.json");
    const RESOLVED: &str = include_str!("fixtures/prometheus_2_42_resolved.json");

    fn regions() -> Regions {
        cineportal_regions::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions")).unwrap()
    }

    /// The only alert of a body that was pushed a second ago.
    fn only_alert(body: &str, sent_at: &str) -> Alert {
        let now = sent_at.parse::<Timestamp>().unwrap() + SignedDuration::from_secs(1);
        let mut parsed = parse(body.as_bytes(), &regions(), now).unwrap();
        assert_eq!((parsed.alerts.len(), parsed.faults.len()), (1, 0), "{:?}", parsed.faults);
        parsed.alerts.remove(0)
    }

    #[test]
    fn a_real_alert_whose_end_is_ahead_fires() {
        let alert = only_alert(FIRING, "2026-11-21T04:03:09Z");
        assert_eq!((alert.key.region.as_str(), alert.ended_at), ("denmark", None));
        assert_eq!(alert.place.machine_id.as_deref(), Some("dk-aarhus-01-03"));
        assert_eq!(alert.starts_at.to_string(), "2026-11-21T04:03:02.34Z");
    }

    #[test]
    fn a_real_alert_whose_end_has_come_is_over() {
        let alert = only_alert(RESOLVED, "2026-11-21T04:03:52.34Z");
        assert_eq!(alert.ended_at.unwrap().to_string(), "2026-11-21T04:03:52.34Z");
    }

    #[test]
    fn both_are_the_same_alert() {
        let firing = only_alert(FIRING, "2026-11-21T04:03:09Z");
        assert_eq!(firing.key, only_alert(RESOLVED, "2026-11-21T04:03:53Z").key);
    }

    #[test]
    fn an_end_in_the_year_1_is_none() {
        let body = FIRING.replace("2026-11-21T04:03:28.340Z", "0001-01-01T00:00:00Z");
        assert_eq!(only_alert(&body, "2026-11-21T04:03:09Z").ended_at, None);
    }

    #[test]
    fn an_alert_without_a_beginning_is_a_fault() {
        let body = FIRING.replace("startsAt", "beganAt");
        let parsed = parse(body.as_bytes(), &regions(), Timestamp::UNIX_EPOCH).unwrap();
        assert!(parsed.faults[0].starts_with("Alert 0 cannot be read: missing field"), "{:?}", parsed.faults);
    }

    #[test]
    fn what_is_not_a_list_is_refused_in_one_sentence() {
        let reason = parse(b"{}", &regions(), Timestamp::UNIX_EPOCH).unwrap_err();
        assert!(reason.starts_with("The body is not a list of alerts:"), "{reason}");
    }
}
