//! Where incidents live. One trait, because two real stores stand behind it.

mod documents;
mod embedded;
mod mongo;

use std::sync::Arc;

use async_trait::async_trait;
use cineportal_regions::RegionId;
use futures::stream::BoxStream;
use jiff::Timestamp;

pub use embedded::EmbeddedStore;
pub use mongo::MongoStore;

use crate::config::StoreAddress;
use crate::domain::incident::{Incident, IncidentId, IncidentKey, Status};

/// Opens the store that the address names, and prepares its tables and indexes.
///
/// # Errors
/// [`StoreError`] when it cannot be reached or opened.
pub async fn open(address: &StoreAddress) -> Result<Arc<dyn Store>, StoreError> {
    Ok(match address {
        StoreAddress::Embedded(folder) => Arc::new(EmbeddedStore::open(folder).await?),
        StoreAddress::Mongo(uri) => Arc::new(MongoStore::connect(uri).await?),
    })
}

/// What every store does. The same contract tests (`tests/server/store_contract.rs`) run against each.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// For each key the incident whose occurrence began last, as far as it is durable; in any order.
    async fn newest(&self, keys: &[IncidentKey]) -> Result<Vec<Incident>, StoreError>;

    /// The incident with this id.
    async fn incident(&self, id: &IncidentId) -> Result<Option<Incident>, StoreError>;

    /// Writes each incident if its stored version is one less than its own (none, for version 1), and
    /// if no other incident of its key is open. Written ones are durable on return. One outcome each.
    async fn commit(&self, incidents: &[Incident]) -> Result<Vec<Outcome>, StoreError>;

    /// Takes `count` ticket numbers of a region and returns the first; nobody else ever gets them.
    async fn take_numbers(&self, region: &RegionId, count: u32) -> Result<u64, StoreError>;

    /// What a board starts from: all open incidents, and those closed since then.
    async fn current(&self, closed_since: Timestamp) -> Result<Vec<Incident>, StoreError>;

    /// One page of history, newest first.
    async fn page(&self, query: &PageQuery) -> Result<Page, StoreError>;

    /// Every commit from now on, in order, also those of other servers.
    /// Ends or fails when the store is lost; whoever reads it must then start again from `current`.
    async fn watch(&self) -> Result<Changes, StoreError>;
}

/// The change feed of a store.
pub type Changes = BoxStream<'static, Result<Committed, StoreError>>;

/// One commit as the feed tells it. The incident may be newer than the commit, never older.
#[derive(Clone, Debug)]
pub struct Committed {
    /// Where in the feed this is; opaque.
    pub cursor: String,
    /// The incident after the commit.
    pub incident: Incident,
}

/// What became of one write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is durable.
    Written,
    /// Somebody else was faster: read again, decide again.
    Conflict,
}

/// Which incidents, and from where on. Order: newest `opened_at` first, then id.
#[derive(Clone, Debug)]
pub struct PageQuery {
    /// Only these regions.
    pub regions: Vec<RegionId>,
    /// Only these statuses.
    pub statuses: Vec<Status>,
    /// Behind this incident.
    pub after: Option<PagePosition>,
    /// How many at most.
    pub limit: u32,
}

/// The place of an incident in the order of [`PageQuery`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PagePosition {
    /// When it opened.
    pub opened_at: Timestamp,
    /// Its id, where several opened at once.
    pub id: IncidentId,
}

/// A page, and how many incidents there are on all pages together.
#[derive(Clone, Debug)]
pub struct Page {
    /// Those on this page.
    pub incidents: Vec<Incident>,
    /// Whether more follow.
    pub has_next: bool,
    /// How many match, on all pages.
    pub total: u64,
}

/// Why a store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, or refused; the same call may succeed later.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// What it holds cannot be read.
    #[error("the store holds something unreadable: {0}")]
    Corrupt(String),
}
