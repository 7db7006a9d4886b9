//! Which exporters there are: those of the whole fleet, from the settings, and those that regions name as their own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cineportal_regions::{RegionId, Regions};

use crate::config::SourceAddress;
use crate::sources::SetupError;
use crate::sources::exporter::{Coverage, Exporter, ExporterClient};

/// Why the exporters cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ExporterSetupError {
    /// One of the settings, or the system's TLS setup.
    #[error(transparent)]
    Settings(#[from] SetupError),
    /// One of the region files.
    #[error("upstreams.exporter of the region {region}: {source}")]
    Region {
        /// Whose file.
        region: RegionId,
        /// What is wrong.
        source: SetupError,
    },
}

/// All exporters, each once. One that several regions name speaks for all of them; one that the settings
/// name, too, speaks for the whole fleet.
///
/// # Errors
/// [`ExporterSetupError`].
pub fn exporters(
    addresses: &[SourceAddress],
    regions: &Arc<Regions>,
) -> Result<Vec<Exporter>, ExporterSetupError> {
    let client = ExporterClient::new()?;
    let mut all = Vec::new();
    for address in addresses {
        all.push(client.exporter(address.as_str(), Coverage::all(Arc::clone(regions)))?);
    }
    let mut own: BTreeMap<String, (&str, BTreeSet<RegionId>)> = BTreeMap::new();
    for region in regions.iter() {
        let Some(address) = region.upstreams.exporter.as_deref() else { continue };
        let coverage = Coverage::only(Arc::clone(regions), BTreeSet::new());
        let exporter = client.exporter(address, coverage);
        let exporter =
            exporter.map_err(|source| ExporterSetupError::Region { region: region.id.clone(), source })?;
        own.entry(exporter.name()).or_insert((address, BTreeSet::new())).1.insert(region.id.clone());
    }
    let shared: BTreeSet<String> = all.iter().map(Exporter::name).collect();
    for (_, (address, own)) in own.into_iter().filter(|(name, _)| !shared.contains(name)) {
        all.push(client.exporter(address, Coverage::only(Arc::clone(regions), own))?);
    }
    Ok(all)
}
