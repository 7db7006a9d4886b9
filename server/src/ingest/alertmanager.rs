//! Alertmanager's webhook, version 4.
//! Source: `prometheus/alertmanager`, `notify/webhook` and `template.Data`; fixtures from a real one.
//! Unknown fields are ignored: the format grows.

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

/// It resolves what its Prometheus no longer sends, also when that Prometheus is only away.
pub(super) const FORMAT: Format = Format {
    path: "/webhooks/alertmanager",
    parse: |body, regions, _now| parse(body, regions),
    takes_silence_for_an_end: true,
};

/// The version that this adapter reads.
const VERSION: &str = "4";

/// Reads the body of a webhook.
///
/// # Errors
/// One plain sentence when the body as a whole is not a version 4 webhook.
pub fn parse(body: &[u8], regions: &Regions) -> Result<Parsed, String> {
    let webhook: Webhook<'_> = serde_json::from_slice(body)
        .map_err(|error| limits::sentence(&format!("The body is not an Alertmanager webhook: {error}.")))?;
    if webhook.version != VERSION {
        let version = limits::sentence(&webhook.version);
        return Err(format!("Webhook version {version:?} is not supported, only {VERSION:?}."));
    }
    if webhook.truncated_alerts > 0 {
        let count = webhook.truncated_alerts;
        tracing::warn!(count, "Alertmanager left alerts out of a webhook: set max_alerts to 0");
    }
    Ok(read_each(webhook.alerts, |alert: WireAlert| accept(&alert, regions)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Webhook<'a> {
    version: String,
    #[serde(default)]
    truncated_alerts: u64,
    #[serde(borrow)]
    alerts: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAlert {
    status: WireStatus,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    starts_at: Timestamp,
    #[serde(default)]
    ends_at: Option<Timestamp>,
    #[serde(default, rename = "generatorURL")]
    generator_url: String,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum WireStatus {
    Firing,
    Resolved,
}

fn accept(wire: &WireAlert, regions: &Regions) -> Alert {
    // A firing alert carries the year 1, or when it would time out; only a resolved one has ended.
    let ended_at = (wire.status == WireStatus::Resolved).then(|| wire.ends_at.unwrap_or(wire.starts_at));
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

    use serde_json::{Value, json};

    use super::*;
    use crate::domain::incident::Severity;

    const FIRING: &str = include_str!("fixtures/alertmanager_0_25_firing.json");
    const RESOLVED: &str = include_str!("fixtures/alertmanager_0_25_resolved.json");

    fn regions() -> Regions {
        cineportal_regions::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions")).unwrap()
    }

    fn only_alert(body: &str) -> Alert {
        let mut parsed = parse(body.as_bytes(), &regions()).unwrap();
        assert_eq!((parsed.alerts.len(), parsed.faults.len()), (1, 0), "{:?}", parsed.faults);
        parsed.alerts.remove(0)
    }

    /// The fixture with one alert changed.
    fn changed(change: impl FnOnce(&mut Value)) -> String {
        let mut webhook: Value = serde_json::from_str(FIRING).unwrap();
        change(&mut webhook["alerts"][0]);
        webhook.to_string()
    }

    #[test]
    fn a_real_firing_alert_is_read() {
        let alert = only_alert(FIRING);
        assert_eq!(alert.key.region.as_str(), "denmark");
        assert_eq!(alert.severity, Severity::Critical);
        assert_eq!(alert.error_id, "machine_offline");
        assert_eq!(alert.title, "Sal 3 in Aarhus Bio is dark");
        assert_eq!(alert.place.machine_id.as_deref(), Some("dk-aarhus-01-03"));
        assert_eq!(alert.place.cinema.unwrap().name, "Aarhus Bio");
        assert_eq!(alert.ended_at, None);
        assert_eq!(alert.links[0].title, "Prometheus");
    }

    #[test]
    fn the_fingerprint_is_the_one_that_alertmanager_computes() {
        let sent: Value = serde_json::from_str(FIRING).unwrap();
        assert_eq!(only_alert(FIRING).key.fingerprint, sent["alerts"][0]["fingerprint"].as_str().unwrap());
    }

    #[test]
    fn a_real_resolved_alert_ends_the_same_occurrence() {
        let (firing, resolved) = (only_alert(FIRING), only_alert(RESOLVED));
        assert_eq!((&resolved.key, resolved.starts_at), (&firing.key, firing.starts_at));
        assert!(resolved.ended_at.is_some_and(|ended_at| ended_at >= firing.starts_at));
    }

    #[test]
    fn a_missing_fingerprint_changes_nothing() {
        let body = changed(|alert| drop(alert.as_object_mut().unwrap().remove("fingerprint")));
        assert_eq!(only_alert(&body), only_alert(FIRING));
    }

    #[test]
    fn an_alert_without_labels_goes_to_unassigned() {
        let alert = only_alert(&changed(|alert| drop(alert.as_object_mut().unwrap().remove("labels"))));
        assert_eq!(alert.key.region.as_str(), "unassigned");
        assert_eq!((alert.error_id.as_str(), alert.severity), ("unknown", Severity::Warning));
    }

    #[test]
    fn a_name_that_nobody_can_read_is_none() {
        for unreadable in ["", " \n", "\u{0}\u{7f}", "\u{a0}\t"] {
            let alert = only_alert(&changed(|alert| {
                alert["labels"]["alertname"] = json!(unreadable);
                alert["labels"]["error_id"] = json!(unreadable);
                alert["annotations"]["summary"] = json!(unreadable);
            }));
            assert_eq!((alert.title.as_str(), alert.error_id.as_str()), ("Unnamed alert", "unknown"));
        }
    }

    #[test]
    fn an_alert_of_an_unknown_region_goes_to_unassigned() {
        let alert = only_alert(&changed(|alert| alert["labels"]["region"] = json!("atlantis")));
        assert_eq!(alert.key.region.as_str(), "unassigned");
    }

    #[test]
    fn a_bad_alert_does_not_cost_the_good_one_beside_it() {
        let mut webhook: Value = serde_json::from_str(FIRING).unwrap();
        let alerts = webhook["alerts"].as_array_mut().unwrap();
        alerts.extend([
            json!({ "status": "melting" }),
            json!(7),
            json!({ "status": "firing", "startsAt": "soon" }),
        ]);
        let parsed = parse(webhook.to_string().as_bytes(), &regions()).unwrap();
        assert_eq!((parsed.alerts.len(), parsed.faults.len()), (1, 3));
        assert!(parsed.faults[0].starts_with("Alert 1 cannot be read:"), "{:?}", parsed.faults);
    }

    #[test]
    fn another_version_is_refused_in_one_sentence() {
        let body = FIRING.replace("\"version\": \"4\"", "\"version\": \"3\"");
        assert_eq!(
            parse(body.as_bytes(), &regions()).unwrap_err(),
            "Webhook version \"3\" is not supported, only \"4\"."
        );
    }

    #[test]
    fn what_is_not_json_is_refused_in_one_sentence() {
        let reason = parse(b"{ \"version\": \"4\", ", &regions()).unwrap_err();
        assert!(reason.starts_with("The body is not an Alertmanager webhook:"), "{reason}");
    }

    #[test]
    fn a_start_that_nobody_knows_is_the_earliest_that_can_be() {
        for unknown in ["0001-01-01T00:00:00Z", "-009999-01-02T01:59:59Z"] {
            let body = changed(|alert| alert["startsAt"] = json!(unknown));
            assert_eq!(only_alert(&body).starts_at, Timestamp::UNIX_EPOCH, "{unknown}");
        }
    }

    #[test]
    fn only_web_links_are_kept() {
        for url in ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "http://a b/", ""] {
            let alert = only_alert(&changed(|alert| alert["generatorURL"] = json!(url)));
            assert_eq!(alert.links, [], "{url}");
        }
    }

    #[test]
    fn a_text_that_is_too_long_is_cut_where_people_see_it() {
        let body = changed(|alert| alert["annotations"]["summary"] = json!("ø".repeat(10_000)));
        let title = only_alert(&body).title;
        assert_eq!((title.chars().count(), title.ends_with('…')), (300, true));
    }
}
