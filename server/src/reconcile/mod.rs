//! No orphans: compares incidents with what Alertmanagers and Prometheuses know, at start and in intervals.
//! Opens what we missed, closes what no longer fires; closes nothing on the word of a source that could
//! not know.

mod picture;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use cineportal_regions::CurrentRegions;
use jiff::SignedDuration;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use self::picture::Picture;
use crate::board::Board;
use crate::clock;
use crate::domain::alert::{self, Alert};
use crate::domain::change;
use crate::domain::incident::{Incident, IncidentKey, Status};
use crate::domain::reconcile::{Gone, Missed, Round};
use crate::feed::Feed;
use crate::ingest::writer::{Ingest, IngestError};
use crate::sources::{Kind, Sources};
use crate::store::{Outcome, Store, StoreError};
use crate::telemetry::Metrics;
use crate::watch::Watch;

/// How long the first round waits for the board.
const BOARD_PATIENCE: Duration = Duration::from_secs(10);
/// How many missed alerts are handed in at once.
const SUBMIT_ALERTS: usize = 512;
const ALL_STATUSES: [Status; 3] = [Status::Open, Status::InProgress, Status::Closed];

/// How to compare.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Time between two rounds.
    pub interval: Duration,
    /// How long a source must be up before it is believed that what it does not know is over.
    pub settle_time: SignedDuration,
    /// Only alerts for this receiver of an Alertmanager are missed here; `None`: all.
    pub receiver: Option<String>,
}

/// What comparing needs.
pub struct Reconciler {
    /// Who is asked.
    pub sources: Arc<Sources>,
    /// Who is told that a source answered.
    pub watch: Arc<Watch>,
    /// The regions, for the routing of alerts.
    pub regions: Arc<CurrentRegions>,
    /// What fires here.
    pub board: Arc<Board>,
    /// Whether the board can be trusted.
    pub feed: Arc<Feed>,
    /// Where incidents are closed.
    pub store: Arc<dyn Store>,
    /// Where missed alerts are handed in.
    pub ingest: Ingest,
    /// What the server tells about itself.
    pub metrics: Arc<Metrics>,
    /// How to compare.
    pub settings: Settings,
}

/// What one round leaves for the next.
#[derive(Default)]
struct Memory {
    missed: Missed,
    /// Alerts that only a Prometheus knows, by fingerprint.
    unrouted: HashSet<String>,
}

/// Why a round could not be finished.
#[derive(Debug, thiserror::Error)]
enum RoundError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("missed alerts could not be handed in: {0}")]
    Ingest(#[from] IngestError),
}

impl Reconciler {
    /// Compares until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        if self.sources.is_empty() {
            tracing::info!(
                "neither --alertmanager nor --prometheus is set: incidents are not compared with them"
            );
            return stop.cancelled().await;
        }
        let rounds = async {
            let _ = tokio::time::timeout(BOARD_PATIENCE, self.feed.until_live()).await;
            let mut ticks = tokio::time::interval(self.settings.interval);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let mut memory = Memory::default();
            loop {
                ticks.tick().await;
                if let Err(error) = self.round(&mut memory).await {
                    tracing::warn!(%error, "a comparison with the sources could not be finished; trying again");
                }
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = rounds => {}
        }
    }

    async fn round(&self, memory: &mut Memory) -> Result<(), RoundError> {
        let at = clock::now();
        let asked = self.sources.ask_all().await;
        for source in &asked {
            self.metrics.sources.note_up(&source.name, source.answer.is_ok());
            if source.answer.is_ok() {
                self.watch.hear_source(&source.name).await;
            }
        }
        self.metrics.sources.rounds.inc();
        // Without a board that follows the store, nothing is known of what fires here.
        if !self.feed.is_live() {
            *memory = Memory::default();
            return Ok(());
        }
        let picture = Picture::of(&asked, &self.settings, &self.regions.now(), at);
        let firing = self.firing_here()?;
        let missed = picture.missed(&firing, &mut memory.unrouted);
        self.open(missed).await?;
        let round = Round {
            firing: &picture.known,
            is_whole: picture.is_whole,
            knows_nameless: asked.iter().any(|source| source.kind == Kind::Alertmanager),
            at,
        };
        let gone = memory.missed.compare(firing.iter().map(Arc::as_ref), &round);
        Ok(self.close(gone).await?)
    }

    fn firing_here(&self) -> Result<Vec<Arc<Incident>>, StoreError> {
        let mut incidents = self.board.select(|_| true, &ALL_STATUSES, clock::now())?;
        incidents.retain(|incident| incident.is_firing());
        Ok(incidents)
    }

    /// Hands in what fires there and is not known here.
    async fn open(&self, missed: Vec<Alert>) -> Result<(), RoundError> {
        let keys: Vec<IncidentKey> = missed.iter().map(|alert| alert.key.clone()).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let newest = self.store.newest(&keys).await?;
        let newest: HashMap<&IncidentKey, &Incident> =
            newest.iter().map(|incident| (&incident.key, incident)).collect();
        let news: Vec<Alert> =
            missed.into_iter().filter(|alert| is_news(alert, newest.get(&alert.key).copied())).collect();
        for some in news.chunks(SUBMIT_ALERTS) {
            self.ingest.submit(some.to_vec(), None).await?;
            self.metrics.sources.opened.inc_by(some.len() as u64);
            tracing::info!(alerts = some.len(), "alerts that fired at a source were not known here");
        }
        Ok(())
    }

    /// Ends what no source knows any more. Whoever changed an incident meanwhile is right: it is looked at
    /// again in the next round.
    async fn close(&self, gone: Vec<Gone>) -> Result<(), StoreError> {
        let (now, regions) = (clock::now(), self.regions.now());
        let mut ended = Vec::new();
        for gone in gone {
            let Some(stored) = self.store.incident(&gone.id).await? else { continue };
            if stored.occurrence_started_at != gone.occurrence_started_at {
                continue;
            }
            let region = regions.home(&stored.key.region);
            let next = alert::end_at_source(&stored, gone.since, region.close, now);
            ended.extend(next.map(|next| change::seal(Some(&stored), next, region, now)));
        }
        if ended.is_empty() {
            return Ok(());
        }
        let outcomes = self.store.commit(&ended).await?;
        let written = outcomes.iter().filter(|outcome| **outcome == Outcome::Written).count();
        self.metrics.sources.closed.inc_by(written as u64);
        tracing::info!(incidents = written, "alerts that fired here are gone from all sources");
        Ok(())
    }
}

/// Whether an alert that fires says something new of the newest incident of its key.
fn is_news(alert: &Alert, newest: Option<&Incident>) -> bool {
    newest.is_none_or(|newest| {
        newest.occurrence_started_at < alert.starts_at
            || (newest.occurrence_started_at == alert.starts_at && newest.end_is_inferred)
    })
}
