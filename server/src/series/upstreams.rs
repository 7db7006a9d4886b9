//! Which Prometheuses are asked: one that is named twice is one, with one guard.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cineportal_regions::{RegionId, Regions};

use super::upstream::Upstream;
use super::{Asking, BadUpstream};
use crate::sources::WrongAddress;

/// All Prometheuses, for one set of regions.
#[derive(Default)]
pub struct Upstreams {
    /// By address.
    pub(super) all: BTreeMap<String, Arc<Upstream>>,
    /// Those of all regions without one of their own.
    shared: Vec<Arc<Upstream>>,
    /// Those of regions that have one of their own.
    pub(super) own: HashMap<RegionId, Vec<Arc<Upstream>>>,
}

impl Upstreams {
    /// Those of these regions. What was asked `before` stays the same, with all that is known of it.
    pub(super) fn new(asking: &Asking, regions: &Regions, before: &Self) -> Result<Self, BadUpstream> {
        let mut all: BTreeMap<String, Arc<Upstream>> = BTreeMap::new();
        let mut upstream = |address: &str| {
            if let Some(known) = all.get(address).or_else(|| before.all.get(address)).cloned() {
                all.insert(address.to_owned(), Arc::clone(&known));
                return Ok::<_, WrongAddress>(known);
            }
            let new = Arc::new(open(asking, address)?);
            all.insert(address.to_owned(), Arc::clone(&new));
            Ok(new)
        };
        let shared = asking.shared.iter().map(|address| upstream(address.as_str()));
        let shared = shared.collect::<Result<Vec<_>, WrongAddress>>()?;
        let mut own = HashMap::new();
        for (region, address) in own_addresses(regions) {
            let bad = |reason| BadUpstream::Own { region: region.clone(), reason };
            own.insert(region.clone(), vec![upstream(address).map_err(bad)?]);
        }
        Ok(Self { all, shared, own })
    }

    /// Those that are asked about this region.
    pub(super) fn of(&self, region: &RegionId) -> &[Arc<Upstream>] {
        self.own.get(region).unwrap_or(&self.shared)
    }
}

/// The regions that name a Prometheus of their own, and where it is.
pub(super) fn own_addresses(regions: &Regions) -> impl Iterator<Item = (&RegionId, &str)> {
    regions.iter().filter_map(|region| Some((&region.id, region.upstreams.prometheus.as_deref()?)))
}

fn open(asking: &Asking, address: &str) -> Result<Upstream, WrongAddress> {
    let source = asking.sources.prometheus(address)?;
    let (metrics, clock) = (Arc::clone(&asking.metrics), Arc::clone(&asking.clock));
    Ok(Upstream::new(source, asking.settings, metrics, clock))
}
