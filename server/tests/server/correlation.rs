//! What makes a cinema outage, and what ends it.

use cineportal::domain::alert::{self, Alert, Rules};
use cineportal::domain::correlation::{self, OutageRule};
use cineportal::domain::incident::{
    CloseReason, Incident, IncidentKey, IncidentNumber, Named, Origin, Place, Severity, Status,
};
use cineportal_regions::{ClosePolicy, RegionId};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const RULE: OutageRule = OutageRule { machines: 3, window: SignedDuration::from_mins(5) };
const RULES: Rules = Rules { close: ClosePolicy::Auto, flap_window: SignedDuration::from_mins(10) };

fn minute(minute: i64) -> Timestamp {
    Timestamp::from_second(1_763_000_000 + minute * 60).unwrap()
}

fn alert(machine: &str, severity: Severity, began_minute: i64) -> Alert {
    Alert {
        key: IncidentKey { region: RegionId::new("denmark"), fingerprint: format!("f-{machine}") },
        starts_at: minute(began_minute),
        ended_at: None,
        severity,
        error_id: "machine_offline".to_owned(),
        title: "dark".to_owned(),
        description: String::new(),
        place: Place {
            machine_id: Some(machine.to_owned()),
            cinema: Some(Named { id: "dk-aarhus".to_owned(), name: "Aarhus Bio".to_owned() }),
            screen: None,
        },
        labels: [].into(),
        links: vec![],
    }
}

fn failing(machine: &str, began_minute: i64) -> Incident {
    let number = IncidentNumber(format!("DK-{machine}"));
    let alert = alert(machine, Severity::Critical, began_minute);
    alert::apply(None, &alert, RULES, &number, minute(began_minute)).unwrap()
}

fn works_again(incident: &Incident, at_minute: i64) -> Incident {
    let over = Alert { ended_at: Some(minute(at_minute)), ..alert("any", Severity::Critical, 0) };
    let over = Alert { key: incident.key.clone(), starts_at: incident.occurrence_started_at, ..over };
    alert::apply(Some(incident), &over, RULES, &incident.number, minute(at_minute)).unwrap()
}

fn look(newest: Option<&Incident>, incidents: &[Incident], now_minute: i64) -> Option<Incident> {
    let incidents: Vec<&Incident> = incidents.iter().collect();
    let number = IncidentNumber("DK-outage".to_owned());
    correlation::correlate(newest, &incidents, RULE, RULES, &number, minute(now_minute))
}

#[test]
fn machines_that_failed_at_the_beginning_of_time_are_an_outage_too() {
    let from_the_beginning = |machine: &str| {
        let alert = Alert { starts_at: Timestamp::MIN, ..alert(machine, Severity::Critical, 0) };
        alert::apply(None, &alert, RULES, &IncidentNumber(format!("DK-{machine}")), minute(0)).unwrap()
    };
    let incidents = ["a", "b", "c"].map(from_the_beginning);
    assert_eq!(look(None, &incidents, 1).unwrap().members.len(), 3);
}

#[test]
fn what_is_said_of_an_outage_that_is_over_does_not_hide_the_next_one() {
    let (incidents, outage) = outage();
    let works: Vec<Incident> = incidents.iter().map(|incident| works_again(incident, 3)).collect();
    let over = look(Some(&outage), &works, 3).unwrap();
    let commented = Incident { updated_at: minute(6), ..over };
    let fails_again = |incident: &Incident| {
        let alert = Alert { key: incident.key.clone(), ..alert("any", Severity::Critical, 5) };
        alert::apply(Some(incident), &alert, RULES, &incident.number, minute(5)).unwrap()
    };
    let again: Vec<Incident> = works.iter().map(fails_again).collect();
    let next = look(Some(&commented), &again, 7).unwrap();
    assert_eq!((next.status, next.number), (Status::Open, commented.number));
}

/// Three machines that failed a minute after another, and the outage that they make.
fn outage() -> (Vec<Incident>, Incident) {
    let incidents = vec![failing("a", 0), failing("b", 1), failing("c", 2)];
    let outage = look(None, &incidents, 2).unwrap();
    (incidents, outage)
}

fn joined(outage: &Incident) -> Vec<&str> {
    let still = outage.members.iter().filter(|member| member.recovered_at.is_none());
    still.map(|member| member.machine_id.as_str()).collect()
}

#[test]
fn three_machines_that_fail_together_are_an_outage() {
    let (_, outage) = outage();
    assert_eq!(
        (outage.origin, outage.status, outage.severity),
        (Origin::Outage, Status::Open, Severity::Critical)
    );
    assert_eq!(outage.title, "Cinema outage: Aarhus Bio");
    assert_eq!(outage.opened_at, minute(0));
    assert_eq!(
        outage.members.iter().map(|member| member.machine_id.as_str()).collect::<Vec<_>>(),
        ["a", "b", "c"]
    );
}

#[test]
fn two_machines_are_no_outage() {
    assert_eq!(look(None, &[failing("a", 0), failing("b", 0)], 1), None);
}

#[test]
fn machines_that_fail_one_after_another_over_hours_are_no_outage() {
    assert_eq!(look(None, &[failing("a", 0), failing("b", 60), failing("c", 120)], 121), None);
}

#[test]
fn several_faults_of_one_machine_are_no_outage() {
    let mut faults = vec![failing("a", 0), failing("a", 1), failing("a", 2)];
    faults.iter_mut().enumerate().for_each(|(index, fault)| fault.id.0 = index.to_string());
    assert_eq!(look(None, &faults, 2), None);
}

#[test]
fn what_only_warns_does_not_count() {
    let warning = alert("c", Severity::Warning, 2);
    let warning = alert::apply(None, &warning, RULES, &IncidentNumber("DK-c".to_owned()), minute(2)).unwrap();
    assert_eq!(look(None, &[failing("a", 0), failing("b", 1), warning], 2), None);
}

#[test]
fn a_machine_that_fails_later_joins() {
    let (mut incidents, outage) = outage();
    incidents.push(failing("d", 90));
    let outage = look(Some(&outage), &incidents, 90).unwrap();
    assert_eq!(joined(&outage), ["a", "b", "c", "d"]);
}

#[test]
fn members_recover_one_by_one_and_the_last_one_ends_it() {
    let (mut incidents, mut outage) = outage();
    for (index, still) in [(0, vec!["b", "c"]), (1, vec!["c"]), (2, vec![])] {
        let now = 10 + index as i64;
        incidents[index] = works_again(&incidents[index], now);
        outage = look(Some(&outage), &incidents, now).unwrap();
        assert_eq!(joined(&outage), still);
        assert_eq!(outage.status == Status::Closed, index == 2);
    }
    assert_eq!(outage.close_reason, Some(CloseReason::Resolved));
}

#[test]
fn looking_again_changes_nothing() {
    let (incidents, outage) = outage();
    assert_eq!(look(Some(&outage), &incidents, 30), None);
}

#[test]
fn an_outage_that_a_person_closed_does_not_come_back_for_the_same_machines() {
    let (incidents, outage) = outage();
    let closed = Incident {
        status: Status::Closed,
        closed_at: Some(minute(5)),
        close_reason: Some(CloseReason::ByPerson),
        updated_at: minute(5),
        ..outage
    };
    assert_eq!(look(Some(&closed), &incidents, 6), None);
}

#[test]
fn the_same_machines_failing_again_soon_reopen_the_outage() {
    let (incidents, outage) = outage();
    let well: Vec<Incident> = incidents.iter().map(|incident| works_again(incident, 10)).collect();
    let closed = look(Some(&outage), &well, 10).unwrap();
    let again = [failing("a", 15), failing("b", 15), failing("c", 15)];
    let reopened = look(Some(&closed), &again, 15).unwrap();
    assert_eq!((reopened.id, reopened.status, reopened.occurrences), (closed.id, Status::Open, 2));
}

#[test]
fn the_same_machines_failing_much_later_are_another_outage() {
    let (incidents, outage) = outage();
    let well: Vec<Incident> = incidents.iter().map(|incident| works_again(incident, 10)).collect();
    let closed = look(Some(&outage), &well, 10).unwrap();
    let again = [failing("a", 500), failing("b", 500), failing("c", 500)];
    let another = look(Some(&closed), &again, 500).unwrap();
    assert_eq!((another.earlier, another.status), (Some(closed.id), Status::Open));
}

/// Machines that fail and work again, minute by minute.
fn story() -> impl Strategy<Value = Vec<(usize, bool)>> {
    prop::collection::vec((0_usize..5, any::<bool>()), 1..40)
}

proptest! {
    #[test]
    fn an_outage_is_open_as_long_as_a_member_fails(story in story()) {
        let names = ["a", "b", "c", "d", "e"];
        let mut incidents: Vec<Option<Incident>> = vec![None; names.len()];
        let mut outage: Option<Incident> = None;
        for (now, (machine, fails)) in (0_i64..).zip(story) {
            let was = incidents[machine].take();
            incidents[machine] = match (was, fails) {
                (Some(incident), false) if incident.status != Status::Closed => Some(works_again(&incident, now)),
                (was, true) if was.as_ref().is_none_or(|was| was.status == Status::Closed) => {
                    Some(failing(names[machine], now))
                }
                (was, _) => was,
            };
            let all: Vec<Incident> = incidents.iter().flatten().cloned().collect();
            if let Some(next) = look(outage.as_ref(), &all, now) {
                outage = Some(next);
            }
            prop_assert_eq!(look(outage.as_ref(), &all, now), None, "it was not settled");
            if let Some(outage) = &outage {
                let open = |id| all.iter().any(|incident| incident.id == id && incident.status != Status::Closed);
                for member in outage.members.iter().filter(|member| member.recovered_at.is_none()) {
                    prop_assert!(open(member.incident.clone()), "{} works", member.machine_id);
                }
                prop_assert_eq!(outage.status == Status::Closed, joined(outage).is_empty());
            }
        }
    }
}
