//! Everything that a store keeps, one thing after the other: what a backup is made of, and restored from.

use async_trait::async_trait;
use cineportal_regions::RegionId;

use super::StoreError;
use super::documents::KeptDocument;
use crate::access::ServiceToken;
use crate::domain::incident::Incident;
use crate::domain::silence::Silence;
use crate::domain::watch::Heartbeat;

/// One thing that a store keeps.
#[derive(Clone, Debug, PartialEq)]
pub enum Kept {
    /// An incident with its timeline and deliveries.
    Incident(Box<Incident>),
    /// A silence.
    Silence(Silence),
    /// A service token; not the token itself, only its hash.
    ServiceToken(ServiceToken),
    /// The last ticket number that was taken of a region.
    Number {
        /// Of this region.
        region: RegionId,
        /// Its last number.
        last: u64,
    },
    /// When something was last heard of.
    Heartbeat {
        /// A region's id, or a source.
        name: String,
        /// When.
        heartbeat: Heartbeat,
    },
}

/// The collections of which a backup holds everything, in the order in which it is read.
///
/// Left out are sessions and the key of embed tokens, so that nobody gets in with what a backup holds, and what
/// was ended after a backup does not come back to life; and the embedded store's log of commits, which only
/// servers that were running then could follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeptCollection {
    /// Incidents.
    Incidents,
    /// Silences.
    Silences,
    /// Service tokens.
    ServiceTokens,
    /// Ticket numbers.
    Numbers,
    /// Signs of life.
    Heartbeats,
}

impl KeptCollection {
    /// All of them, in order.
    pub const ALL: [Self; 5] =
        [Self::Incidents, Self::Silences, Self::ServiceTokens, Self::Numbers, Self::Heartbeats];

    /// Its name, in both stores and in a backup.
    pub fn name(self) -> &'static str {
        match self {
            Self::Incidents => "incidents",
            Self::Silences => "silences",
            Self::ServiceTokens => "service_tokens",
            Self::Numbers => "numbers",
            Self::Heartbeats => "heartbeats",
        }
    }
}

impl Kept {
    /// Where it is kept.
    pub fn collection(&self) -> KeptCollection {
        match self {
            Self::Incident(_) => KeptCollection::Incidents,
            Self::Silence(_) => KeptCollection::Silences,
            Self::ServiceToken(_) => KeptCollection::ServiceTokens,
            Self::Number { .. } => KeptCollection::Numbers,
            Self::Heartbeat { .. } => KeptCollection::Heartbeats,
        }
    }

    /// As one line of JSON, without its end.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], if it cannot be written down.
    pub fn to_json(&self) -> Result<String, StoreError> {
        serde_json::to_string(&KeptDocument::from(self))
            .map_err(|error| StoreError::Corrupt(error.to_string()))
    }

    /// What such a line says.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], if it says nothing that is known here.
    pub fn from_json(line: &str) -> Result<Self, StoreError> {
        let document: KeptDocument =
            serde_json::from_str(line).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        document.try_into()
    }
}

/// A store as it stood at one moment, whatever is written meanwhile.
#[async_trait]
pub trait Snapshot: Send {
    /// What comes next, collection by collection, in the order of their ids; nothing at the end. Something that
    /// cannot be read is an error: what it is missing from would be no backup.
    async fn next(&mut self) -> Result<Vec<Kept>, StoreError>;
}

/// A store that is being filled. Until it is finished nobody sees any of it, and what was there before stays.
#[async_trait]
pub trait Restoring: Send {
    /// Takes these, too.
    async fn add(&mut self, kept: Vec<Kept>) -> Result<(), StoreError>;

    /// Puts all of it in the place of what was there before, at once, for good on return.
    async fn finish(self: Box<Self>) -> Result<(), StoreError>;

    /// Leaves everything as it was.
    async fn abandon(self: Box<Self>) -> Result<(), StoreError>;
}

/// Why a store is not filled.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// It holds something already, and it was not said that it may be replaced.
    #[error("the store is not empty: it has {0} already")]
    NotEmpty(&'static str),
    /// What the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
}
