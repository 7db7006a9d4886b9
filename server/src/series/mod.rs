//! Reads series from the Prometheuses: each region's own, where it has one, else those of all regions.
//! Whoever asks for many machines at once causes one request, and one that fails spoils only its own.

mod answer;
mod batch;
mod gathered;
mod upstream;
mod upstreams;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use cineportal_regions::{RegionId, Regions};
use futures::future::join_all;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

pub use self::answer::{Answer, Warning};
use self::upstream::Upstream;
pub use self::upstream::{Seen, Settings};
pub use self::upstreams::Upstreams;
use self::upstreams::own_addresses;
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

/// What all Prometheuses are asked with.
pub struct Asking {
    /// Whose client asks.
    pub sources: Arc<Sources>,
    /// The addresses of those that are asked about regions without one of their own.
    pub shared: Vec<SourceAddress>,
    /// How to ask.
    pub settings: Settings,
    /// What the server tells about itself.
    pub metrics: Arc<Metrics>,
    /// What time it is.
    pub clock: Clock,
}

/// Asks the Prometheuses for series.
pub struct Reader {
    asking: Asking,
    upstreams: ArcSwap<Upstreams>,
}

impl Reader {
    /// A reader of the shared Prometheuses and of those that regions name; none is asked yet.
    ///
    /// # Errors
    /// [`BadUpstream`].
    pub fn new(asking: Asking, regions: &Regions) -> Result<Self, BadUpstream> {
        let upstreams = ArcSwap::from_pointee(Upstreams::new(&asking, regions, &Upstreams::default())?);
        Ok(Self { asking, upstreams })
    }

    /// Who would be asked if the regions were these. What is known of a Prometheus that stays is kept.
    ///
    /// # Errors
    /// [`BadUpstream`].
    pub fn prepare(&self, regions: &Regions) -> Result<Upstreams, BadUpstream> {
        Upstreams::new(&self.asking, regions, &self.upstreams.load())
    }

    /// These are asked from now on.
    pub fn adopt(&self, upstreams: Upstreams) {
        self.upstreams.store(Arc::new(upstreams));
    }

    /// What was measured of one machine, by the Prometheuses of its region. Takes no longer than their deadline.
    pub async fn read(&self, region: &RegionId, machine: &str, question: Question) -> Answer {
        let upstreams = self.upstreams.load_full();
        let asked = upstreams.of(region).iter().map(|upstream| upstream.read(question, machine));
        let told = join_all(asked).await;
        Answer::of(told, Series::empty(question.grid((self.asking.clock)())))
    }

    /// Whether this region has a Prometheus of its own.
    pub fn is_own(&self, region: &RegionId) -> bool {
        self.upstreams.load().own.contains_key(region)
    }

    /// How the Prometheuses of a region answered the last time that something was asked of them.
    pub fn seen(&self, region: &RegionId) -> Vec<Seen> {
        self.upstreams.load().of(region).iter().map(|upstream| upstream.seen()).collect()
    }

    /// Sees every `interval` whether each Prometheus answers, also while nobody looks at charts, until told to
    /// stop.
    pub async fn run(self: Arc<Self>, interval: Duration, stop: CancellationToken) {
        let looking = async {
            let mut beat = tokio::time::interval(interval);
            beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                beat.tick().await;
                let upstreams = self.upstreams.load_full();
                join_all(upstreams.all.values().map(Upstream::look)).await;
            }
        };
        stop.run_until_cancelled(looking).await;
    }
}
