//! Regions are data: `regions/<id>.toml` adds a region everywhere.
//! This crate parses one file, validates it, loads a folder of them, and hands out those that count now.

mod current;
mod difference;
mod file;
mod load;
mod notify;
mod panels;
mod upstreams;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;

pub use current::CurrentRegions;
pub use difference::Difference;
pub use load::{LoadError, load, survey};
pub use notify::{Occasion, Route};
pub use upstreams::Upstreams;

/// Where alerts go that no region claims. Built in, so that it can never be missing.
pub const UNASSIGNED: &str = "unassigned";

/// What its ticket numbers start with.
pub(crate) const UNASSIGNED_PREFIX: &str = "XX";

/// Identifier of a region, as `denmark`: lower-case letters, digits and `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionId(String);

impl RegionId {
    /// The identifier as it was written; whether such a region exists is for [`Regions::get`] to say.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RegionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What happens to an incident when its alert resolves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosePolicy {
    /// It closes by itself.
    Auto,
    /// It stays, marked as no longer firing, until a person closes it.
    Manual,
}

/// One region, as its file describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Identifier, as in addresses and labels.
    pub id: RegionId,
    /// Name, for people.
    pub name: String,
    /// What ticket numbers start with, as `DK`.
    pub number_prefix: String,
    /// Languages of its staff, the first one preferred (BCP 47).
    pub languages: Vec<String>,
    /// IANA time zone, checked against the time zone database.
    pub time_zone: String,
    /// Accent colour of its pages, as `#rrggbb`.
    pub accent_colour: String,
    /// Panels of its page, in their order; a portal leaves out what it does not know.
    pub panels: Vec<String>,
    /// What happens to an incident when its alert resolves.
    pub close: ClosePolicy,
    /// People are left in peace while no show is due on the screen within this time; `None`: never.
    pub quiet_without_show: Option<SignedDuration>,
    /// Who is told of what, and how.
    pub notify: Vec<Route>,
    /// Sources of its own.
    pub upstreams: Upstreams,
    /// Label name to the label values that this region claims.
    pub claims: BTreeMap<String, Vec<String>>,
}

impl Region {
    fn unassigned() -> Self {
        Self {
            id: RegionId::new(UNASSIGNED),
            name: "Unassigned".to_owned(),
            number_prefix: UNASSIGNED_PREFIX.to_owned(),
            languages: vec!["en".to_owned()],
            time_zone: "UTC".to_owned(),
            accent_colour: "#5f6670".to_owned(),
            panels: panels::standard(),
            close: ClosePolicy::Auto,
            quiet_without_show: None,
            notify: Vec::new(),
            upstreams: Upstreams::default(),
            claims: BTreeMap::new(),
        }
    }

    fn claims(&self, labels: &BTreeMap<String, String>) -> bool {
        self.claims.iter().any(|(name, values)| labels.get(name).is_some_and(|value| values.contains(value)))
    }
}

/// All regions, ordered by id, `unassigned` last.
#[derive(Clone, Debug)]
pub struct Regions {
    from_files: Vec<Region>,
    files: BTreeMap<RegionId, PathBuf>,
    unassigned: Region,
    edition: u64,
}

impl Regions {
    fn new(from_files: Vec<(Region, PathBuf)>) -> Self {
        let files = from_files.iter().map(|(region, file)| (region.id.clone(), file.clone())).collect();
        let mut from_files: Vec<Region> = from_files.into_iter().map(|(region, _)| region).collect();
        from_files.sort_by(|a, b| a.id.cmp(&b.id));
        Self { from_files, files, unassigned: Region::unassigned(), edition: 0 }
    }

    /// How often regions were replaced before these came: what was made of another edition may be another now.
    pub fn edition(&self) -> u64 {
        self.edition
    }

    /// The file of the region with this id; `None` for `unassigned`, which is built in.
    pub fn file(&self, id: &RegionId) -> Option<&Path> {
        self.files.get(id).map(PathBuf::as_path)
    }

    /// The regions in the order in which people see them.
    pub fn iter(&self) -> impl Iterator<Item = &Region> {
        self.from_files.iter().chain([&self.unassigned])
    }

    /// The region with this id.
    pub fn get(&self, id: &RegionId) -> Option<&Region> {
        self.iter().find(|region| region.id == *id)
    }

    /// The region with this id; `unassigned` where there is none (any more).
    pub fn home(&self, id: &RegionId) -> &Region {
        self.get(id).unwrap_or(&self.unassigned)
    }

    /// The region that claims an alert with these labels; `unassigned` where none does.
    pub fn claiming(&self, labels: &BTreeMap<String, String>) -> &Region {
        self.iter().find(|region| region.claims(labels)).unwrap_or(&self.unassigned)
    }
}
