//! Who looks, and what they may see. HTTP turns a request into a [`Viewer`] once.

use cineportal_regions::RegionId;

/// Who sent a request.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Name in timelines.
    pub name: String,
    /// What they may see.
    pub scope: Scope,
}

impl Viewer {
    /// Whoever reaches the loopback address: nobody is asked who they are.
    pub fn local() -> Self {
        Self { name: "local user".to_owned(), scope: Scope::AllRegions }
    }
}

/// The regions that a viewer may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Every region, also `unassigned`.
    AllRegions,
}

impl Scope {
    /// Whether this region is within the scope.
    pub fn covers(self, _region: &RegionId) -> bool {
        match self {
            Self::AllRegions => true,
        }
    }
}
