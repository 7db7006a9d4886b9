//! The fleet as the exporters tell it, in memory: which machines there are, and when their next show is.
//! An exporter that fails keeps its last good reading; every answer says how old it is, and why.

mod poll;
mod reading;
mod shows;

use std::collections::{BTreeMap, HashSet};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

pub use self::poll::Poller;
use self::reading::Reading;
use crate::domain::incident::Place;
use crate::domain::machine::Machine;
use crate::domain::triage;
use crate::domain::watch::ExporterState;
use crate::sources::exporter::ExporterReading;

/// Older values are stale, also if the exporter answers: then its cloud does not. It asks every 5 minutes.
const STALE_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// What all exporters together tell; of a machine that several list, the newest reading.
pub struct Fleet {
    exporters: RwLock<Vec<Exporter>>,
    updates: watch::Sender<()>,
}

/// When the next show at a place is, and how far that can be trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextShow {
    /// When it begins; `None` where none is planned, or none is known.
    pub at: Option<Timestamp>,
    /// When that was true; `None` where nothing was ever read about the place.
    pub as_of: Option<Timestamp>,
    /// Why it is not known, or older than it should be, in one sentence.
    pub error: Option<String>,
}

/// A machine, and when that was true.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The machine.
    pub machine: Machine,
    /// When its exporter read it.
    pub as_of: Timestamp,
}

#[derive(Default)]
struct Exporter {
    name: String,
    reading: Option<Reading>,
    answered_at: Option<Timestamp>,
    failing: Option<Failing>,
}

struct Failing {
    since: Timestamp,
    reason: String,
}

impl Fleet {
    /// A fleet of exporters with these names, none of which was read yet.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        let exporters = names.into_iter().map(|name| Exporter { name, ..Exporter::default() }).collect();
        Self { exporters: RwLock::new(exporters), updates: watch::Sender::new(()) }
    }

    /// Changes whenever an exporter was read.
    pub fn updates(&self) -> watch::Receiver<()> {
        self.updates.subscribe()
    }

    /// The machine with this id, as the newest reading tells it.
    pub fn machine(&self, id: &str) -> Option<Known> {
        let exporters = self.read();
        let readings = exporters.iter().filter_map(|exporter| exporter.reading.as_ref());
        let known = readings.filter_map(|reading| Some((reading.as_of, reading.machine(id)?)));
        let newest = known.max_by_key(|(as_of, _)| *as_of);
        newest.map(|(as_of, machine)| Known { machine: machine.clone(), as_of })
    }

    /// How each exporter is.
    pub fn exporters(&self, now: Timestamp) -> Vec<ExporterState> {
        let exporters = self.read();
        let state = |exporter: &Exporter| ExporterState {
            name: format!("exporter {}", exporter.name),
            regions: exporter.reading.as_ref().map(Reading::regions),
            answered_at: exporter.answered_at,
            error: exporter.why_stale(now),
        };
        exporters.iter().map(state).collect()
    }

    /// How many machines are known.
    pub fn machines(&self) -> usize {
        let exporters = self.read();
        let readings = exporters.iter().filter_map(|exporter| exporter.reading.as_ref());
        readings.flat_map(Reading::ids).collect::<HashSet<_>>().len()
    }

    /// The next show at a place: of its machine; if that is not known, of its screen; else the earliest one
    /// of its cinema.
    pub fn next_show(&self, place: &Place, now: Timestamp) -> NextShow {
        let exporters = self.read();
        let ids = ids(place);
        let known = ids.iter().flatten().find_map(|at| known_show(&exporters, *at, now));
        known
            .unwrap_or_else(|| NextShow { error: Some(why_unknown(&exporters, &ids)), ..NextShow::default() })
    }

    /// The IANA time zone of the cinema at a place, if an exporter tells it.
    pub fn time_zone(&self, place: &Place) -> Option<String> {
        let exporters = self.read();
        let readings = || exporters.iter().filter_map(|exporter| exporter.reading.as_ref());
        let machines =
            ids(place).into_iter().flatten().flat_map(|at| readings().flat_map(move |r| r.machines_at(at)));
        machines.filter_map(|machine| machine.time_zone.clone()).next()
    }

    fn take(&self, exporter: usize, reading: ExporterReading, now: Timestamp) {
        let reading = Reading::new(reading, now);
        self.change(exporter, |exporter| {
            (exporter.reading, exporter.answered_at, exporter.failing) = (Some(reading), Some(now), None);
        });
    }

    /// Notes that an exporter could not be read; answers whether that is news.
    fn fail(&self, exporter: usize, reason: String, now: Timestamp) -> bool {
        self.change(exporter, |exporter| {
            let since = exporter.failing.as_ref().map(|failing| failing.since);
            exporter.failing = Some(Failing { since: since.unwrap_or(now), reason });
            since.is_none()
        })
        .unwrap_or(false)
    }

    fn is_failing(&self, exporter: usize) -> bool {
        self.read().get(exporter).is_some_and(|exporter| exporter.failing.is_some())
    }

    fn as_of(&self, exporter: usize) -> Option<Timestamp> {
        self.read().get(exporter)?.reading.as_ref().map(|reading| reading.as_of)
    }

    fn change<T>(&self, exporter: usize, change: impl FnOnce(&mut Exporter) -> T) -> Option<T> {
        let mut exporters = self.exporters.write().unwrap_or_else(PoisonError::into_inner);
        let changed = exporters.get_mut(exporter).map(change);
        drop(exporters);
        self.updates.send_replace(());
        changed
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Exporter>> {
        self.exporters.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where to look.
#[derive(Clone, Copy)]
enum At<'a> {
    Machine(&'a str),
    Screen(&'a str),
    Cinema(&'a str),
}

/// Where to look for what concerns this place, the closest first.
fn ids(place: &Place) -> [Option<At<'_>>; 3] {
    [
        place.machine_id.as_deref().map(At::Machine),
        place.screen.as_ref().map(|screen| At::Screen(&screen.id)),
        place.cinema.as_ref().map(|cinema| At::Cinema(&cinema.id)),
    ]
}

/// The earliest show that the machines there have, each as its newest reading tells it.
fn known_show(exporters: &[Exporter], at: At<'_>, now: Timestamp) -> Option<NextShow> {
    let mut newest: BTreeMap<&str, (&Exporter, Timestamp, &Machine)> = BTreeMap::new();
    for exporter in exporters {
        let Some(reading) = &exporter.reading else { continue };
        for machine in reading.machines_at(at) {
            let known = newest.entry(&machine.id).or_insert((exporter, reading.as_of, machine));
            if reading.as_of > known.1 {
                *known = (exporter, reading.as_of, machine);
            }
        }
    }
    let show = |machine: &Machine| machine.next_show.filter(|show| triage::counts(*show, now));
    // Those without a show come last; of those, the newest reading answers.
    let first = newest.into_values().min_by_key(|(_, as_of, machine)| {
        let show = show(machine);
        (show.is_none(), show, std::cmp::Reverse(*as_of))
    });
    first.map(|(exporter, as_of, machine)| NextShow {
        at: show(machine),
        as_of: Some(as_of),
        error: exporter.why_stale(now),
    })
}

impl Exporter {
    fn why_stale(&self, now: Timestamp) -> Option<String> {
        let as_of = self.reading.as_ref().map(|reading| reading.as_of);
        let is_old = |as_of: &Timestamp| now.duration_since(*as_of) > STALE_AFTER;
        match (&self.failing, as_of.filter(is_old)) {
            (Some(failing), _) => Some(failing.sentence()),
            (None, Some(as_of)) => Some(format!(
                "CineExporter answers, but has not read its machines since {}",
                to_second(as_of)
            )),
            (None, None) => None,
        }
    }
}

impl Failing {
    fn sentence(&self) -> String {
        format!("CineExporter has failed since {}: {}", to_second(self.since), self.reason)
    }
}

fn why_unknown(exporters: &[Exporter], place: &[Option<At<'_>>]) -> String {
    let failing = || exporters.iter().find_map(|exporter| exporter.failing.as_ref());
    let is_unread = |exporter: &Exporter| exporter.reading.is_none();
    let reason = match failing() {
        _ if exporters.is_empty() => "no exporter is configured",
        _ if place.iter().flatten().next().is_none() => "the alert names no machine, screen or cinema",
        Some(failing) => return failing.sentence(),
        None if exporters.iter().any(is_unread) => "CineExporter has not been read yet",
        None => "no exporter lists this machine, screen or cinema",
    };
    reason.to_owned()
}

/// A time as a sentence holds it.
fn to_second(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

#[cfg(test)]
mod tests;
