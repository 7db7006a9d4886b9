//! What happens to one incident from its first alert on: alerts that end or flap, people who take it,
//! say something, close it and sometimes open it again.

use cineportal_regions::{ClosePolicy, Region};
use fastrand::Rng;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::faults::Fault;
use super::shows::next_show;
use crate::domain::alert::{self, Alert, Rules};
use crate::domain::change;
use crate::domain::command::{self, Action, Command};
use crate::domain::incident::{CloseReason, Incident, IncidentNumber, Place};
use crate::domain::show::ShowAtOpening;

/// What the server has by default.
pub(super) const FLAP_WINDOW: SignedDuration = SignedDuration::from_mins(10);

const PEOPLE: [&str; 12] = [
    "Anna Holm",
    "Mikkel Sørensen",
    "Freja Lund",
    "Jari Virtanen",
    "Aino Korhonen",
    "Lena Schäfer",
    "Jonas Weber",
    "Ingrid Berg",
    "Sander Haugen",
    "Elsa Lindqvist",
    "Oskar Nyström",
    "Night shift",
];

const COMMENTS: [&str; 12] = [
    "Called the cinema; somebody looks at it before the next show.",
    "Restarted from the cloud, waiting for it to come back.",
    "The cable behind the projector was loose.",
    "The cinema has a power cut in the whole house.",
    "Same as last week: the switch in the booth should be replaced.",
    "Nobody answers the phone before they open.",
    "A technician is on the way.",
    "Freed room on the disk by hand.",
    "The fan is full of dust; the cinema cleans it today.",
    "The download runs again.",
    "They play without the game tonight.",
    "Looks well again from here.",
];

/// The circumstances of one incident.
pub(super) struct Story<'a> {
    pub(super) fault: &'a Fault,
    /// Its region, without routes.
    pub(super) region: &'a Region,
    /// Nothing is told of what comes later.
    pub(super) until: Timestamp,
    /// Whether it ends at all.
    pub(super) ends: bool,
}

enum Step {
    Alert(Box<Alert>),
    Person(Command),
}

impl Story<'_> {
    /// The incident that this alert opens, as it stands in the end. `earlier` is that of the same alert before.
    pub(super) fn tell(&self, first: &Alert, earlier: Option<&Incident>, rng: &mut Rng) -> Option<Incident> {
        let mut steps = self.alerts(first, rng);
        let ended_at = steps.last().map_or(first.starts_at, |(at, _)| *at);
        steps.extend(self.people(first.starts_at, ended_at, rng));
        steps.sort_by_key(|(at, _)| *at);
        let mut current: Option<Incident> = None;
        for (now, step) in steps.into_iter().take_while(|(at, _)| *at <= self.until) {
            let next = match step {
                Step::Alert(alert) => self.alerted(current.as_ref().or(earlier), &alert, now),
                // What is over already cannot be taken or closed: they came too late.
                Step::Person(command) => {
                    current.as_ref().and_then(|incident| command::apply(incident, &command, now).ok())
                }
            };
            let Some(next) = next else { continue };
            current = Some(match &current {
                Some(stored) => change::seal(Some(stored), next, self.region, now),
                None => {
                    let show = self.show(&next.place, now);
                    change::open(next, show, self.region, now)
                }
            });
        }
        // It is written once, with all that happened.
        current.map(|incident| Incident { revision: 1, ..incident })
    }

    /// The next show on the screen, as the exporters would have told it.
    fn show(&self, place: &Place, now: Timestamp) -> ShowAtOpening {
        let zone = TimeZone::get(&self.region.time_zone).unwrap_or(TimeZone::UTC);
        let show = place.screen.as_ref().and_then(|screen| next_show(&screen.id, &zone, now));
        show.map_or(ShowAtOpening::Unknown, ShowAtOpening::At)
    }

    fn alerted(&self, newest: Option<&Incident>, alert: &Alert, now: Timestamp) -> Option<Incident> {
        let rules = Rules { close: self.region.close, flap_window: FLAP_WINDOW };
        // The true number comes from the store, when it is written.
        alert::apply(newest, alert, rules, &IncidentNumber(String::new()), now)
    }

    /// The alert fires, and perhaps ends and fires again a few times; in the end it ends, if it does.
    fn alerts(&self, first: &Alert, rng: &mut Rng) -> Vec<(Timestamp, Step)> {
        let flaps = if percent(rng, self.fault.flapping_percent) { rng.u32(1..=3) } else { 0 };
        let mut alert = first.clone();
        let mut steps = Vec::new();
        for _ in 0..flaps {
            let ended_at = alert.starts_at + seconds(rng, 30, 400);
            steps.push((alert.starts_at + seconds(rng, 0, 20), Step::Alert(Box::new(alert.clone()))));
            steps.push((ended_at, fires_until(ended_at, &alert)));
            alert.starts_at = ended_at + seconds(rng, 60, 500);
        }
        steps.push((alert.starts_at + seconds(rng, 0, 20), Step::Alert(Box::new(alert.clone()))));
        if self.ends {
            let ended_at = alert.starts_at + self.length(rng);
            steps.push((ended_at, fires_until(ended_at, &alert)));
        }
        steps
    }

    /// Most last about as long as is typical, a few far longer.
    fn length(&self, rng: &mut Rng) -> SignedDuration {
        let minutes = self.fault.typical_minutes * (0.2 - 0.8 * (1.0 - rng.f64()).ln());
        SignedDuration::from_secs((minutes * 60.0).clamp(45.0, 3.0 * 86_400.0) as i64)
    }

    fn people(&self, opened_at: Timestamp, ended_at: Timestamp, rng: &mut Rng) -> Vec<(Timestamp, Step)> {
        let mut steps = Vec::new();
        let who = PEOPLE[rng.usize(..PEOPLE.len())];
        let mut at = opened_at + seconds(rng, 90, 2_400);
        if percent(rng, if self.fault.is_critical() { 75 } else { 40 }) {
            steps.push((at, person(who, Action::StartProgress)));
            for _ in 0..rng.u32(0..=2) {
                at += seconds(rng, 60, 1_500);
                steps.push((at, person(who, Action::Comment { text: comment(rng) })));
            }
            if percent(rng, 8) {
                at += seconds(rng, 60, 900);
                let to = Some(PEOPLE[rng.usize(..PEOPLE.len())].to_owned());
                steps.push((at, person(who, Action::Assign { to })));
            }
        }
        if self.ends {
            steps.extend(self.closing(who, at, ended_at, rng));
        }
        steps
    }

    /// A person closes what waits for that; sometimes before the alert ends, and sometimes too early.
    fn closing(
        &self,
        who: &str,
        taken_at: Timestamp,
        ended_at: Timestamp,
        rng: &mut Rng,
    ) -> Vec<(Timestamp, Step)> {
        let mut steps = Vec::new();
        let early = percent(rng, 12);
        let at = if early { taken_at } else { ended_at } + seconds(rng, 60, 1_200);
        if early || self.region.close == ClosePolicy::Manual {
            steps.push((at, person(who, close(rng))));
        }
        if percent(rng, 2) {
            let reopened_at = at + seconds(rng, 300, 3_600);
            let why = Some("It is dark again, they say.".to_owned());
            steps.push((reopened_at, person(who, Action::Reopen { comment: why })));
            steps.push((reopened_at + seconds(rng, 300, 3_600), person(who, close(rng))));
        }
        steps
    }
}

fn fires_until(ended_at: Timestamp, alert: &Alert) -> Step {
    Step::Alert(Box::new(Alert { ended_at: Some(ended_at), ..alert.clone() }))
}

fn person(who: &str, action: Action) -> Step {
    Step::Person(Command { who: who.to_owned(), expected_version: None, action, request: None })
}

fn close(rng: &mut Rng) -> Action {
    let comment = percent(rng, 60).then(|| comment(rng));
    Action::Close { reason: CloseReason::ByPerson, comment }
}

fn comment(rng: &mut Rng) -> String {
    COMMENTS[rng.usize(..COMMENTS.len())].to_owned()
}

fn percent(rng: &mut Rng, percent: u32) -> bool {
    rng.u32(..100) < percent
}

fn seconds(rng: &mut Rng, least: i64, most: i64) -> SignedDuration {
    SignedDuration::from_secs(rng.i64(least..most))
}
