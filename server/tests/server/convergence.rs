//! Alerts repeat and come in any order; what they leave behind must not depend on that.

use cineportal::domain::alert::{self, Alert, Rules};
use cineportal::domain::incident::{
    Incident, IncidentId, IncidentKey, IncidentNumber, Place, Severity, Status,
};
use cineportal_regions::{ClosePolicy, RegionId};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

/// What monitoring saw of one occurrence: when it began, and whether it is over.
#[derive(Clone, Copy, Debug)]
struct Occurrence {
    began_minute: i64,
    over: bool,
}

/// All incidents of one key, as a store would hold them.
#[derive(Clone, Default, Debug, PartialEq)]
struct Incidents(Vec<Incident>);

impl Incidents {
    fn newest(&self) -> Option<&Incident> {
        self.0.iter().max_by_key(|incident| incident.occurrence_started_at)
    }

    fn take(&mut self, alert: &Alert) {
        let rules = Rules { close: ClosePolicy::Auto, flap_window: SignedDuration::from_mins(10) };
        let number = IncidentNumber(format!("DK-{}", self.0.len()));
        let now = minute(NOW_MINUTE);
        let Some(next) = alert::apply(self.newest(), alert, rules, &number, now) else { return };
        self.0.retain(|incident| incident.id != next.id);
        self.0.push(next);
    }

    fn open(&self) -> usize {
        self.0.iter().filter(|incident| incident.status != Status::Closed).count()
    }
}

fn minute(minute: i64) -> Timestamp {
    Timestamp::from_second(1_763_000_000 + minute * 60).unwrap()
}

fn messages(occurrence: Occurrence) -> Vec<Alert> {
    let firing = Alert {
        key: IncidentKey { region: RegionId::new("denmark"), fingerprint: "f".to_owned() },
        starts_at: minute(occurrence.began_minute),
        ended_at: None,
        severity: Severity::Critical,
        error_id: "machine_offline".to_owned(),
        title: "dark".to_owned(),
        description: String::new(),
        place: Place::default(),
        labels: [].into(),
        links: vec![],
    };
    let resolved = Alert { ended_at: Some(minute(occurrence.began_minute + 1)), ..firing.clone() };
    if occurrence.over { vec![firing, resolved] } else { vec![firing] }
}

/// A few occurrences, all but perhaps the last one over; their messages doubled and shuffled.
fn deliveries() -> impl Strategy<Value = (Vec<Occurrence>, Vec<Alert>)> {
    let gaps = prop::collection::vec(2_i64..500, 1..6);
    (gaps, any::<bool>()).prop_flat_map(|(gaps, last_is_over)| {
        let mut began_minute = 0;
        let mut occurrences: Vec<Occurrence> = Vec::new();
        for gap in gaps {
            began_minute += gap;
            occurrences.push(Occurrence { began_minute, over: true });
        }
        occurrences.last_mut().unwrap().over = last_is_over;
        let once: Vec<Alert> = occurrences.iter().copied().flat_map(messages).collect();
        let twice = [once.clone(), once].concat();
        (Just(occurrences), Just(twice).prop_shuffle())
    })
}

/// The clock that [`Incidents::take`] is given.
const NOW_MINUTE: i64 = 100_000;

#[test]
fn a_wrong_clock_does_not_hide_the_alerts_after_it() {
    let mut incidents = Incidents::default();
    let next_year = Occurrence { began_minute: NOW_MINUTE + 500_000, over: true };
    (0..3).for_each(|_| messages(next_year).iter().for_each(|alert| incidents.take(alert)));
    assert_eq!(incidents.open(), 0);
    incidents.take(&messages(Occurrence { began_minute: NOW_MINUTE + 1, over: false })[0]);
    assert_eq!(incidents.open(), 1);
}

#[test]
fn a_wrong_clock_opens_one_incident_however_often_it_repeats() {
    let mut incidents = Incidents::default();
    let firing = &messages(Occurrence { began_minute: NOW_MINUTE + 500_000, over: false })[0];
    (0..3).for_each(|_| incidents.take(firing));
    assert_eq!((incidents.0.len(), incidents.newest().unwrap().occurrences), (1, 1));
}

#[test]
fn occurrences_far_apart_become_incidents_of_their_own() {
    let mut incidents = Incidents::default();
    for began_minute in [0, 5, 500] {
        messages(Occurrence { began_minute, over: true }).iter().for_each(|alert| incidents.take(alert));
    }
    let occurrences: Vec<u32> = incidents.0.iter().map(|incident| incident.occurrences).collect();
    assert_eq!(occurrences, [2, 1]);
}

#[test]
fn ids_are_uuids_in_the_order_in_which_occurrences_began() {
    let of = |fingerprint: &str, began_minute| {
        let key = IncidentKey { region: RegionId::new("denmark"), fingerprint: fingerprint.to_owned() };
        IncidentId::of_occurrence(&key, minute(began_minute)).0
    };
    assert!(of("b", 0) < of("a", 1) && of("a", 1) < of("b", 2));
    assert_ne!(of("a", 0), of("b", 0));
    assert_eq!(uuid::Uuid::parse_str(&of("a", 0)).unwrap().get_version_num(), 8);
}

proptest! {
    #[test]
    fn whatever_the_order_the_last_occurrence_decides((occurrences, alerts) in deliveries()) {
        let mut incidents = Incidents::default();
        for alert in &alerts {
            incidents.take(alert);
            prop_assert!(incidents.open() <= 1, "two open incidents of one key");
        }
        let last = occurrences.last().unwrap();
        let newest = incidents.newest().unwrap();
        prop_assert_eq!(newest.occurrence_started_at, minute(last.began_minute));
        prop_assert_eq!(newest.status == Status::Closed, last.over);
        prop_assert_eq!(incidents.open(), usize::from(!last.over));
    }

    #[test]
    fn hearing_everything_again_changes_nothing((_, alerts) in deliveries()) {
        let mut incidents = Incidents::default();
        alerts.iter().for_each(|alert| incidents.take(alert));
        let before = incidents.clone();
        alerts.iter().for_each(|alert| incidents.take(alert));
        prop_assert_eq!(incidents, before);
    }
}
