//! The channels file: which ways out there are. Opened at start; everything that is wrong is said at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cineportal_regions::{Region, Regions, Route};
use lettre::message::Mailbox;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::locale::Locale;
use super::places::{line_of_channel, line_of_route};
use super::{Channel, KINDS};

/// The channels by name.
#[derive(Clone, Default)]
pub struct Channels(BTreeMap<String, Arc<dyn Channel>>);

impl Channels {
    /// The channel of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Channel>> {
        self.0.get(name)
    }

    /// The names, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// Everything that is wrong with the channels and the routes to them, a line each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ChannelsError(Vec<String>);

impl ChannelsError {
    /// A line for each fault.
    pub fn lines(&self) -> &[String] {
        &self.0
    }
}

/// One thing that is wrong with a channel: which key, and why.
#[derive(Debug)]
pub(super) struct Problem {
    key: String,
    reason: String,
}

impl Problem {
    pub(super) fn new(key: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { key: key.into(), reason: reason.into() }
    }

    /// A problem of the channel as a whole.
    pub(super) fn whole(reason: impl Into<String>) -> Self {
        Self::new("", reason)
    }

    fn of(&self, file: &Path, text: &str, channel: &str) -> String {
        let dot = if self.key.is_empty() { "" } else { "." };
        let line = line_of_channel(text, channel, &self.key);
        format!("{}:{line}: channels.{channel}{dot}{}: {}", file.display(), self.key, self.reason)
    }
}

/// The table of one channel, and the folder that its files are relative to.
pub(super) struct Settings<'a> {
    table: toml::Table,
    pub(super) folder: &'a Path,
}

impl Settings<'_> {
    /// The table as the channel's own type, which denies keys that it does not know.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Result<T, Vec<Problem>> {
        let parsed = self.table.clone().try_into();
        parsed.map_err(|error: toml::de::Error| vec![Problem::whole(error.message().replace('\n', " "))])
    }
}

/// Whom mail comes from, in `from`.
pub(super) fn sender(text: &str) -> Result<Mailbox, Problem> {
    let reason = || format!("{text:?} is not a mail address, as \"CinePortal <cineportal@example.com>\"");
    text.parse().map_err(|_| Problem::new("from", reason()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelsToml {
    #[serde(default)]
    channels: BTreeMap<String, toml::Table>,
}

/// Opens the channels of this file (none, if there is none), and checks that every route leads to one.
///
/// # Errors
/// All faults of the file and of all routes at once.
pub fn load(file: Option<&Path>, regions: &Regions, folder: &Path) -> Result<Channels, ChannelsError> {
    let mut faults = Vec::new();
    let mut channels = Channels::default();
    let (text, tables) = file
        .map_or_else(|| Ok((String::new(), BTreeMap::new())), read)
        .map_err(|fault| ChannelsError(vec![fault]))?;
    let names: Vec<String> = tables.keys().cloned().collect();
    for (name, table) in tables {
        let file = file.unwrap_or(Path::new("")).to_owned();
        match open(table, &file) {
            Ok(channel) => drop(channels.0.insert(name, channel)),
            Err(problems) => faults.extend(problems.iter().map(|problem| problem.of(&file, &text, &name))),
        }
    }
    for region in regions.iter() {
        for route in &region.notify {
            let faulty = route_faults(route, &channels, &names, file.is_some());
            faults.extend(faulty.iter().map(|reason| route_fault(regions, folder, region, route, reason)));
        }
    }
    if faults.is_empty() { Ok(channels) } else { Err(ChannelsError(faults)) }
}

/// A fault of a route, at its place in the region's file; the reason begins with the key.
fn route_fault(regions: &Regions, folder: &Path, region: &Region, route: &Route, reason: &str) -> String {
    let file = regions.file(&region.id).unwrap_or(folder);
    let key = reason.split(':').next().unwrap_or_default();
    let line = line_of_route(&fs::read_to_string(file).unwrap_or_default(), &route.name, key);
    format!("{}:{line}: notify {:?}: {reason}", file.display(), route.name)
}

fn read(file: &Path) -> Result<(String, BTreeMap<String, toml::Table>), String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let parsed: ChannelsToml = toml::from_str(&text).map_err(|error| {
        let line =
            error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        format!("{}:{line}: {}", file.display(), error.message())
    })?;
    Ok((text, parsed.channels))
}

fn open(mut table: toml::Table, file: &Path) -> Result<Arc<dyn Channel>, Vec<Problem>> {
    let kinds = KINDS.map(|(name, _)| name).join(", ");
    let kind = table.remove("kind").and_then(|kind| kind.as_str().map(str::to_owned));
    let Some(kind) = kind else {
        return Err(vec![Problem::new("kind", format!("is missing; it is one of {kinds}"))]);
    };
    let Some((_, open)) = KINDS.iter().find(|(name, _)| *name == kind) else {
        return Err(vec![Problem::new("kind", format!("{kind:?} is not one of {kinds}"))]);
    };
    let folder: PathBuf = file.parent().unwrap_or(Path::new("")).to_owned();
    open(&Settings { table, folder: &folder })
}

fn route_faults(route: &Route, channels: &Channels, names: &[String], has_file: bool) -> Vec<String> {
    let mut faults = Vec::new();
    if let Some(language) = route.language.as_ref().filter(|language| Locale::of(language).is_none()) {
        faults.push(format!("language: {language:?} is none of {}", Locale::names().join(", ")));
    }
    let Some(channel) = channels.get(&route.channel) else {
        if !has_file {
            faults.push(format!("channel: {:?} is in no file: start with --channels FILE", route.channel));
        } else if !names.contains(&route.channel) {
            let reason = format!("channel: there is no {:?} in the channels file", route.channel);
            faults.push(reason);
        }
        return faults;
    };
    match (channel.takes_addresses(), route.to.is_empty()) {
        (true, true) => faults.push("to: needs at least one mail address".to_owned()),
        (false, false) => faults.push(format!("to: channel {:?} takes no addresses", route.channel)),
        (true, false) | (false, true) => {}
    }
    if channel.takes_addresses() {
        let bad = route.to.iter().filter(|address| address.parse::<Mailbox>().is_err());
        faults.extend(bad.map(|address| format!("to: {address:?} is not a mail address")));
    }
    faults
}
