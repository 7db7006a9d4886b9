//! Where incidents live. One trait, because two real stores stand behind it.

mod documents;
mod embedded;
mod kept;
mod measured;
mod mongo;
mod page;
mod tokens;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use cineportal_regions::{Region, RegionId};
use futures::stream::BoxStream;
use jiff::Timestamp;

pub use embedded::EmbeddedStore;
pub use kept::{Kept, KeptCollection, RestoreError, Restoring, Snapshot};
pub use measured::measured;
pub use mongo::MongoStore;
pub use page::{IncidentPage, PagePosition, PageQuery, Period, Selection};
pub use tokens::TokenStore;

use crate::access::{Session, SessionId, SessionsOf};
use crate::config::StoreAddress;
use crate::domain::incident::{Incident, IncidentId, IncidentKey, IncidentNumber, Status};
use crate::domain::period_report::Facts;
use crate::domain::silence::Silence;
use crate::domain::watch::Heartbeat;

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

/// Opens nothing but the tokens of the store that the address names, also beside a server that is running on it.
///
/// # Errors
/// [`StoreError`] when it cannot be reached or opened.
pub async fn open_tokens(address: &StoreAddress) -> Result<Arc<dyn TokenStore>, StoreError> {
    match address {
        StoreAddress::Embedded(folder) => embedded::open_tokens(folder).await,
        StoreAddress::Mongo(uri) => Ok(MongoStore::connect(uri).await?.tokens()),
    }
}

/// Everything that the store of the address keeps, as it stands now; also beside servers that are running on it.
///
/// # Errors
/// [`StoreError`] when it cannot be reached, or there is none.
pub async fn snapshot(address: &StoreAddress) -> Result<Box<dyn Snapshot>, StoreError> {
    match address {
        StoreAddress::Embedded(folder) => embedded::snapshot(folder).await,
        StoreAddress::Mongo(uri) => mongo::snapshot(uri).await,
    }
}

/// Begins to fill the store of the address. If it holds something, it must be said that this may be replaced. No
/// server may run on it meanwhile; of the embedded store that is checked.
///
/// # Errors
/// [`RestoreError`]; then nothing was changed.
pub async fn restoring(address: &StoreAddress, replace: bool) -> Result<Box<dyn Restoring>, RestoreError> {
    match address {
        StoreAddress::Embedded(folder) => embedded::restoring(folder, replace).await,
        StoreAddress::Mongo(uri) => mongo::restoring(uri, replace).await,
    }
}

/// Notes a sign of life, also beside a server that is running on the store.
///
/// # Errors
/// [`StoreError`] when it cannot be reached.
pub async fn note_heartbeat(
    address: &StoreAddress,
    name: &str,
    heartbeat: Heartbeat,
) -> Result<(), StoreError> {
    match address {
        StoreAddress::Embedded(folder) => embedded::note_heartbeat(folder, name, heartbeat).await,
        StoreAddress::Mongo(uri) => mongo::note_heartbeat(uri, name, heartbeat).await,
    }
}

/// What every store does. The same contract tests (`tests/server/store_contract.rs`) run against each.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// For each key the incident that is open, or else the one whose occurrence began last, as far as it is durable; in
    /// any order. A person may have opened an older one again: nothing else of the key can open beside it.
    async fn newest(&self, keys: &[IncidentKey]) -> Result<Vec<Incident>, StoreError>;

    /// The incident with this id.
    async fn incident(&self, id: &IncidentId) -> Result<Option<Incident>, StoreError>;

    /// Writes each incident if its stored revision is one less than its own (none, for revision 1), and
    /// if no other incident of its key is open. Written ones are durable on return. One outcome each.
    async fn commit(&self, incidents: &[Incident]) -> Result<Vec<Outcome>, StoreError>;

    /// Takes `count` ticket numbers of a region and returns the first; nobody else ever gets them.
    async fn take_numbers(&self, region: &RegionId, count: u32) -> Result<u64, StoreError>;

    /// What a board starts from: all open incidents, and those closed since then.
    async fn current(&self, closed_since: Timestamp) -> Result<Vec<Incident>, StoreError>;

    /// Incidents with a delivery that needs attention at this time, those first that have waited longest.
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Incident>, StoreError>;

    /// When the next delivery of any incident needs attention; `None` if there is none.
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;

    /// The incidents that closed last, the newest first; not those that cannot be read.
    async fn last_closed(&self, limit: u32) -> Result<Vec<Incident>, StoreError>;

    /// Incidents that are closed although the end of their last occurrence was never seen, those that
    /// closed last first; not those that cannot be read.
    async fn closed_while_firing(&self, limit: u32) -> Result<Vec<Incident>, StoreError>;

    /// One page of history, newest first.
    async fn page(&self, query: &PageQuery) -> Result<IncidentPage, StoreError>;

    /// How many incidents there are of this kind. Stops counting at so many: to count them all costs more the
    /// more there are.
    async fn count(&self, selection: &Selection, at_most: u32) -> Result<u64, StoreError>;

    /// What a report reads of the incidents of these regions that opened from `from` on and before `to`, at
    /// most so many, in any order; not of those that cannot be read.
    async fn facts(
        &self,
        regions: &[RegionId],
        from: Timestamp,
        to: Timestamp,
        at_most: u32,
    ) -> Result<Vec<Facts>, StoreError>;

    /// Forgets up to so many incidents in this status that have not changed since before this time, to the
    /// second, and of which nothing is still to be told. Answers how many; the feed does not tell of it.
    async fn forget(&self, status: Status, updated_before: Timestamp, limit: u32) -> Result<u64, StoreError>;

    /// All silences but those that were over before this time; in any order.
    async fn silences(&self, over_since: Timestamp) -> Result<Vec<Silence>, StoreError>;

    /// Writes a silence if its stored version is one less than its own (none, for version 1). It is durable
    /// on return.
    async fn commit_silence(&self, silence: &Silence) -> Result<Outcome, StoreError>;

    /// The session with this id, also if it is over.
    async fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError>;

    /// Writes a session if its stored version is one less than its own (none, for version 1). It is durable
    /// on return.
    async fn commit_session(&self, session: &Session) -> Result<Outcome, StoreError>;

    /// Ends these sessions, for good on return. Answers how many there were.
    async fn end_sessions(&self, whose: &SessionsOf) -> Result<u64, StoreError>;

    /// Forgets up to so many sessions that were over before this time. Answers how many.
    async fn forget_sessions(&self, ended_before: Timestamp, limit: u32) -> Result<u64, StoreError>;

    /// When each thing was last heard of, by its name: a region's id, or a source.
    async fn heartbeats(&self) -> Result<BTreeMap<String, Heartbeat>, StoreError>;

    /// Keeps the later of each time and those that are stored already.
    async fn note_heartbeat(&self, name: &str, heartbeat: Heartbeat) -> Result<(), StoreError>;

    /// Its tokens.
    fn tokens(&self) -> Arc<dyn TokenStore>;

    /// Every commit from now on, in order, also those of other servers.
    /// Ends or fails when the store is lost; whoever reads it must then start again from `current`.
    async fn watch(&self) -> Result<Changes, StoreError>;
}

/// The first ticket number of a region is one more, so that all have four digits.
const FIRST_NUMBER: u64 = 1_000;

impl dyn Store {
    /// Takes one ticket number of this region.
    ///
    /// # Errors
    /// What the store says.
    pub async fn take_number(&self, region: &Region) -> Result<IncidentNumber, StoreError> {
        Ok(ticket(region, self.take_numbers(&region.id, 1).await?))
    }
}

/// A number that was taken from a store, as staff say it.
pub fn ticket(region: &Region, number: u64) -> IncidentNumber {
    IncidentNumber(format!("{}-{}", region.number_prefix, FIRST_NUMBER + number))
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

/// Why a store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, or refused; the same call may succeed later.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// What it holds cannot be read.
    #[error("the store holds something unreadable: {0}")]
    Corrupt(String),
    /// A newer program has written it.
    #[error(
        "a newer version of CinePortal has written this store: its layout is {found}, and this version knows \
         layouts up to {known}. Start that version, or restore a copy from before it"
    )]
    NewerLayout {
        /// The layout that it has.
        found: u32,
        /// The newest layout that this program knows.
        known: u32,
    },
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn both_stores_restore_the_same_collections() {
        let tables: BTreeSet<&str> = embedded::TABLES.into_iter().filter(|name| *name != "found").collect();
        assert_eq!(tables, mongo::COLLECTIONS.into_iter().collect::<BTreeSet<_>>());
        assert!(KeptCollection::ALL.iter().all(|kept| tables.contains(kept.name())));
    }
}
