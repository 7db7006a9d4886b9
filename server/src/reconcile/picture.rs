//! What all sources together say in one round.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use cineportal_regions::Regions;
use jiff::Timestamp;

use super::Settings;
use crate::domain::alert::Alert;
use crate::domain::incident::{Incident, IncidentKey};
use crate::domain::reconcile::Firing;
use crate::domain::watch;
use crate::ingest::labels::{self, Told};
use crate::sources::{Answer, Asked, Kind, SourceAlert, Stage};

/// What all sources together know.
#[derive(Default)]
pub(super) struct Picture {
    /// What of ours still fires.
    pub(super) known: Firing,
    /// Alerts that an Alertmanager sends to us.
    routed: Vec<Alert>,
    /// Alerts of a Prometheus, on their way to an Alertmanager.
    unrouted: Vec<Alert>,
    /// Whether an Alertmanager answered.
    is_routed: bool,
    /// Whether every source answered and has been up for long enough.
    pub(super) is_whole: bool,
}

impl Picture {
    pub(super) fn of(asked: &[Asked], settings: &Settings, regions: &Regions, now: Timestamp) -> Self {
        let mut picture = Self { is_whole: true, ..Self::default() };
        for source in asked {
            match &source.answer {
                Ok(answer) => picture.add(source.kind, answer, settings, regions, now),
                Err(_) => picture.is_whole = false,
            }
        }
        picture
    }

    /// What fires there and not here. While an Alertmanager answers, it alone says what is for us. While
    /// none does, what a Prometheus knew in two rounds and no incident covers has been missed.
    pub(super) fn missed(&self, here: &[Arc<Incident>], unrouted_before: &mut HashSet<String>) -> Vec<Alert> {
        let firing: HashMap<&IncidentKey, Timestamp> =
            here.iter().map(|incident| (&incident.key, incident.occurrence_started_at)).collect();
        let is_here =
            |alert: &&Alert| firing.get(&alert.key).is_some_and(|started_at| *started_at >= alert.starts_at);
        let mut missed: Vec<Alert> = self.routed.iter().filter(|alert| !is_here(alert)).cloned().collect();
        let before = std::mem::take(unrouted_before);
        if self.is_routed {
            return missed;
        }
        let covered: HashSet<&str> =
            here.iter().flat_map(|incident| self.known.parts_of(&incident.labels)).collect();
        for alert in self.unrouted.iter().filter(|alert| !covered.contains(alert.key.fingerprint.as_str())) {
            unrouted_before.insert(alert.key.fingerprint.clone());
            missed.extend(before.contains(&alert.key.fingerprint).then(|| alert.clone()));
        }
        missed
    }

    fn add(&mut self, kind: Kind, answer: &Answer, settings: &Settings, regions: &Regions, now: Timestamp) {
        let is_settled = now.duration_since(answer.started_at) > settings.settle_time;
        self.is_whole &= is_settled;
        self.is_routed |= kind == Kind::Alertmanager;
        for told in &answer.alerts {
            let alert = alert(told, regions);
            if kind == Kind::Prometheus {
                self.known.add_partial(&alert.key.fingerprint, alert.labels.clone());
            }
            self.known.add_whole(alert.key.fingerprint.clone());
            if told.stage != Stage::Firing || watch::is_watchdog(&alert) {
                continue;
            }
            match kind {
                Kind::Alertmanager if is_for_us(told, settings) => self.routed.push(alert),
                // One that has only just started has not sent its alerts yet.
                Kind::Prometheus if is_settled => self.unrouted.push(alert),
                Kind::Alertmanager | Kind::Prometheus => {}
            }
        }
    }
}

fn is_for_us(told: &SourceAlert, settings: &Settings) -> bool {
    settings.receiver.as_ref().is_none_or(|receiver| told.receivers.contains(receiver))
}

fn alert(told: &SourceAlert, regions: &Regions) -> Alert {
    let told = Told {
        labels: &told.labels,
        annotations: &told.annotations,
        generator_url: &told.generator_url,
        starts_at: told.starts_at,
        ended_at: None,
    };
    labels::alert(told, regions)
}
