//! Reads regions, ways to tell people and grants anew while the server runs. All of it counts, or nothing does.

use std::fs;
use std::sync::Arc;

use cineportal_regions::{CurrentRegions, Difference, RegionId, Regions};
use futures::{Stream, StreamExt, stream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::base::Base;
use crate::access::Door;
use crate::check::{self, Faults, Files};
use crate::clock;
use crate::config::ServeConfig;
use crate::fleet;
use crate::notify::Channels;
use crate::series;
use crate::sources::exporter::Exporter;
use crate::telemetry::Metrics;
use crate::watch::Watch;

/// What was made of the files, so that it has to be made anew.
pub(super) struct Made {
    pub(super) channels: watch::Sender<Channels>,
    pub(super) exporters: watch::Sender<Vec<Exporter>>,
    pub(super) series: Arc<series::Reader>,
    pub(super) watch: Arc<Watch>,
}

/// Reads the files anew, and hands what they say to whoever made something of it.
pub(super) struct Reloader {
    config: Arc<ServeConfig>,
    /// The file of settings as it was when the server started.
    settings: Option<String>,
    regions: Arc<CurrentRegions>,
    door: Arc<Door>,
    metrics: Arc<Metrics>,
    made: Made,
}

/// What the files say, ready to count.
struct Next {
    regions: Arc<Regions>,
    door: Door,
    channels: Channels,
    exporters: Vec<Exporter>,
    upstreams: series::Upstreams,
}

impl Reloader {
    pub(super) fn new(base: &Base, config: &ServeConfig, made: Made) -> Self {
        Self {
            config: Arc::new(config.clone()),
            settings: settings(config),
            regions: Arc::clone(&base.regions),
            door: Arc::clone(&base.door),
            metrics: Arc::clone(&base.metrics),
            made,
        }
    }

    /// Reads the files whenever that is asked for, until told to stop.
    pub(super) async fn run(self, requests: impl Stream<Item = ()> + Send, stop: CancellationToken) {
        let mut requests = std::pin::pin!(requests);
        let reloading = async {
            while requests.next().await.is_some() {
                self.reload().await;
            }
        };
        stop.run_until_cancelled(reloading).await;
        // The server stops when somebody asks it to, not when nobody can ask for a reload any more.
        stop.cancelled().await;
    }

    async fn reload(&self) {
        match self.read().await {
            Ok(next) => {
                self.take(next);
                self.metrics.reloads.count_done(clock::now());
            }
            Err(faults) => {
                self.metrics.reloads.count_refused();
                let told = faults.lines().join("; ");
                tracing::error!(
                    faults = faults.lines().len(),
                    "the regions were not reloaded, and everything goes on as it was: {told}"
                );
            }
        }
    }

    async fn read(&self) -> Result<Next, Faults> {
        let config = Arc::clone(&self.config);
        let files = tokio::task::spawn_blocking(move || check::files(&config)).await;
        let Files { regions, door, channels } = files.map_err(|error| Faults::one(&error))??;
        let regions = Arc::new(regions);
        let exporters =
            fleet::exporters(&self.config.sources.exporter, &regions).map_err(|error| Faults::one(&error))?;
        let upstreams = self.made.series.prepare(&regions).map_err(|error| Faults::one(&error))?;
        Ok(Next { regions, door, channels, exporters, upstreams })
    }

    /// What is needed by others comes first: a new route finds its channel, a new region is listened to.
    fn take(&self, next: Next) {
        let difference = next.regions.difference_to(&self.regions.now());
        self.made.channels.send_replace(next.channels);
        let is_all_taken = self.door.take_grants_of(next.door);
        if !difference.is_empty() {
            self.made.watch.begin_to_hear(&difference.added);
            self.made.series.adopt(next.upstreams);
            self.regions.replace(Arc::unwrap_or_clone(next.regions));
            self.made.exporters.send_replace(next.exporters);
        }
        tell(&difference);
        self.tell_of_restart(is_all_taken);
    }

    /// Says what was changed beside regions and is not taken before a restart.
    fn tell_of_restart(&self, is_access_taken: bool) {
        let takes_a_restart = |file: Option<&std::path::PathBuf>, what: &str| {
            let file = file.map(|file| file.display().to_string());
            tracing::warn!(file, "{what} was changed, which takes a restart");
        };
        if !is_access_taken {
            takes_a_restart(self.config.access.as_ref(), "more of the access file than its grants");
        }
        if settings(&self.config) != self.settings {
            takes_a_restart(self.config.config.as_ref(), "the file of settings");
        }
    }
}

/// One item each time that the process is told to read its files anew, by SIGHUP.
///
/// # Errors
/// If the signal cannot be listened for.
pub fn hangups() -> std::io::Result<impl Stream<Item = ()> + Send + 'static> {
    let hangup = signal(SignalKind::hangup())?;
    Ok(stream::unfold(hangup, |mut hangup| async move { hangup.recv().await.map(|()| ((), hangup)) }))
}

fn tell(difference: &Difference) {
    let list = |ids: &[RegionId]| ids.iter().map(RegionId::as_str).collect::<Vec<_>>().join(", ");
    let (added, removed, changed) =
        (list(&difference.added), list(&difference.removed), list(&difference.changed));
    tracing::info!(added, removed, changed, "the regions were reloaded");
    if !difference.removed.is_empty() {
        tracing::warn!(removed, "the incidents of regions that are gone are shown under unassigned");
    }
}

fn settings(config: &ServeConfig) -> Option<String> {
    fs::read_to_string(config.config.as_ref()?).ok()
}
