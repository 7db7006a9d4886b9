//! Reads series from the Prometheuses: each region's own, where it has one, else those of all regions.
//! Whoever asks for many machines at once causes one request, and one that fails spoils only its own.

mod answer;
mod batch;
mod gathered;
mod upstream;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use cineportal_regions::{RegionId, Regions};
use futures::future::join_all;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

pub use self::answer::{Answer, Warning};
use self::upstream::Upstream;
pub use self::upstream::{Seen, Settings};
use crate::config::SourceAddress;
use crate::domain::series::{Question, Series};
use crate::sources::guard::Clock;
use crate::sources::{Sources, WrongAddress};
use crate::telemetry::Metrics;

/// An address at which there cannot be a Prometheus. Does not tell it: it may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum BadUpstream {
    /// One of those of all regions.
    #[error(transparent)]
    Shared(#[from] WrongAddress),
    /// That of this region.
    #[error("the region {region}: upstreams.prometheus: {reason}")]
    Own {
        /// Which region names it.
        region: RegionId,
        /// What is wrong.
        reason: WrongAddress,
    },
}

/// Whether all regions that name a Prometheus of their own name one that can be asked.
///
/// # Errors
/// [`BadUpstream`].
pub fn check(sources: &Sources, regions: &Regions) -> Result<(), BadUpstream> {
    for (region, address) in own_addresses(regions) {
        sources.prometheus(address).map_err(|reason| BadUpstream::Own { region: region.clone(), reason })?;
    }
    Ok(())
}

/// Asks the Prometheuses for series.
pub struct Reader {
    all: Vec<Arc<Upstream>>,
    /// Those of all regions without one of their own.
    shared: Vec<Arc<Upstream>>,
    /// Those of regions that have one of their own.
    own: HashMap<RegionId, Vec<Arc<Upstream>>>,
    clock: Clock,
}

impl Reader {
    /// A reader of the Prometheuses at the `shared` addresses and of those that regions name; none is asked yet.
    ///
    /// # Errors
    /// [`BadUpstream`].
    pub fn new(
        sources: &Sources,
        shared: &[SourceAddress],
        regions: &Regions,
        settings: Settings,
        metrics: &Arc<Metrics>,
        clock: &Clock,
    ) -> Result<Self, BadUpstream> {
        // One that is named twice is one: it has one guard.
        let mut all: BTreeMap<String, Arc<Upstream>> = BTreeMap::new();
        let mut upstream = |address: &str| {
            if let Some(known) = all.get(address) {
                return Ok::<_, WrongAddress>(Arc::clone(known));
            }
            let source = sources.prometheus(address)?;
            let new = Arc::new(Upstream::new(source, settings, Arc::clone(metrics), Arc::clone(clock)));
            all.insert(address.to_owned(), Arc::clone(&new));
            Ok(new)
        };
        let shared = shared.iter().map(|address| upstream(address.as_str()));
        let shared = shared.collect::<Result<Vec<_>, WrongAddress>>()?;
        let mut own = HashMap::new();
        for (region, address) in own_addresses(regions) {
            let bad = |reason| BadUpstream::Own { region: region.clone(), reason };
            own.insert(region.clone(), vec![upstream(address).map_err(bad)?]);
        }
        let all = all.into_values().collect();
        Ok(Self { all, shared, own, clock: Arc::clone(clock) })
    }

    /// What was measured of one machine, by the Prometheuses of its region. Takes no longer than their deadline.
    pub async fn read(&self, region: &RegionId, machine: &str, question: Question) -> Answer {
        let upstreams = self.upstreams(region);
        let asked = upstreams.iter().map(|upstream| upstream.read(question, machine));
        let told = join_all(asked).await;
        Answer::of(told, Series::empty(question.grid((self.clock)())))
    }

    /// Whether this region has a Prometheus of its own.
    pub fn is_own(&self, region: &RegionId) -> bool {
        self.own.contains_key(region)
    }

    /// How the Prometheuses of a region answered the last time that something was asked of them.
    pub fn seen(&self, region: &RegionId) -> Vec<Seen> {
        self.upstreams(region).iter().map(|upstream| upstream.seen()).collect()
    }

    /// Sees every `interval` whether each Prometheus answers, also while nobody looks at charts, until told to
    /// stop.
    pub async fn run(self: Arc<Self>, interval: Duration, stop: CancellationToken) {
        let looking = async {
            let mut beat = tokio::time::interval(interval);
            beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                beat.tick().await;
                join_all(self.all.iter().map(Upstream::look)).await;
            }
        };
        stop.run_until_cancelled(looking).await;
    }

    fn upstreams(&self, region: &RegionId) -> &[Arc<Upstream>] {
        self.own.get(region).unwrap_or(&self.shared)
    }
}

/// The regions that name a Prometheus of their own, and where it is.
fn own_addresses(regions: &Regions) -> impl Iterator<Item = (&RegionId, &str)> {
    regions.iter().filter_map(|region| Some((&region.id, region.upstreams.prometheus.as_deref()?)))
}
