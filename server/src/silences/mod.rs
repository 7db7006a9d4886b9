//! Silences in memory: every list asks of every incident whether it is muted. One task reads them from the
//! store again and again; what this server writes is known here at once. While the store is away, what was
//! read last goes on.

mod change;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use cineportal_regions::{CurrentRegions, RegionId};
use futures::Stream;
use futures::stream;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Mutex, broadcast};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

pub use change::SilenceError;

use crate::clock;
use crate::domain::incident::Incident;
use crate::domain::silence::{Mute, Silence, SilenceId, muted};
use crate::store::{Store, StoreError};

/// How long a silence that is over is still shown.
pub const PAST_WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How often the store is read, for what other servers wrote.
const READ_INTERVAL: Duration = Duration::from_secs(2);
/// How many changes a slow listener may be behind before it is told of all at once.
const LISTENER_LAG: usize = 64;

/// When the next show is where an incident is, as far as it is known.
pub type NextShow = Box<dyn Fn(&Incident) -> Option<Timestamp> + Send + Sync>;

/// The silences of all regions.
pub struct Silences {
    store: Arc<dyn Store>,
    regions: Arc<CurrentRegions>,
    next_show: NextShow,
    known: RwLock<Known>,
    /// Taken from the store's answer until it is in `known`, so that no older answer replaces a newer one.
    turn: Mutex<()>,
    changes: broadcast::Sender<RegionId>,
}

/// What is known, and since when.
#[derive(Default)]
struct Known {
    as_of: Option<Timestamp>,
    silences: BTreeMap<SilenceId, Arc<Silence>>,
    /// As listeners were told last: each silence with its version, and whether it mutes.
    told: BTreeSet<(RegionId, SilenceId, u64, bool)>,
    /// Moves whenever listeners are told.
    version: u64,
}

impl Silences {
    /// Silences that are not read yet; [`Self::run`] reads them.
    pub fn new(store: Arc<dyn Store>, regions: Arc<CurrentRegions>, next_show: NextShow) -> Self {
        let (changes, _) = broadcast::channel(LISTENER_LAG);
        Self { store, regions, next_show, known: RwLock::default(), turn: Mutex::default(), changes }
    }

    /// When the store was last read; `None`: never yet, and nothing is muted.
    pub fn as_of(&self) -> Option<Timestamp> {
        self.read().as_of
    }

    /// Moves whenever a silence changes, begins or ends; what is read later is at least as new.
    pub fn version(&self) -> u64 {
        self.read().version
    }

    /// Whether people are left in peace about an incident at this time, and why. Asks nobody: it is answered
    /// from what was read last.
    pub fn mute_of(&self, incident: &Incident, now: Timestamp) -> Option<Mute> {
        let known = self.read();
        let silences = known.silences.values().map(AsRef::as_ref);
        let regions = self.regions.now();
        let region = regions.home(&incident.key.region);
        muted(incident, region, silences, || (self.next_show)(incident), now)
    }

    /// All silences of a region, in no particular order, as they were read last.
    pub fn of_region(&self, region: &RegionId) -> Vec<Arc<Silence>> {
        let known = self.read();
        known.silences.values().filter(|silence| silence.region == *region).cloned().collect()
    }

    /// A silence as it was read last.
    pub fn silence(&self, id: &SilenceId) -> Option<Arc<Silence>> {
        self.read().silences.get(id).cloned()
    }

    /// Reads the store now.
    ///
    /// # Errors
    /// [`StoreError`]; what was known stays known.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        let now = clock::now();
        let silences = self.store.silences(now - PAST_WINDOW).await?;
        let silences = silences.into_iter().map(|silence| (silence.id.clone(), Arc::new(silence)));
        {
            let mut known = self.write();
            known.silences = silences.collect();
            known.as_of = Some(now);
        }
        self.tell();
        Ok(())
    }

    /// The regions whose silences change, begin or end from now on. Whoever reads too slowly gets `None`:
    /// it may have been any.
    pub fn changes(&self) -> impl Stream<Item = Option<RegionId>> + Send + use<> {
        stream::unfold(self.changes.subscribe(), |mut changes| async move {
            match changes.recv().await {
                Ok(region) => Some((Some(region), changes)),
                Err(broadcast::error::RecvError::Lagged(_)) => Some((None, changes)),
                Err(broadcast::error::RecvError::Closed) => None,
            }
        })
    }

    /// Reads the store again and again until told to stop.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(READ_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut away = false;
        loop {
            let result = tokio::select! {
                () = stop.cancelled() => return,
                result = async { ticks.tick().await; self.refresh().await } => result,
            };
            match &result {
                Err(error) if !away => {
                    tracing::error!(%error, "silences cannot be read; the last known go on");
                }
                Ok(()) if away => tracing::info!("silences are read again"),
                Ok(()) | Err(_) => {}
            }
            away = result.is_err();
            if away {
                // Windows begin and end also while the store is away.
                self.tell();
            }
        }
    }

    /// Tells listeners of which regions silences changed, began or ended since they were told last.
    fn tell(&self) {
        let now = clock::now();
        let mut known = self.write();
        let mutes = |silence: &Silence| silence.active_window(now).is_some();
        let told = known
            .silences
            .values()
            .map(|silence| (silence.region.clone(), silence.id.clone(), silence.version, mutes(silence)));
        let told = told.collect();
        let before = std::mem::replace(&mut known.told, told);
        let changed: BTreeSet<&RegionId> =
            before.symmetric_difference(&known.told).map(|(region, ..)| region).collect();
        for region in &changed {
            // Nobody listening is no fault.
            let _ = self.changes.send((*region).clone());
        }
        known.version += u64::from(!changed.is_empty());
    }

    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}
