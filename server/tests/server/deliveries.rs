//! What people are to be told, as the domain plans it, and what becomes of it.

use std::collections::BTreeSet;

use cineportal::domain::alert::{self, Alert, Rules};
use cineportal::domain::change;
use cineportal::domain::command::{self, Action, Command, Update};
use cineportal::domain::delivery::{Delivery, DeliveryState, DropReason};
use cineportal::domain::incident::{
    CloseReason, Incident, IncidentKey, IncidentNumber, Place, Severity, Status,
};
use cineportal::domain::outbox::{self, Tried};
use cineportal_regions::{ClosePolicy, Occasion, Region, RegionId, Route};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::support::telling::Telling;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_763_700_000 + second).unwrap()
}

/// Told of everything after five seconds; called after 15 minutes.
fn route(name: &str, severities: &[&str], on: &[Occasion]) -> Route {
    Route {
        name: name.to_owned(),
        channel: "mail".to_owned(),
        to: Vec::new(),
        severities: severities.iter().map(|name| (*name).to_owned()).collect(),
        on: on.iter().copied().collect(),
        wait: SignedDuration::from_secs(5),
        after: SignedDuration::from_mins(15),
        language: None,
    }
}

const EVERYTHING: [Occasion; 4] =
    [Occasion::Opened, Occasion::Reopened, Occasion::Unattended, Occasion::Closed];

fn region(routes: Vec<Route>) -> Region {
    let regions = cineportal_regions::load(&Telling::new("", "").path("regions")).unwrap();
    Region { notify: routes, ..regions.get(&RegionId::new("denmark")).unwrap().clone() }
}

fn opened(region: &Region, severity: Severity) -> Incident {
    let alert = Alert {
        key: IncidentKey { region: region.id.clone(), fingerprint: "0123456789abcdef".to_owned() },
        starts_at: at(0),
        ended_at: None,
        severity,
        error_id: "machine_offline".to_owned(),
        title: "Screen 3 is dark".to_owned(),
        description: String::new(),
        place: Place::default(),
        labels: [].into(),
        links: Vec::new(),
    };
    let rules = Rules { close: ClosePolicy::Auto, flap_window: SignedDuration::from_mins(1) };
    let opened = alert::apply(None, &alert, rules, &IncidentNumber("DK-1001".to_owned()), at(0)).unwrap();
    change::seal(None, opened, region, at(0))
}

/// The incident after somebody does this; as it was where that is not allowed.
fn after(incident: &Incident, region: &Region, action: Action, second: i64) -> Incident {
    let command = Command { who: "Ida".to_owned(), expected_version: None, action, request: None };
    match command::apply(incident, &command, at(second)) {
        Ok(next) => change::seal(Some(incident), next, region, at(second)),
        Err(_) => incident.clone(),
    }
}

fn close() -> Action {
    Action::Close { reason: CloseReason::ByPerson, comment: None }
}

fn reopen() -> Action {
    Action::Reopen { comment: None }
}

fn severity(severity: Severity) -> Action {
    Action::Update(Update { severity: Some(severity), ..Update::default() })
}

/// The incident after the first waiting delivery of this occasion was tried.
fn tried(incident: &Incident, occasion: Occasion, tried: &Tried, second: i64) -> Incident {
    let wanted = incident.deliveries.iter().rfind(|one| one.occasion == occasion).unwrap();
    let claimed =
        outbox::claim(incident, std::slice::from_ref(&wanted.id), "batch", at(second + 60)).unwrap();
    outbox::settle(&claimed, "batch", tried, at(second)).unwrap()
}

fn taken() -> Tried {
    Tried::Taken { but: None }
}

fn not_taken(second: i64) -> Tried {
    Tried::NotTaken { reason: "the mail server is away".to_owned(), again_at: at(second) }
}

fn states(incident: &Incident) -> Vec<(Occasion, &DeliveryState)> {
    incident.deliveries.iter().map(|one| (one.occasion, &one.state)).collect()
}

fn waiting(incident: &Incident) -> Vec<Occasion> {
    let waits = |one: &&Delivery| one.state == DeliveryState::Waiting;
    incident.deliveries.iter().filter(waits).map(|one| one.occasion).collect()
}

#[test]
fn an_incident_that_opens_is_told_after_the_wait_and_calls_later() {
    let region = region(vec![route("duty", &["critical"], &EVERYTHING)]);
    let incident = opened(&region, Severity::Critical);
    let due: Vec<_> = incident.deliveries.iter().map(|one| (one.occasion, one.due_at)).collect();
    assert_eq!(due, [(Occasion::Opened, at(5)), (Occasion::Unattended, at(15 * 60))]);
}

#[test]
fn a_route_is_not_told_of_severities_that_it_did_not_ask_for() {
    let region = region(vec![route("duty", &["critical"], &EVERYTHING)]);
    assert_eq!(opened(&region, Severity::Warning).deliveries, []);
}

#[test]
fn an_incident_that_becomes_bad_enough_is_told() {
    let region = region(vec![route("duty", &["critical"], &EVERYTHING)]);
    let incident = opened(&region, Severity::Warning);
    let incident = after(&incident, &region, severity(Severity::Critical), 60);
    assert_eq!(waiting(&incident), [Occasion::Opened, Occasion::Unattended]);
}

#[test]
fn nobody_is_called_to_an_incident_that_somebody_has() {
    let region = region(vec![route("duty", &["critical"], &EVERYTHING)]);
    let incident = opened(&region, Severity::Warning);
    let incident = after(&incident, &region, Action::StartProgress, 30);
    let incident = after(&incident, &region, severity(Severity::Critical), 60);
    assert_eq!(waiting(&incident), [Occasion::Opened]);
}

#[test]
fn an_incident_that_is_given_back_calls_again() {
    let region = region(vec![route("duty", &["critical"], &[Occasion::Unattended])]);
    let incident = opened(&region, Severity::Critical);
    let incident = after(&incident, &region, Action::StartProgress, 30);
    assert_eq!(waiting(&incident), []);
    let incident = after(&incident, &region, Action::Assign { to: None }, 60);
    assert_eq!(waiting(&incident), [Occasion::Unattended]);
    assert_eq!(incident.deliveries[1].due_at, at(60 + 15 * 60));
}

#[test]
fn what_is_over_before_it_was_told_is_told_in_one_message() {
    let region = region(vec![route("duty", &["critical"], &EVERYTHING)]);
    let incident = after(&opened(&region, Severity::Critical), &region, close(), 3);
    assert_eq!(waiting(&incident), [Occasion::Closed]);
    let dropped = |reason| DeliveryState::Dropped { at: at(3), reason };
    assert_eq!(
        states(&incident)[..2],
        [
            (Occasion::Opened, &dropped(DropReason::ClosedFirst)),
            (Occasion::Unattended, &dropped(DropReason::Attended))
        ]
    );
}

#[test]
fn whoever_heard_nothing_of_a_short_end_is_still_told_that_it_is_open() {
    let region = region(vec![route("duty", &["critical"], &EVERYTHING)]);
    let incident = after(&opened(&region, Severity::Critical), &region, close(), 2);
    let incident = after(&incident, &region, reopen(), 4);
    assert_eq!(waiting(&incident), [Occasion::Reopened, Occasion::Unattended]);
}

#[test]
fn whoever_was_told_of_it_is_told_of_its_end_however_mild_it_has_become() {
    let region = region(vec![route("duty", &["critical"], &EVERYTHING)]);
    let incident = tried(&opened(&region, Severity::Critical), Occasion::Opened, &taken(), 5);
    let incident = after(&incident, &region, severity(Severity::Info), 30);
    let incident = after(&incident, &region, close(), 60);
    assert_eq!(waiting(&incident), [Occasion::Closed]);
}

#[test]
fn a_message_that_was_overtaken_while_it_failed_is_not_tried_again() {
    let region = region(vec![route("duty", &["critical"], &EVERYTHING)]);
    let incident = opened(&region, Severity::Critical);
    let id = incident.deliveries[0].id.clone();
    let claimed = outbox::claim(&incident, &[id], "batch", at(60)).unwrap();
    let closed = after(&claimed, &region, close(), 10);
    let settled = outbox::settle(&closed, "batch", &not_taken(20), at(12)).unwrap();
    let reason = DropReason::ClosedFirst;
    assert_eq!(settled.deliveries[0].state, DeliveryState::Dropped { at: at(12), reason });
    assert_eq!(waiting(&settled), [Occasion::Closed]);
}

#[test]
fn an_end_that_failed_is_not_told_after_it_opened_again() {
    let region = region(vec![route("duty", &["critical"], &EVERYTHING)]);
    let opened = tried(&opened(&region, Severity::Critical), Occasion::Opened, &taken(), 5);
    let closed = after(&opened, &region, close(), 10);
    let id = closed.deliveries.last().unwrap().id.clone();
    let claimed = outbox::claim(&closed, &[id], "an end", at(60)).unwrap();
    let reopened = tried(&after(&claimed, &region, reopen(), 20), Occasion::Reopened, &taken(), 25);
    let closed_again = after(&reopened, &region, close(), 30);
    let settled = outbox::settle(&closed_again, "an end", &not_taken(40), at(35)).unwrap();
    let ends: Vec<_> = states(&settled).into_iter().filter(|(what, _)| *what == Occasion::Closed).collect();
    let dropped = DeliveryState::Dropped { at: at(35), reason: DropReason::ReopenedFirst };
    assert_eq!(ends, [(Occasion::Closed, &dropped), (Occasion::Closed, &DeliveryState::Waiting)]);
}

#[test]
fn a_lost_answer_keeps_the_message_together() {
    let region = region(vec![route("duty", &["critical"], &EVERYTHING)]);
    let unknown = Tried::Unknown { reason: "the connection broke".to_owned(), again_at: at(9) };
    let incident = tried(&opened(&region, Severity::Critical), Occasion::Opened, &unknown, 7);
    let batch = "batch".to_owned();
    assert_eq!(incident.deliveries[0].state, DeliveryState::Leased { until: at(9), batch });
    assert_eq!(incident.deliveries[0].attempts, 1);
}

#[test]
fn a_delivery_is_given_up_in_the_end() {
    let region = region(vec![route("duty", &["critical"], &[Occasion::Opened])]);
    let mut incident = opened(&region, Severity::Critical);
    for _ in 0..outbox::MAX_ATTEMPTS {
        assert_eq!(incident.deliveries[0].state, DeliveryState::Waiting);
        incident = tried(&incident, Occasion::Opened, &not_taken(10), 5);
    }
    assert_eq!(incident.deliveries[0].state, DeliveryState::Failed { at: at(5) });
    assert_eq!(incident.deliveries[0].last_error.as_deref(), Some("the mail server is away"));
}

#[test]
fn pauses_grow_to_ten_minutes_and_about_a_day_is_tried() {
    let longest: Vec<i64> = [1, 2, 5, 9, 10, 300].map(|tries| outbox::backoff(tries, 1.0).as_secs()).into();
    assert_eq!(longest, [2, 4, 32, 512, 600, 600]);
    assert_eq!(outbox::backoff(9, 0.0).as_secs(), 1);
    let total: i64 = (1..=outbox::MAX_ATTEMPTS).map(|tries| outbox::backoff(tries, 0.5).as_secs()).sum();
    assert!((23 * 3_600..26 * 3_600).contains(&total), "{total}");
}

#[test]
fn a_write_of_messages_only_is_none_that_people_see() {
    let region = region(vec![route("duty", &["critical"], &EVERYTHING)]);
    let incident = opened(&region, Severity::Critical);
    let sent = tried(&incident, Occasion::Opened, &taken(), 5);
    assert_eq!((sent.version, sent.revision), (incident.version, incident.revision + 2));
}

/// What may happen to an incident and its messages.
#[derive(Clone, Debug)]
enum Step {
    Do(Action),
    /// So many of the waiting messages are claimed.
    Claim(usize),
    /// What was claimed first is settled.
    Settle(Tried),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => Just(Step::Do(Action::StartProgress)),
        1 => Just(Step::Do(Action::Assign { to: None })),
        3 => Just(Step::Do(close())),
        3 => Just(Step::Do(reopen())),
        3 => (1usize..3).prop_map(Step::Claim),
        2 => Just(Step::Settle(taken())),
        1 => Just(Step::Settle(not_taken(0))),
    ]
}

/// A story, and what people of the route were told last.
struct Story {
    region: Region,
    incident: Incident,
    batches: Vec<String>,
    told: Option<Occasion>,
    second: i64,
}

impl Story {
    fn new() -> Self {
        let region = region(vec![route("duty", &["critical"], &EVERYTHING)]);
        let incident = opened(&region, Severity::Critical);
        Self { region, incident, batches: Vec::new(), told: None, second: 0 }
    }

    fn take(&mut self, step: &Step) {
        self.second += 1;
        match step {
            Step::Do(action) => {
                self.incident = after(&self.incident, &self.region, action.clone(), self.second);
            }
            Step::Claim(count) => (0..*count).for_each(|_| self.claim()),
            Step::Settle(tried) => self.settle(tried),
        }
    }

    /// Calls for help are left out: what is looked at is whether people know what is open.
    fn claim(&mut self) {
        let is_next =
            |one: &&Delivery| one.state == DeliveryState::Waiting && one.occasion != Occasion::Unattended;
        let Some(next) = self.incident.deliveries.iter().find(is_next).map(|one| one.id.clone()) else {
            return;
        };
        let batch = format!("batch {} {}", self.second, self.batches.len());
        self.incident = outbox::claim(&self.incident, &[next], &batch, at(self.second + 60)).unwrap();
        self.batches.push(batch);
    }

    fn settle(&mut self, tried: &Tried) {
        if self.batches.is_empty() {
            return;
        }
        let batch = self.batches.remove(0);
        let leased =
            |one: &&Delivery| matches!(&one.state, DeliveryState::Leased { batch: of, .. } if *of == batch);
        let occasion = self.incident.deliveries.iter().find(leased).unwrap().occasion;
        self.incident = outbox::settle(&self.incident, &batch, tried, at(self.second)).unwrap();
        if matches!(tried, Tried::Taken { .. }) {
            self.told = Some(occasion);
        }
    }

    /// The mail server works again, and everything is sent.
    fn drain(&mut self) {
        while !self.batches.is_empty() {
            self.settle(&taken());
        }
        for _ in 0..100 {
            self.claim();
            self.settle(&taken());
        }
    }
}

proptest! {
    #[test]
    fn in_the_end_people_believe_what_is_true(steps in proptest::collection::vec(step(), 0..30)) {
        let mut story = Story::new();
        steps.iter().for_each(|step| story.take(step));
        story.drain();
        let believed_open = story.told.is_some_and(|told| told != Occasion::Closed);
        prop_assert_eq!(believed_open, story.incident.status != Status::Closed, "{:#?}", states(&story.incident));
    }

    #[test]
    fn nothing_vanishes(steps in proptest::collection::vec(step(), 0..30)) {
        let mut story = Story::new();
        let mut seen = BTreeSet::new();
        for step in &steps {
            seen.extend(story.incident.deliveries.iter().map(|one| one.id.clone()));
            story.take(step);
        }
        let kept: BTreeSet<String> = story.incident.deliveries.iter().map(|one| one.id.clone()).collect();
        prop_assert!(seen.is_subset(&kept));
    }

    #[test]
    fn somebody_is_called_exactly_while_nobody_has_it(steps in proptest::collection::vec(step(), 0..30)) {
        let mut story = Story::new();
        for step in &steps {
            story.take(step);
            let calls = waiting(&story.incident).into_iter().filter(|one| *one == Occasion::Unattended).count();
            prop_assert_eq!(calls, usize::from(story.incident.status == Status::Open));
        }
    }
}
