//! The state machine of an incident beside a naive model of what staff expect of it.

use cineportal::domain::alert::{self, Alert, Rules};
use cineportal::domain::change::seal;
use cineportal::domain::command::{self, Action, Command};
use cineportal::domain::history;
use cineportal::domain::incident::{
    CloseReason, Incident, IncidentKey, IncidentNumber, Place, Severity, Status,
};
use cineportal_regions::{ClosePolicy, Region, RegionId};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const FLAP_MINUTES: i64 = 10;

/// Something that happens; minutes pass before it.
#[derive(Clone, Copy, Debug)]
enum Step {
    Fire,
    Resolve,
    Repeat,
    Take,
    Comment,
    Close,
    Reopen,
}

/// What staff expect to see of one alert, told in the simplest way.
#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    incidents: Vec<Seen>,
    /// When the alert began, while it fires.
    fires_since: Option<i64>,
}

#[derive(Clone, Debug, PartialEq)]
struct Seen {
    status: Status,
    occurrences: u32,
    assigned: bool,
    comments: usize,
    over_since: Option<i64>,
}

impl Model {
    fn step(&mut self, step: Step, minute: i64) {
        match step {
            Step::Fire if self.fires_since.is_none() => self.fire(minute),
            Step::Resolve if self.fires_since.take().is_some() => {
                // What a person closed stays as the person left it.
                if let Some(open) = self.last_mut().filter(|last| last.status != Status::Closed) {
                    (open.status, open.over_since) = (Status::Closed, Some(minute));
                }
            }
            Step::Fire | Step::Resolve | Step::Repeat => {}
            Step::Take => self.on_last(Status::Open, |last| {
                (last.status, last.assigned) = (Status::InProgress, true);
            }),
            Step::Comment => {
                if let Some(last) = self.last_mut() {
                    last.comments += 1;
                }
            }
            Step::Close => {
                for status in [Status::Open, Status::InProgress] {
                    self.on_last(status, |last| {
                        (last.status, last.over_since) = (Status::Closed, Some(minute));
                    });
                }
            }
            Step::Reopen => self.on_last(Status::Closed, |last| {
                (last.status, last.over_since) = (Status::Open, None);
            }),
        }
    }

    fn fire(&mut self, minute: i64) {
        self.fires_since = Some(minute);
        let again =
            self.last_mut().filter(|last| last.over_since.is_none_or(|over| minute - over <= FLAP_MINUTES));
        match again {
            Some(last) => {
                last.occurrences += 1;
                last.over_since = None;
                if last.status == Status::Closed {
                    last.status = Status::Open;
                }
            }
            None => self.incidents.push(Seen {
                status: Status::Open,
                occurrences: 1,
                assigned: false,
                comments: 0,
                over_since: None,
            }),
        }
    }

    fn on_last(&mut self, status: Status, change: impl FnOnce(&mut Seen)) {
        if let Some(last) = self.last_mut().filter(|last| last.status == status) {
            change(last);
        }
    }

    fn last_mut(&mut self) -> Option<&mut Seen> {
        self.incidents.last_mut()
    }
}

/// The real one: incidents of one key, changed as the writer and the commands change them.
struct Real {
    incidents: Vec<Incident>,
    region: Region,
    fires_since: Option<i64>,
}

impl Real {
    fn step(&mut self, step: Step, minute: i64) {
        let person =
            |action| Command { who: "Ida".to_owned(), expected_version: None, action, request: None };
        match step {
            Step::Fire => {
                let since = *self.fires_since.get_or_insert(minute);
                self.alert(since, None, minute);
            }
            Step::Repeat => {
                if let Some(since) = self.fires_since {
                    self.alert(since, None, minute);
                }
            }
            Step::Resolve => {
                if let Some(since) = self.fires_since.take() {
                    self.alert(since, Some(minute), minute);
                }
            }
            Step::Take => self.command(&person(Action::StartProgress), minute),
            Step::Comment => self.command(&person(Action::Comment { text: "hm".to_owned() }), minute),
            Step::Close => {
                let close = Action::Close { reason: CloseReason::ByPerson, comment: None };
                self.command(&person(close), minute);
            }
            Step::Reopen => self.command(&person(Action::Reopen { comment: None }), minute),
        }
    }

    fn alert(&mut self, since: i64, ended: Option<i64>, now: i64) {
        let rules = Rules { close: ClosePolicy::Auto, flap_window: SignedDuration::from_mins(FLAP_MINUTES) };
        let number = IncidentNumber(format!("DK-{}", self.incidents.len()));
        let alert = Alert {
            key: IncidentKey { region: RegionId::new("denmark"), fingerprint: "f".to_owned() },
            starts_at: at(since),
            ended_at: ended.map(at),
            severity: Severity::Critical,
            error_id: "machine_offline".to_owned(),
            title: "dark".to_owned(),
            description: String::new(),
            place: Place::default(),
            labels: [].into(),
            links: vec![],
        };
        let newest = self.incidents.iter().max_by_key(|incident| incident.occurrence_started_at);
        let next = alert::apply(newest, &alert, rules, &number, at(now));
        self.write(next, now);
    }

    fn command(&mut self, command: &Command, now: i64) {
        let next = self.incidents.last().and_then(|last| command::apply(last, command, at(now)).ok());
        self.write(next, now);
    }

    fn write(&mut self, next: Option<Incident>, now: i64) {
        let Some(next) = next else { return };
        let stored = self.incidents.iter().position(|incident| incident.id == next.id);
        let sealed = seal(stored.map(|stored| &self.incidents[stored]), next, &self.region, at(now));
        match stored {
            Some(stored) => self.incidents[stored] = sealed,
            None => self.incidents.push(sealed),
        }
    }

    fn seen(&self) -> Vec<(Status, u32, bool, usize)> {
        let seen = |incident: &Incident| {
            let said = incident.timeline.entries.iter().filter(|entry| entry.note.as_deref() == Some("hm"));
            (incident.status, incident.occurrences, incident.assignee.is_some(), said.count())
        };
        self.incidents.iter().map(seen).collect()
    }
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_763_000_000 + minute * 60).unwrap()
}

fn denmark() -> Region {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions");
    cineportal_regions::load(&folder).unwrap().get(&RegionId::new("denmark")).unwrap().clone()
}

fn steps() -> impl Strategy<Value = Vec<(i64, Step)>> {
    let step = prop_oneof![
        3 => Just(Step::Fire),
        3 => Just(Step::Resolve),
        1 => Just(Step::Repeat),
        1 => Just(Step::Take),
        1 => Just(Step::Comment),
        1 => Just(Step::Close),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec((1_i64..30, step), 1..40)
}

fn play(steps: &[(i64, Step)], mut after_each: impl FnMut(&Model, &Real, i64)) {
    let mut model = Model::default();
    let mut real = Real { incidents: vec![], region: denmark(), fires_since: None };
    let mut minute = 0;
    for (pause, step) in steps {
        minute += pause;
        model.step(*step, minute);
        real.step(*step, minute);
        after_each(&model, &real, minute);
    }
}

proptest! {
    #[test]
    fn it_does_what_the_naive_model_does(steps in steps()) {
        let mut differs = None;
        play(&steps, |model, real, minute| {
            let expected: Vec<_> = model.incidents.iter()
                .map(|seen| (seen.status, seen.occurrences, seen.assigned, seen.comments)).collect();
            if real.seen() != expected && differs.is_none() {
                differs = Some((minute, real.seen(), expected));
            }
        });
        prop_assert_eq!(differs, None);
    }

    #[test]
    fn every_past_state_can_be_shown_again(steps in steps()) {
        let mut states: Vec<(i64, Incident)> = Vec::new();
        let mut last = None;
        play(&steps, |_, real, minute| {
            last = real.incidents.last().cloned();
            states.extend(last.clone().map(|incident| (minute, incident)));
        });
        let Some(last) = last else { return Ok(()) };
        for (minute, was) in states.into_iter().filter(|(_, was)| was.id == last.id) {
            let past = history::at(&last, at(minute)).unwrap();
            prop_assert_eq!(
                (past.status, past.assignee, past.closed_at, past.occurrences, past.version, past.timeline.entries.len()),
                (was.status, was.assignee, was.closed_at, was.occurrences, was.version, was.timeline.entries.len())
            );
        }
        prop_assert!(history::at(&last, at(-1)).is_err());
    }
}
