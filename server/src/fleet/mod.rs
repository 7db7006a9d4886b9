//! The fleet as the exporters tell it, in memory: which machines there are, what was read of them, and when
//! their next show is. An exporter that fails keeps its last good reading; every answer says how old it is,
//! and why.

mod exporter;
mod known;
mod merged;
mod opening;
mod poll;
mod reading;
mod setup;
mod shows;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use cineportal_regions::RegionId;
use jiff::Timestamp;
use tokio::sync::watch;

pub use self::known::{Known, MachineCounts, NextShow};
pub use self::poll::Poller;
pub use self::setup::{ExporterSetupError, exporters};

use self::exporter::{Exporter, Failing, why_unknown};
use self::merged::{At, Listed, Merged};
use self::reading::Reading;
use crate::domain::incident::Place;
use crate::domain::machine::Machine;
use crate::domain::triage;
use crate::domain::watch::ExporterState;
use crate::sources::exporter::{Exporter as Source, ExporterReading};

/// What all exporters together tell; of a machine that several list, the newest reading.
pub struct Fleet {
    state: RwLock<State>,
    updates: watch::Sender<()>,
    version: AtomicU64,
}

#[derive(Default)]
struct State {
    exporters: Vec<Exporter>,
    merged: Merged,
}

impl Fleet {
    /// A fleet of these exporters, none of which was read yet.
    pub fn new<'a>(exporters: impl IntoIterator<Item = &'a Source>) -> Self {
        let exporter = |source: &Source| Exporter {
            name: source.name(),
            own: source.coverage().own().cloned(),
            ..Exporter::default()
        };
        Self::of(exporters.into_iter().map(exporter).collect())
    }

    fn of(exporters: Vec<Exporter>) -> Self {
        let state = State { exporters, ..State::default() };
        let (updates, version) = (watch::Sender::new(()), AtomicU64::new(0));
        Self { state: RwLock::new(state), updates, version }
    }

    /// These are the exporters from now on. What was read of one that stays is kept, as far as it may still tell it.
    fn adopt(&self, exporters: &[Source]) {
        self.change(|state| {
            let mut before = std::mem::take(&mut state.exporters);
            let mut known = |name: &str| {
                let at = before.iter().position(|exporter| exporter.name == name)?;
                Some(before.swap_remove(at))
            };
            let adopted = exporters.iter().map(|source| {
                let (name, own) = (source.name(), source.coverage().own().cloned());
                let known = known(&name).unwrap_or_default();
                Exporter { name, ..known }.speaking_for(own)
            });
            state.exporters = adopted.collect();
            state.merged = Merged::new(&state.exporters);
        });
    }

    /// Changes whenever an exporter was read.
    pub fn updates(&self) -> watch::Receiver<()> {
        self.updates.subscribe()
    }

    /// Moves with every reading; what is read later is at least as new.
    pub fn version(&self) -> u64 {
        let _reading = self.read();
        self.version.load(Ordering::Relaxed)
    }

    /// The machine with this id, as the newest reading tells it.
    pub fn machine(&self, id: &str, now: Timestamp) -> Option<Known> {
        let state = self.read();
        let listed = state.merged.machines_at(At::Machine(id)).next()?;
        let exporter = state.exporters.get(listed.exporter)?;
        Known::new(listed, exporter, exporter.why_stale(now).map(Into::into))
    }

    /// All machines of the wanted regions, in the order of lists.
    pub fn select(&self, wanted: impl Fn(&Machine) -> bool, now: Timestamp) -> Vec<Known> {
        let state = self.read();
        let exporters = state.exporters.iter();
        let exporters: Vec<_> =
            exporters.map(|exporter| (exporter, exporter.why_stale(now).map(Into::into))).collect();
        let wanted = state.merged.machines().iter().filter(|listed| wanted(&listed.machine));
        let known = |listed: &Listed| {
            let (exporter, error) = exporters.get(listed.exporter)?;
            Known::new(listed, exporter, error.clone())
        };
        wanted.filter_map(known).collect()
    }

    /// How many machines of the wanted regions there are, and how they are.
    pub fn counts(&self, wanted: impl Fn(&RegionId) -> bool, now: Timestamp) -> MachineCounts {
        MachineCounts::of(&self.select(|machine| wanted(&machine.region), now))
    }

    /// Why no exporter tells of this machine, in a sentence.
    pub fn why_unknown(&self, id: &str) -> String {
        why_unknown(&self.read().exporters, &[Some(At::Machine(id))])
    }

    /// How each exporter is.
    pub fn exporters(&self, now: Timestamp) -> Vec<ExporterState> {
        self.read().exporters.iter().map(|exporter| exporter.state(now)).collect()
    }

    /// How many machines are known.
    pub fn machines(&self) -> usize {
        self.read().merged.machines().len()
    }

    /// The next show at a place: of its machine; if that is not known, of its screen; else the earliest one
    /// of its cinema.
    pub fn next_show(&self, place: &Place, now: Timestamp) -> NextShow {
        self.next_show_among(place, now, |_| true)
    }

    /// The same, as if only these regions had machines.
    pub fn next_show_among(
        &self,
        place: &Place,
        now: Timestamp,
        is_among: impl Fn(&RegionId) -> bool,
    ) -> NextShow {
        let state = self.read();
        let ids = ids(place);
        let known = ids.iter().flatten().find_map(|at| state.known_show(*at, now, &is_among));
        let unknown = || NextShow { error: Some(why_unknown(&state.exporters, &ids)), ..NextShow::default() };
        known.unwrap_or_else(unknown)
    }

    /// The IANA time zone of the cinema at a place, if an exporter tells it.
    pub fn time_zone(&self, place: &Place) -> Option<String> {
        let state = self.read();
        let mut machines = ids(place).into_iter().flatten().flat_map(|at| state.merged.machines_at(at));
        machines.find_map(|listed| listed.machine.time_zone.clone())
    }

    fn take(&self, exporter: usize, told: ExporterReading, now: Timestamp) {
        self.change(|state| {
            if let Some(exporter) = state.exporters.get_mut(exporter) {
                exporter.reading = Some(Reading::new(told, exporter.reading.as_ref(), now));
                (exporter.answered_at, exporter.failing) = (Some(now), None);
            }
            state.merged = Merged::new(&state.exporters);
        });
    }

    /// Notes that an exporter could not be read; answers whether that is news.
    fn fail(&self, exporter: usize, reason: String, now: Timestamp) -> bool {
        self.change(|state| {
            let Some(exporter) = state.exporters.get_mut(exporter) else { return false };
            let since = exporter.failing.as_ref().map(|failing| failing.since);
            exporter.failing = Some(Failing { since: since.unwrap_or(now), reason });
            since.is_none()
        })
    }

    fn is_failing(&self, exporter: usize) -> bool {
        self.read().exporters.get(exporter).is_some_and(|exporter| exporter.failing.is_some())
    }

    /// When the last good reading of an exporter was true, and how many machines it left out.
    fn last_reading(&self, exporter: usize) -> Option<(Timestamp, usize)> {
        let state = self.read();
        let reading = state.exporters.get(exporter)?.reading.as_ref()?;
        Some((reading.as_of, reading.foreign))
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut state);
        self.version.fetch_add(1, Ordering::Relaxed);
        drop(state);
        self.updates.send_replace(());
        changed
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The earliest show that the machines there have, each as its newest reading tells it.
    fn known_show(
        &self,
        at: At<'_>,
        now: Timestamp,
        is_among: &impl Fn(&RegionId) -> bool,
    ) -> Option<NextShow> {
        let (at, as_of, exporter) = self.first_show(at, now, is_among)?;
        Some(NextShow { at, as_of: Some(as_of), error: exporter.why_stale(now) })
    }

    /// The same without words: the show, when that was true, and who told it.
    fn first_show(
        &self,
        at: At<'_>,
        now: Timestamp,
        is_among: &impl Fn(&RegionId) -> bool,
    ) -> Option<(Option<Timestamp>, Timestamp, &Exporter)> {
        let there = self.merged.machines_at(at).filter(|listed| is_among(&listed.machine.region));
        let there = there.filter_map(|listed| {
            let exporter = self.exporters.get(listed.exporter)?;
            let show = listed.machine.next_show.filter(|show| triage::counts(*show, now));
            Some((show, exporter.reading.as_ref()?.as_of, exporter))
        });
        // Those without a show come last; of those, the newest reading answers.
        there.min_by_key(|(show, as_of, _)| (show.is_none(), *show, std::cmp::Reverse(*as_of)))
    }
}

/// Where to look for what concerns this place, the closest first.
fn ids(place: &Place) -> [Option<At<'_>>; 3] {
    [
        place.machine_id.as_deref().map(At::Machine),
        place.screen.as_ref().map(|screen| At::Screen(&screen.id)),
        place.cinema.as_ref().map(|cinema| At::Cinema(&cinema.id)),
    ]
}

#[cfg(test)]
mod tests;
