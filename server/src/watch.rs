//! What this server hears of: the watchdog of each region, and the sources. Kept in memory, and in the
//! store, so that a restarted server does not start out green and several servers hear with all their ears.

mod listening;
mod measured;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cineportal_regions::{RegionId, UNASSIGNED};
use jiff::{SignedDuration, Timestamp};

use self::listening::Listening;
use crate::clock;
use crate::domain::alert::Alert;
use crate::domain::watch::{Beat, ExporterState, Heartbeat, Sight};
use crate::sources::Sources;
use crate::store::{Store, StoreError};
use crate::telemetry::Metrics;

/// What people call the first source of a region.
const WATCHDOG: &str = "watchdog";
/// Signs of life of one thing are stored no more often than this.
const STORE_INTERVAL: SignedDuration = SignedDuration::from_secs(10);
/// And at least so many times within the silence that is allowed.
const STORED_PER_SILENCE: i32 = 4;

/// For how long things may be silent.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The watchdog of a region.
    pub watchdog: SignedDuration,
    /// An Alertmanager or Prometheus, which is asked in intervals.
    pub source: SignedDuration,
    /// An exporter, which is read in others.
    pub exporter: SignedDuration,
}

/// Who was heard of, and when.
pub struct Watch {
    store: Arc<dyn Store>,
    sources: Arc<Sources>,
    metrics: Arc<Metrics>,
    /// `None`: no region is ever blind.
    patience: Option<Patience>,
    listening: Listening,
    /// The regions of which it is shown how long they are silent.
    measured: Mutex<BTreeSet<RegionId>>,
    known: Mutex<BTreeMap<String, Known>>,
    exporters: Mutex<Vec<ExporterState>>,
}

/// A heartbeat in memory, and what of it is stored.
#[derive(Clone, Copy, Default)]
struct Known {
    heard: Heartbeat,
    stored: Heartbeat,
}

/// One source of a region's readings, and how it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What it is called.
    pub name: String,
    /// How it is.
    pub state: SourceState,
    /// When it was last heard of.
    pub as_of: Option<Timestamp>,
    /// What is wrong with it, in a sentence.
    pub error: Option<String>,
}

/// How a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceState {
    /// It answers, or was heard in time.
    Ok,
    /// It was asked and did not answer as it should.
    Failing,
    /// It should have been heard, and was not.
    Silent,
    /// It was neither asked nor heard yet.
    Unknown,
}

impl Watch {
    /// Begins to listen.
    pub fn new(
        store: Arc<dyn Store>,
        sources: Arc<Sources>,
        metrics: Arc<Metrics>,
        patience: Option<Patience>,
    ) -> Self {
        Self {
            store,
            sources,
            metrics,
            patience,
            listening: Listening::begin(clock::now()),
            measured: Mutex::default(),
            known: Mutex::default(),
            exporters: Mutex::default(),
        }
    }

    /// Begins to listen to regions that were not there before: they are not silent since the server was started.
    pub fn begin_to_hear(&self, regions: &[RegionId]) {
        regions.iter().for_each(|region| self.listening.add(region.as_str(), clock::now()));
    }

    /// Takes in the watchdog alerts of one webhook. A region with several of them lives while one fires.
    pub async fn hear(&self, beats: &[Beat]) {
        let mut lives: BTreeMap<&RegionId, bool> = BTreeMap::new();
        for beat in beats.iter().filter(|beat| beat.region.as_str() != UNASSIGNED) {
            *lives.entry(&beat.region).or_default() |= beat.fires;
        }
        for (region, lives) in lives {
            let now = Some(clock::now());
            let heartbeat = match lives {
                true => Heartbeat { heard_at: now, lost_at: None },
                false => Heartbeat { heard_at: None, lost_at: now },
            };
            self.note(region.as_str(), heartbeat).await;
        }
    }

    /// A source answered.
    pub async fn hear_source(&self, name: &str) {
        self.note(name, Heartbeat { heard_at: Some(clock::now()), lost_at: None }).await;
    }

    /// Takes in how the exporters are. One that answers with old readings is not heard of.
    pub async fn hear_exporters(&self, exporters: Vec<ExporterState>) {
        for exporter in exporters.iter().filter(|exporter| exporter.error.is_none()) {
            if exporter.answered_at.is_some() {
                self.note(&exporter.name, Heartbeat { heard_at: exporter.answered_at, lost_at: None }).await;
            }
        }
        let mut before = self.lock_exporters();
        let is_new = |exporter: &&ExporterState| before.iter().all(|known| known.name != exporter.name);
        exporters.iter().filter(is_new).for_each(|exporter| self.listening.add(&exporter.name, clock::now()));
        *before = exporters;
    }

    /// Learns what other servers heard, and this one before it was restarted.
    ///
    /// # Errors
    /// What the store says.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let stored = self.store.heartbeats().await?;
        let mut known = self.lock();
        for (name, stored) in stored {
            let entry = known.entry(name).or_default();
            entry.heard = entry.heard.merge(stored);
            entry.stored = entry.stored.merge(stored);
        }
        Ok(())
    }

    /// Whether an Alertmanager is not to be believed that this alert is over. When a Prometheus falls silent,
    /// an Alertmanager lets its alerts run out some minutes later, and tells that as their end.
    pub fn doubts_end(&self, alert: &Alert) -> bool {
        let Some(ended_at) = alert.ended_at else { return false };
        let failing = self.sources.failing_prometheuses();
        let known = self.lock();
        let heard_at = |name: &String| known.get(name).and_then(|known| known.heard.heard_at);
        failing.iter().filter_map(heard_at).any(|heard_at| heard_at < ended_at)
    }

    /// How well this region is seen; `unassigned` is no place that could be looked at.
    pub fn sight(&self, region: &RegionId, now: Timestamp) -> Sight {
        let Some(patience) = self.patience.filter(|_| region.as_str() != UNASSIGNED) else {
            return Sight::Clear;
        };
        let sight = |name: &str, silence| {
            Sight::of(
                self.lock().get(name).copied().unwrap_or_default().heard,
                self.listening.since(name),
                silence,
                now,
            )
        };
        let sources = self.sources.last().into_iter().map(|(name, _)| name);
        let exporters = self.exporters_of(region).into_iter().map(|exporter| exporter.name);
        let sources = sources.map(|name| sight(&name, patience.source));
        let exporters = exporters.map(|name| sight(&name, patience.exporter));
        sources.chain(exporters).fold(sight(region.as_str(), patience.watchdog), Sight::and)
    }

    /// Where this region's readings come from, and how each of them is.
    pub fn sources(&self, region: &RegionId, now: Timestamp) -> Vec<Source> {
        let mut all = Vec::new();
        all.extend(self.watchdog(region, now));
        let asked = self.sources.last().into_iter().map(|(name, last)| (name, last.answered_at, last.error));
        let exporters = self.exporters_of(region).into_iter();
        let exporters = exporters.map(|exporter| (exporter.name, exporter.answered_at, exporter.error));
        all.extend(asked.chain(exporters).map(|(name, as_of, error)| {
            let state = match (&error, as_of) {
                (Some(_), _) => SourceState::Failing,
                (None, Some(_)) => SourceState::Ok,
                (None, None) => SourceState::Unknown,
            };
            Source { name, state, as_of, error }
        }));
        all
    }

    fn watchdog(&self, region: &RegionId, now: Timestamp) -> Option<Source> {
        let patience = self.patience.filter(|_| region.as_str() != UNASSIGNED)?;
        let heartbeat = self.lock().get(region.as_str()).copied().unwrap_or_default().heard;
        let (state, error) =
            match Sight::of(heartbeat, self.listening.since(region.as_str()), patience.watchdog, now) {
                Sight::Clear => (SourceState::Ok, None),
                _ if heartbeat == Heartbeat::default() => (SourceState::Unknown, None),
                _ if heartbeat.is_lost() => (SourceState::Silent, Some("its alert is resolved")),
                _ => (SourceState::Silent, Some("its alert no longer comes")),
            };
        let error = error.map(str::to_owned);
        Some(Source { name: WATCHDOG.to_owned(), state, as_of: heartbeat.heard_at, error })
    }

    async fn note(&self, name: &str, heartbeat: Heartbeat) {
        let Some(unstored) = self.take_in(name, heartbeat) else { return };
        if let Err(error) = self.store.note_heartbeat(name, heartbeat).await {
            tracing::warn!(name, %error, "a sign of life could not be stored");
            self.lock().entry(name.to_owned()).or_default().stored = unstored;
        }
    }

    /// Keeps it in memory. If it must be stored, answers what was stored before it.
    fn take_in(&self, name: &str, heartbeat: Heartbeat) -> Option<Heartbeat> {
        let mut known = self.lock();
        let entry = known.entry(name.to_owned()).or_default();
        entry.heard = entry.heard.merge(heartbeat);
        let before = entry.stored;
        let turns = entry.heard.is_lost() != before.is_lost();
        let (Some(heard_at), Some(stored_at)) = (heartbeat.heard_at, before.heard_at) else {
            entry.stored = before.merge(heartbeat);
            return Some(before);
        };
        if !turns && heard_at.duration_since(stored_at) < self.store_interval() {
            return None;
        }
        entry.stored = before.merge(heartbeat);
        Some(before)
    }

    fn store_interval(&self) -> SignedDuration {
        let often = self.patience.map(|patience| patience.watchdog / STORED_PER_SILENCE);
        often.map_or(STORE_INTERVAL, |often| often.min(STORE_INTERVAL))
    }

    fn exporters_of(&self, region: &RegionId) -> Vec<ExporterState> {
        let exporters = self.lock_exporters();
        exporters.iter().filter(|exporter| exporter.concerns(region)).cloned().collect()
    }

    fn lock_exporters(&self) -> MutexGuard<'_, Vec<ExporterState>> {
        self.exporters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
