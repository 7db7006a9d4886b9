//! Blind is not green: one incident in each region of which nothing is heard, for as long as that is so.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cineportal_regions::{CurrentRegions, Region, Regions, UNASSIGNED};
use cineportal_schema::labels::{ALERT_NAME, ERROR_ID, REGION, SEVERITY};
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use crate::clock;
use crate::domain::alert::Alert;
use crate::domain::incident::{Incident, IncidentKey, Severity};
use crate::domain::watch::{REGION_BLIND, Sight};
use crate::fleet::Fleet;
use crate::ingest::labels::{self, Told};
use crate::ingest::writer::{Ingest, IngestError};
use crate::store::{Store, StoreError};
use crate::watch::{SourceState, Watch};

/// How often to look at most, and how often within the silence that is allowed.
const MAX_INTERVAL: Duration = Duration::from_secs(5);
const LOOKS_PER_SILENCE: u32 = 4;

/// Opens and ends the incidents of blind regions.
pub struct BlindSpots {
    watch: Arc<Watch>,
    fleet: Arc<Fleet>,
    regions: Arc<CurrentRegions>,
    store: Arc<dyn Store>,
    ingest: Ingest,
    interval: Duration,
}

/// Why a look could not be finished.
#[derive(Debug, thiserror::Error)]
enum LookError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("what was seen could not be handed in: {0}")]
    Ingest(#[from] IngestError),
}

impl BlindSpots {
    /// Looks often enough to notice such a silence; must be [`run`](Self::run).
    pub fn new(
        watch: Arc<Watch>,
        fleet: Arc<Fleet>,
        regions: Arc<CurrentRegions>,
        store: Arc<dyn Store>,
        ingest: Ingest,
        silence: Option<SignedDuration>,
    ) -> Self {
        let silence = silence.map_or(MAX_INTERVAL, SignedDuration::unsigned_abs);
        let interval = (silence / LOOKS_PER_SILENCE).min(MAX_INTERVAL);
        Self { watch, fleet, regions, store, ingest, interval }
    }

    /// Looks until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let mut looks = tokio::time::interval(self.interval);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = looks.tick() => {}
            }
            let look = async {
                if let Err(error) = self.look().await {
                    tracing::warn!(%error, "blind regions could not be looked for; trying again");
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = look => {}
            }
        }
    }

    async fn look(&self) -> Result<(), LookError> {
        let now = clock::now();
        self.watch.hear_exporters(self.fleet.exporters(now)).await;
        self.watch.refresh().await?;
        let regions = self.regions.now();
        self.watch.measure(regions.iter().map(|region| region.id.clone()), now);
        let places = regions.iter().filter(|region| region.id.as_str() != UNASSIGNED);
        let alerts: Vec<(&Region, Alert)> =
            places.map(|region| (region, blindness(region, &regions, now))).collect();
        let keys: Vec<IncidentKey> = alerts.iter().map(|(_, alert)| alert.key.clone()).collect();
        let known = self.store.newest(&keys).await?;
        let news: Vec<Alert> = alerts
            .into_iter()
            .filter_map(|(region, alert)| {
                let newest = known.iter().find(|incident| incident.key == alert.key);
                let alert = self.explain(region, alert, now);
                tell(newest, self.watch.sight(&region.id, now), alert, now)
            })
            .collect();
        Ok(self.ingest.submit(news, None).await?)
    }

    /// Names what is not heard of.
    fn explain(&self, region: &Region, alert: Alert, now: Timestamp) -> Alert {
        let sources = self.watch.sources(&region.id, now).into_iter();
        let silent: Vec<String> = sources
            .filter(|source| source.state != SourceState::Ok)
            .map(|source| {
                source.error.map_or(source.name.clone(), |error| format!("{} ({error})", source.name))
            })
            .collect();
        let description = format!(
            "Faults in this region would not show here. Not heard of: {}. \
             Check that Prometheus, Alertmanager and CineExporter run, and that they reach this server.",
            silent.join(", ")
        );
        Alert { description, ..alert }
    }
}

/// What has to be told of a region, if anything: that it turned blind, or that it is seen again.
fn tell(newest: Option<&Incident>, sight: Sight, alert: Alert, now: Timestamp) -> Option<Alert> {
    let firing = newest.filter(|incident| incident.is_firing());
    match (sight, firing) {
        (Sight::Blind { since, alarming: true }, None) => {
            // A blindness that began before the end of the last one goes on where that ended.
            let ended_at = newest.and_then(|incident| incident.occurrence_ended_at);
            Some(Alert { starts_at: ended_at.map_or(since, |ended_at| ended_at.max(since)), ..alert })
        }
        (Sight::Clear, Some(incident)) => Some(Alert {
            starts_at: incident.occurrence_started_at,
            ended_at: Some(now),
            // What was not heard of stays to be read.
            description: incident.description.clone(),
            ..alert
        }),
        _ => None,
    }
}

/// The alert that this server itself raises; the same on every server.
fn blindness(region: &Region, regions: &Regions, now: Timestamp) -> Alert {
    let severity = Severity::Critical.name();
    let labels: BTreeMap<String, String> = [
        (ALERT_NAME, "RegionBlind"),
        (ERROR_ID, REGION_BLIND),
        (REGION, region.id.as_str()),
        (SEVERITY, severity),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let annotations = [("summary".to_owned(), "Monitoring is silent".to_owned())].into();
    let told = Told {
        labels: &labels,
        annotations: &annotations,
        generator_url: "",
        starts_at: now,
        ended_at: None,
    };
    let alert = labels::alert(told, regions);
    Alert { key: IncidentKey { region: region.id.clone(), ..alert.key.clone() }, ..alert }
}
