//! What Alertmanager sends, and what a Prometheus pushes: whatever is accepted has an identity, keeps its
//! bounds, and can be decided; and to hear the same alert twice changes nothing.
#![no_main]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use cineportal::domain::alert::{Alert, Rules, apply};
use cineportal::domain::change::seal;
use cineportal::domain::incident::{Incident, IncidentKey, IncidentNumber};
use cineportal::fuzzing::{alertmanager, prometheus};
use cineportal_regions::{ClosePolicy, RegionId, Regions};
use jiff::{SignedDuration, Timestamp};
use libfuzzer_sys::fuzz_target;

static REGIONS: LazyLock<Regions> = LazyLock::new(|| {
    cineportal_regions::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions")).unwrap()
});
/// When everything comes: shortly after the fixtures were recorded.
static NOW: LazyLock<Timestamp> = LazyLock::new(|| "2026-11-21T04:05:00Z".parse().unwrap());

fuzz_target!(|body: &[u8]| {
    for parsed in [alertmanager::parse(body, &REGIONS), prometheus::parse(body, &REGIONS, *NOW)] {
        match parsed {
            Ok(parsed) => {
                parsed.faults.iter().for_each(|fault| is_a_sentence(fault));
                parsed.beats.iter().for_each(|beat| is_known(&beat.region));
                parsed.alerts.iter().for_each(is_within_bounds);
                decide_all(&parsed.alerts, ClosePolicy::Auto);
                decide_all(&parsed.alerts, ClosePolicy::Manual);
            }
            Err(reason) => is_a_sentence(&reason),
        }
    }
});

/// Told back and logged: one line. A quoted part may be written with escapes.
fn is_a_sentence(text: &str) {
    assert!(!text.contains('\n') && text.chars().count() <= 4_000, "{text:?}");
}

fn is_known(region: &RegionId) {
    assert!(REGIONS.get(region).is_some(), "{region:?}");
}

fn is_within_bounds(alert: &Alert) {
    let fingerprint = &alert.key.fingerprint;
    let is_digit = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    assert!(fingerprint.len() == 16 && fingerprint.bytes().all(is_digit), "{fingerprint}");
    is_known(&alert.key.region);
    is_text(&alert.title, 300);
    is_text(&alert.error_id, 1_000);
    assert!(alert.description.chars().count() <= 8_000);
    assert!(alert.labels.len() <= 64);
    let texts = alert.labels.iter().flat_map(|(name, value)| [name, value]);
    texts.for_each(|text| assert!(text.chars().count() <= 1_000));
    let is_web = |url: &str| url.starts_with("http://") || url.starts_with("https://");
    assert!(alert.links.iter().all(|link| is_web(&link.url)));
    for time in alert.ended_at.into_iter().chain([alert.starts_at]) {
        assert!(time >= alert.starts_at && is_whole(time));
    }
}

/// Whether a store would give back the same instant: it keeps milliseconds.
fn is_whole(time: Timestamp) -> bool {
    Timestamp::from_millisecond(time.as_millisecond()).is_ok_and(|kept| kept == time)
}

/// Something to read, and no control characters in it.
fn is_text(text: &str, characters: usize) {
    assert!(!text.trim().is_empty() && text.chars().count() <= characters, "{text:?}");
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
}

/// Lets the domain decide all alerts in their order, as the writer does.
fn decide_all(alerts: &[Alert], close: ClosePolicy) {
    let rules = Rules { close, flap_window: SignedDuration::from_mins(15) };
    let number = IncidentNumber("DK-1001".to_owned());
    let mut newest: BTreeMap<IncidentKey, Incident> = BTreeMap::new();
    for alert in alerts {
        let stored = newest.get(&alert.key);
        let Some(next) = apply(stored, alert, rules, &number, *NOW) else { continue };
        let continues = stored.filter(|stored| stored.id == next.id);
        let next = seal(continues, next, REGIONS.home(&alert.key.region), *NOW);
        assert!(next.key == alert.key && next.opened_at <= *NOW);
        assert_eq!(apply(Some(&next), alert, rules, &number, *NOW), None, "{alert:?} heard again");
        newest.insert(alert.key.clone(), next);
    }
}
