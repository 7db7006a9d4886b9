//! Everything that is wrong with the settings and with the files that they name, said at once.

use std::sync::Arc;

use cineportal_regions::Regions;

use crate::access::{self, Door};
use crate::config::ServeConfig;
use crate::fleet;
use crate::notify::{self, Channels};
use crate::series;
use crate::sources::Sources;
use crate::spans;

/// What valid settings amount to.
pub struct Summary {
    /// The ids of the regions.
    pub regions: Vec<String>,
    /// The names of the ways to tell people.
    pub channels: Vec<String>,
}

/// All that is wrong, a line each.
#[derive(Debug, thiserror::Error)]
#[error("the settings are not valid\n{}\n{}", .0.join("\n"), counted(.0.len()))]
pub struct Faults(Vec<String>);

impl Faults {
    /// This is wrong, and nothing else.
    pub fn one(fault: &impl ToString) -> Self {
        Self(vec![fault.to_string()])
    }

    /// A line for each fault.
    pub fn lines(&self) -> &[String] {
        &self.0
    }
}

/// What the files of regions, access and channels say together.
pub struct Files {
    /// The regions.
    pub regions: Regions,
    /// Who is let in.
    pub door: Door,
    /// The ways to tell people.
    pub channels: Channels,
}

/// Checks the file of settings, regions, access, channels and addresses.
///
/// # Errors
/// All faults at once, each with its file, line and key, or with its flag.
pub fn check(config: &ServeConfig) -> Result<Summary, Faults> {
    let mut faults = config.faults.clone();
    faults.extend(config.exposure());
    faults.extend(addresses(config));
    let files = files(config).map_err(|wrong| faults.extend(wrong.0));
    let Ok(Files { regions, channels, .. }) = files else { return Err(Faults(faults)) };
    let regions = Arc::new(regions);
    if faults.is_empty() {
        faults.extend(clients(config, &regions));
    }
    if !faults.is_empty() {
        return Err(Faults(faults));
    }
    let regions = regions.iter().map(|region| region.id.to_string()).collect();
    Ok(Summary { regions, channels: channels.names().map(str::to_owned).collect() })
}

/// Reads the files of regions, access and channels.
///
/// # Errors
/// All faults at once, each with its file, line and key.
pub fn files(config: &ServeConfig) -> Result<Files, Faults> {
    let (regions, wrong) = cineportal_regions::survey(&config.regions);
    let mut faults: Vec<String> = wrong.iter().flat_map(cineportal_regions::LoadError::lines).collect();
    let door = access::load(config.access.as_deref(), &regions);
    let door = door.map_err(|error| faults.extend_from_slice(error.lines())).ok();
    let channels = notify::load(config.channels.as_deref(), &regions, &config.regions);
    let channels = channels.map_err(|error| faults.extend_from_slice(error.lines())).ok();
    match (door, channels) {
        (Some(door), Some(channels)) if faults.is_empty() => Ok(Files { regions, door, channels }),
        _ => Err(Faults(faults)),
    }
}

/// Does not tell an address back: it may hold a password.
fn addresses(config: &ServeConfig) -> Vec<String> {
    let named = [
        ("--alertmanager", &config.sources.alertmanager),
        ("--prometheus", &config.sources.prometheus),
        ("--exporter", &config.sources.exporter),
    ];
    let all =
        named.into_iter().flat_map(|(flag, addresses)| addresses.iter().map(move |address| (flag, address)));
    let wrong = all.filter_map(|(flag, address)| {
        let fault = Sources::new(std::slice::from_ref(address), &[]).err()?;
        Some(format!("{flag}: {fault}"))
    });
    let collector = config.spans.otlp_endpoint.as_ref();
    let no_collector = collector.and_then(|address| spans::traces_url(address.as_str()).err());
    wrong.chain(no_collector.map(|fault| format!("--otlp-endpoint: {fault}"))).collect()
}

/// What only shows when the clients are made, as a system without TLS certificates.
fn clients(config: &ServeConfig, regions: &Arc<Regions>) -> Option<String> {
    let sources = Sources::new(&config.sources.alertmanager, &config.sources.prometheus)
        .map_err(|error| error.to_string());
    let series =
        sources.and_then(|sources| series::check(&sources, regions).map_err(|error| error.to_string()));
    let exporters = series.and_then(|()| {
        fleet::exporters(&config.sources.exporter, regions).map_err(|error| error.to_string())
    });
    exporters.err()
}

fn counted(faults: usize) -> String {
    if faults == 1 { "1 fault".to_owned() } else { format!("{faults} faults") }
}
