//! Whose machines an exporter may tell of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cineportal_regions::{RegionId, Regions};
use cineportal_schema::labels::REGION;

use crate::sources::exposition::Sample;

/// Whose machines an exporter may tell of. A machine belongs to the region of its label, or to the one that
/// claims its labels, as an alert does; what no region claims belongs to `unassigned`.
#[derive(Clone, Debug)]
pub struct Coverage {
    regions: Arc<Regions>,
    only: Option<BTreeSet<RegionId>>,
}

impl Coverage {
    /// An exporter of the whole fleet.
    pub fn all(regions: Arc<Regions>) -> Self {
        Self { regions, only: None }
    }

    /// An exporter that these regions named as their own. It speaks for no other region, or a wrong label
    /// there would move machines, with their incidents' next shows, into the view of somebody else's staff.
    pub fn only(regions: Arc<Regions>, own: BTreeSet<RegionId>) -> Self {
        Self { regions, only: Some(own) }
    }

    /// The regions that named it as their own; `None`: it tells of any.
    pub fn own(&self) -> Option<&BTreeSet<RegionId>> {
        self.only.as_ref()
    }

    /// The region of the machine with this `cine_machine_info`; `None`: not one that it may speak for.
    pub(super) fn region(&self, info: &Sample<'_>) -> Option<RegionId> {
        match (&self.only, info.label(REGION)) {
            (None, _) => Some(self.claiming(info)),
            // The only region of an exporter goes without saying.
            (Some(own), None) if own.len() == 1 => own.first().cloned(),
            (Some(own), _) => Some(self.claiming(info)).filter(|region| own.contains(region)),
        }
    }

    fn claiming(&self, info: &Sample<'_>) -> RegionId {
        let named = info.label(REGION).map(RegionId::new);
        if let Some(region) = named.filter(|id| self.regions.get(id).is_some()) {
            return region;
        }
        let labels = info.labels.iter().map(|(name, value)| ((*name).to_owned(), value.to_string()));
        self.regions.claiming(&labels.collect::<BTreeMap<_, _>>()).id.clone()
    }
}
