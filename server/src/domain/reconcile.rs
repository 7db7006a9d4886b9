//! Comparing with the sources: which incident fires here though its alert is gone there.
//!
//! Nobody told us of that, so it is an inference, and a careful one: every source must have answered and
//! have been up for long enough to know, and the alert must have been missing twice in a row.

use std::collections::{BTreeMap, HashMap, HashSet};

use cineportal_schema::labels;
use jiff::Timestamp;

use super::incident::{Incident, IncidentId, Origin};
use super::watch::REGION_BLIND;

type Labels = BTreeMap<String, String>;

/// Everything that the sources know to fire, in one round.
#[derive(Debug, Default)]
pub struct Firing {
    fingerprints: HashSet<String>,
    /// By [`Slot`]; each of these may lack labels that were added on its way to us.
    partial: HashMap<Slot, Vec<Part>>,
}

/// An alert that may be a part of one that reaches us, by its own fingerprint.
#[derive(Debug)]
struct Part {
    fingerprint: String,
    labels: Labels,
}

/// What an alert and each of its parts have in common: the name; and the machine, if the part names one.
type Slot = (String, Option<String>);

impl Firing {
    /// An alert as it reaches us, too, known by the fingerprint of its labels.
    pub fn add_whole(&mut self, fingerprint: String) {
        self.fingerprints.insert(fingerprint);
    }

    /// An alert as a Prometheus knows it: on its way to us it gets external labels.
    pub fn add_partial(&mut self, fingerprint: &str, labels: Labels) {
        let Some(name) = labels.get(labels::ALERT_NAME).cloned() else { return };
        let slot = (name, labels.get(labels::MACHINE_ID).cloned());
        self.partial.entry(slot).or_default().push(Part { fingerprint: fingerprint.to_owned(), labels });
    }

    /// Whether one of them is the alert with these labels.
    pub fn knows(&self, fingerprint: &str, labels: &Labels) -> bool {
        self.fingerprints.contains(fingerprint) || self.parts_of(labels).next().is_some()
    }

    /// The fingerprints of the partial alerts whose labels are all among these.
    pub fn parts_of<'a>(&'a self, labels: &'a Labels) -> impl Iterator<Item = &'a str> {
        let name = labels.get(labels::ALERT_NAME).cloned().unwrap_or_default();
        let machine = labels.get(labels::MACHINE_ID).cloned();
        let mut slots = vec![(name.clone(), None)];
        slots.extend(machine.map(|machine| (name, Some(machine))));
        let parts = slots.into_iter().filter_map(|slot| self.partial.get(&slot)).flatten();
        let is_part = |part: &&Part| part.labels.iter().all(|(name, value)| labels.get(name) == Some(value));
        parts.filter(is_part).map(|part| part.fingerprint.as_str())
    }
}

/// One look at all sources.
#[derive(Debug)]
pub struct Round<'a> {
    /// What fires there.
    pub firing: &'a Firing,
    /// Whether what is missing there is really over: every source answered, and has been up long enough.
    pub is_whole: bool,
    /// Whether the sources know alerts without a name, as an Alertmanager does and a Prometheus does not.
    pub knows_nameless: bool,
    /// When the sources were asked.
    pub at: Timestamp,
}

/// An occurrence that the sources no longer know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Its incident.
    pub id: IncidentId,
    /// When it began.
    pub occurrence_started_at: Timestamp,
    /// When it was first missed.
    pub since: Timestamp,
}

/// What was missing in the last round, by incident: when its occurrence began, and since when it is missed.
#[derive(Debug, Default)]
pub struct Missed(HashMap<IncidentId, (Timestamp, Timestamp)>);

impl Missed {
    /// Takes in one round. Returns the occurrences that are missing for the second time, and must end.
    ///
    /// `incidents` are those that fire on our board, read after the sources were asked: an alert that
    /// fires in between is missing once, never twice.
    pub fn compare<'i>(
        &mut self,
        incidents: impl IntoIterator<Item = &'i Incident>,
        round: &Round<'_>,
    ) -> Vec<Gone> {
        let before = std::mem::take(&mut self.0);
        if !round.is_whole {
            return Vec::new();
        }
        let mut gone = Vec::new();
        for incident in incidents.into_iter().filter(|incident| is_missing(incident, round)) {
            let occurrence = incident.occurrence_started_at;
            let known = before.get(&incident.id).filter(|(missed, _)| *missed == occurrence);
            let since = known.map_or(round.at, |(_, since)| *since);
            self.0.insert(incident.id.clone(), (occurrence, since));
            if known.is_some() && occurrence < since {
                gone.push(Gone { id: incident.id.clone(), occurrence_started_at: occurrence, since });
            }
        }
        gone
    }
}

fn is_missing(incident: &Incident, round: &Round<'_>) -> bool {
    let is_named = incident.labels.contains_key(labels::ALERT_NAME);
    incident.is_firing()
        && incident.origin == Origin::Monitoring
        // Ours, and known to nobody else.
        && incident.error_id != REGION_BLIND
        && (is_named || round.knows_nameless)
        && !round.firing.knows(&incident.key.fingerprint, &incident.labels)
}

#[cfg(test)]
mod tests {
    use cineportal_regions::{ClosePolicy, RegionId};
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::alert::{self, Alert, Rules};
    use crate::domain::incident::{CloseReason, IncidentKey, IncidentNumber, Place, Severity, Status};

    const FINGERPRINT: &str = "0123456789abcdef";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// Second 100; with an external label.
    fn firing() -> Alert {
        Alert {
            key: IncidentKey { region: RegionId::new("denmark"), fingerprint: FINGERPRINT.to_owned() },
            starts_at: at(100),
            ended_at: None,
            severity: Severity::Critical,
            error_id: "machine_offline".to_owned(),
            title: "Machine offline".to_owned(),
            description: String::new(),
            place: Place::default(),
            labels: labels(&[("alertname", "MachineOffline"), ("machine_id", "dk-1"), ("cluster", "north")]),
            links: Vec::new(),
        }
    }

    fn incident() -> Incident {
        let rules = Rules { close: ClosePolicy::Auto, flap_window: SignedDuration::from_mins(10) };
        alert::apply(None, &firing(), rules, &IncidentNumber("DK-1001".to_owned()), at(101)).unwrap()
    }

    /// What the same occurrence, heard once more, makes of the incident.
    fn fired_after_all(incident: &Incident, close: ClosePolicy) -> Option<Incident> {
        let rules = Rules { close, flap_window: SignedDuration::from_mins(10) };
        alert::apply(Some(incident), &firing(), rules, &IncidentNumber("DK-1002".to_owned()), at(300))
    }

    fn round(firing: &Firing, second: i64) -> Round<'_> {
        Round { firing, is_whole: true, knows_nameless: true, at: at(second) }
    }

    /// How many are gone after two rounds in which the sources know this.
    fn gone_after_two_rounds(incident: &Incident, firing: &Firing) -> usize {
        let mut missed = Missed::default();
        missed.compare([incident], &round(firing, 200));
        missed.compare([incident], &round(firing, 260)).len()
    }

    #[test]
    fn an_alert_that_is_missing_twice_in_a_row_is_gone_since_the_first_time() {
        let (incident, firing) = (incident(), Firing::default());
        let mut missed = Missed::default();
        assert_eq!(missed.compare([&incident], &round(&firing, 200)), []);
        let gone = missed.compare([&incident], &round(&firing, 260));
        let expected = Gone { id: incident.id, occurrence_started_at: at(100), since: at(200) };
        assert_eq!(gone, [expected]);
    }

    #[test]
    fn a_round_that_was_not_whole_starts_the_count_anew() {
        let (incident, firing) = (incident(), Firing::default());
        let mut missed = Missed::default();
        missed.compare([&incident], &round(&firing, 200));
        missed.compare([&incident], &Round { is_whole: false, ..round(&firing, 260) });
        assert_eq!(missed.compare([&incident], &round(&firing, 320)), []);
    }

    #[test]
    fn an_alert_that_was_seen_in_between_starts_the_count_anew() {
        let (incident, nothing, mut firing) = (incident(), Firing::default(), Firing::default());
        firing.add_whole(FINGERPRINT.to_owned());
        let mut missed = Missed::default();
        missed.compare([&incident], &round(&nothing, 200));
        missed.compare([&incident], &round(&firing, 260));
        assert_eq!(missed.compare([&incident], &round(&nothing, 320)), []);
    }

    #[test]
    fn another_occurrence_starts_the_count_anew() {
        let (first, firing) = (incident(), Firing::default());
        let second = Incident { occurrence_started_at: at(210), ..first.clone() };
        let mut missed = Missed::default();
        missed.compare([&first], &round(&firing, 200));
        assert_eq!(missed.compare([&second], &round(&firing, 260)), []);
    }

    #[test]
    fn an_occurrence_that_claims_to_begin_after_it_was_missed_stays() {
        let future = Incident { occurrence_started_at: at(230), ..incident() };
        assert_eq!(gone_after_two_rounds(&future, &Firing::default()), 0);
    }

    #[test]
    fn an_incident_stays_while_a_source_knows_its_alert() {
        let known: [(&str, &[_], usize); 5] = [
            (
                "all labels but the external one",
                &[("alertname", "MachineOffline"), ("machine_id", "dk-1")],
                0,
            ),
            ("another machine", &[("alertname", "MachineOffline"), ("machine_id", "dk-2")], 1),
            ("a label more", &[("alertname", "MachineOffline"), ("machine_id", "dk-1"), ("job", "x")], 1),
            ("another alert", &[("alertname", "TemperatureHigh"), ("machine_id", "dk-1")], 1),
            ("an alert without a name", &[("machine_id", "dk-1")], 1),
        ];
        for (name, part, gone) in known {
            let mut firing = Firing::default();
            firing.add_partial("fedcba9876543210", labels(part));
            assert_eq!(gone_after_two_rounds(&incident(), &firing), gone, "{name}");
        }
    }

    #[test]
    fn only_what_a_source_could_know_is_gone() {
        let reported = Origin::Report { by: "Kim".to_owned(), reference: None };
        let cases = [
            ("of a person", Incident { origin: reported, ..incident() }),
            ("of an outage", Incident { origin: Origin::Outage, ..incident() }),
            ("our own", Incident { error_id: REGION_BLIND.to_owned(), ..incident() }),
            ("over already", Incident { occurrence_ended_at: Some(at(150)), ..incident() }),
        ];
        for (name, incident) in cases {
            assert_eq!(gone_after_two_rounds(&incident, &Firing::default()), 0, "{name}");
        }
    }

    #[test]
    fn an_alert_without_a_name_is_unknown_to_a_prometheus() {
        let nameless = Incident { labels: labels(&[("machine_id", "dk-1")]), ..incident() };
        let firing = Firing::default();
        let mut missed = Missed::default();
        for second in [200, 260] {
            let round = Round { knows_nameless: false, ..round(&firing, second) };
            assert_eq!(missed.compare([&nameless], &round), []);
        }
        assert_eq!(gone_after_two_rounds(&nameless, &firing), 1);
    }

    #[test]
    fn what_a_person_closed_while_it_fired_is_marked_as_over_and_stays_theirs() {
        let by_person = Incident {
            status: Status::Closed,
            closed_at: Some(at(150)),
            close_reason: Some(CloseReason::ByPerson),
            ..incident()
        };
        assert_eq!(gone_after_two_rounds(&by_person, &Firing::default()), 1);
        let next = alert::end_at_source(&by_person, at(200), ClosePolicy::Auto, at(260)).unwrap();
        assert_eq!((next.close_reason, next.is_firing()), (Some(CloseReason::ByPerson), false));
    }

    #[test]
    fn the_end_closes_the_incident_unless_a_person_must_confirm() {
        let closed = alert::end_at_source(&incident(), at(200), ClosePolicy::Auto, at(260)).unwrap();
        assert_eq!((closed.status, closed.closed_at), (Status::Closed, Some(at(260))));
        assert_eq!(closed.close_reason, Some(CloseReason::ResolvedAtSource));
        assert_eq!(closed.occurrence_ended_at, Some(at(200)));
        let marked = alert::end_at_source(&incident(), at(200), ClosePolicy::Manual, at(260)).unwrap();
        assert_eq!((marked.status, marked.is_firing()), (Status::Open, false));
        assert_eq!(alert::end_at_source(&marked, at(200), ClosePolicy::Manual, at(300)), None);
    }

    #[test]
    fn an_alert_that_fires_after_all_takes_the_end_back() {
        let closed = alert::end_at_source(&incident(), at(200), ClosePolicy::Auto, at(260)).unwrap();
        let next = fired_after_all(&closed, ClosePolicy::Auto).unwrap();
        assert_eq!((next.status, next.is_firing(), next.occurrences), (Status::Open, true, 1));
        assert_eq!(next.number, closed.number);
        assert_eq!(fired_after_all(&next, ClosePolicy::Auto), None);
    }

    #[test]
    fn an_end_that_closed_nothing_is_taken_back_too() {
        let marked = alert::end_at_source(&incident(), at(200), ClosePolicy::Manual, at(260)).unwrap();
        let next = fired_after_all(&marked, ClosePolicy::Manual).unwrap();
        assert_eq!((next.status, next.is_firing(), next.occurrences), (Status::Open, true, 1));
        let by_person = Incident {
            status: Status::Closed,
            closed_at: Some(at(150)),
            close_reason: Some(CloseReason::ByPerson),
            ..incident()
        };
        let marked = alert::end_at_source(&by_person, at(200), ClosePolicy::Auto, at(260)).unwrap();
        let next = fired_after_all(&marked, ClosePolicy::Auto).unwrap();
        assert_eq!((next.close_reason, next.is_firing()), (Some(CloseReason::ByPerson), true));
    }

    #[test]
    fn an_end_that_the_source_told_is_not_taken_back() {
        let told = Alert { ended_at: Some(at(200)), ..firing() };
        let rules = Rules { close: ClosePolicy::Manual, flap_window: SignedDuration::from_mins(10) };
        let incident = incident();
        let over = alert::apply(Some(&incident), &told, rules, &incident.number, at(210)).unwrap();
        assert_eq!(fired_after_all(&over, ClosePolicy::Manual), None);
    }
}
