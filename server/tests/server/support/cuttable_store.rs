//! A real store behind a line that can be cut, that can fall silent, or at which the server stumbles.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cineportal::access::{Session, SessionId, SessionsOf};
use cineportal::config::{ServeConfig, StoreAddress};
use cineportal::domain::incident::{Incident, IncidentId, IncidentKey, Status};
use cineportal::domain::period_report::Facts;
use cineportal::domain::silence::Silence;
use cineportal::domain::watch::Heartbeat;
use cineportal::store::{
    self, Changes, IncidentPage, Outcome, PageQuery, Selection, Store, StoreError, TokenStore,
};
use cineportal_regions::RegionId;
use futures::{StreamExt, stream};
use jiff::Timestamp;
use tokio::sync::watch;

use super::{StoreKind, TestServer, settings};

/// How the store can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// As always.
    Whole,
    /// Not at all: every call fails, and the feed is lost.
    Cut,
    /// Calls are never answered.
    Silent,
    /// Who asks for an incident by its id meets a bug, which panics. What the server does by itself goes on: it would
    /// stop over it.
    Buggy,
}

/// A store at the end of a line.
struct CuttableStore {
    store: Arc<dyn Store>,
    line: watch::Sender<Line>,
}

impl CuttableStore {
    async fn line(&self) -> Result<&dyn Store, StoreError> {
        let line = *self.line.borrow();
        match line {
            Line::Whole | Line::Buggy => Ok(self.store.as_ref()),
            Line::Cut => Err(cut()),
            Line::Silent => std::future::pending().await,
        }
    }
}

fn cut() -> StoreError {
    StoreError::Unavailable("the line is cut".to_owned())
}

#[async_trait]
impl Store for CuttableStore {
    async fn newest(&self, keys: &[IncidentKey]) -> Result<Vec<Incident>, StoreError> {
        self.line().await?.newest(keys).await
    }
    async fn incident(&self, id: &IncidentId) -> Result<Option<Incident>, StoreError> {
        assert!(!matches!(*self.line.borrow(), Line::Buggy), "secret of the store");
        self.line().await?.incident(id).await
    }
    async fn commit(&self, incidents: &[Incident]) -> Result<Vec<Outcome>, StoreError> {
        self.line().await?.commit(incidents).await
    }
    async fn take_numbers(&self, region: &RegionId, count: u32) -> Result<u64, StoreError> {
        self.line().await?.take_numbers(region, count).await
    }
    async fn current(&self, closed_since: Timestamp) -> Result<Vec<Incident>, StoreError> {
        self.line().await?.current(closed_since).await
    }
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Incident>, StoreError> {
        self.line().await?.due(now, limit).await
    }
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.line().await?.next_due().await
    }
    async fn last_closed(&self, limit: u32) -> Result<Vec<Incident>, StoreError> {
        self.line().await?.last_closed(limit).await
    }
    async fn closed_while_firing(&self, limit: u32) -> Result<Vec<Incident>, StoreError> {
        self.line().await?.closed_while_firing(limit).await
    }
    async fn page(&self, query: &PageQuery) -> Result<IncidentPage, StoreError> {
        self.line().await?.page(query).await
    }
    async fn count(&self, selection: &Selection, at_most: u32) -> Result<u64, StoreError> {
        self.line().await?.count(selection, at_most).await
    }
    async fn facts(
        &self,
        regions: &[RegionId],
        from: Timestamp,
        to: Timestamp,
        at_most: u32,
    ) -> Result<Vec<Facts>, StoreError> {
        self.line().await?.facts(regions, from, to, at_most).await
    }
    async fn forget(&self, status: Status, updated_before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.line().await?.forget(status, updated_before, limit).await
    }
    async fn silences(&self, over_since: Timestamp) -> Result<Vec<Silence>, StoreError> {
        self.line().await?.silences(over_since).await
    }
    async fn commit_silence(&self, silence: &Silence) -> Result<Outcome, StoreError> {
        self.line().await?.commit_silence(silence).await
    }
    async fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        self.line().await?.session(id).await
    }
    async fn commit_session(&self, session: &Session) -> Result<Outcome, StoreError> {
        self.line().await?.commit_session(session).await
    }
    async fn end_sessions(&self, whose: &SessionsOf) -> Result<u64, StoreError> {
        self.line().await?.end_sessions(whose).await
    }
    async fn forget_sessions(&self, ended_before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.line().await?.forget_sessions(ended_before, limit).await
    }
    async fn heartbeats(&self) -> Result<BTreeMap<String, Heartbeat>, StoreError> {
        self.line().await?.heartbeats().await
    }
    async fn note_heartbeat(&self, name: &str, heartbeat: Heartbeat) -> Result<(), StoreError> {
        self.line().await?.note_heartbeat(name, heartbeat).await
    }
    fn tokens(&self) -> Arc<dyn TokenStore> {
        self.store.tokens()
    }
    async fn watch(&self) -> Result<Changes, StoreError> {
        let changes = self.line().await?.watch().await?;
        let mut line = self.line.subscribe();
        let is_cut = async move { line.wait_for(|line| *line == Line::Cut).await.is_ok() };
        let end = stream::once(std::future::ready(Err(cut())));
        Ok(changes.take_until(is_cut).chain(end).boxed())
    }
}

/// A server on an embedded store behind a line; does not wait until it is ready.
pub(crate) async fn server_on_a_line(
    line: Line,
    operation_timeout: Duration,
) -> (TestServer, watch::Sender<Line>) {
    let with_timeout = |address: &StoreAddress| {
        let mut settings = settings(address);
        settings.limits.operation_timeout_seconds = operation_timeout.as_secs().try_into().unwrap();
        settings
    };
    configured_server_on_a_line(line, with_timeout).await
}

/// The same with settings of its own.
pub(crate) async fn configured_server_on_a_line(
    line: Line,
    settings: impl FnOnce(&StoreAddress) -> ServeConfig,
) -> (TestServer, watch::Sender<Line>) {
    let fresh = StoreKind::Embedded.fresh();
    let store = store::open(&fresh.address).await.unwrap();
    let line = watch::Sender::new(line);
    let store = Arc::new(CuttableStore { store, line: line.clone() });
    let settings = settings(&fresh.address);
    (TestServer::start_as_told(store, fresh, &settings).await, line)
}
