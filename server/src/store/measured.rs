//! A store that counts what it is asked to do, how long that takes and how it ends. All else is the store's own.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use cineportal_regions::RegionId;
use jiff::Timestamp;

use super::{Changes, IncidentPage, Outcome, PageQuery, Selection, Store, StoreError, TokenStore};
use crate::access::{ServiceToken, Session, SessionId, SessionsOf};
use crate::domain::incident::{Incident, IncidentId, IncidentKey, Status};
use crate::domain::period_report::Facts;
use crate::domain::silence::Silence;
use crate::domain::watch::Heartbeat;
use crate::spans;
use crate::telemetry::StoreMetrics;

/// The same store; each call of it is counted. Calls have the names of the trait's functions.
pub fn measured(store: Arc<dyn Store>, metrics: StoreMetrics) -> Arc<dyn Store> {
    Arc::new(Measured { store, metrics })
}

struct Measured {
    store: Arc<dyn Store>,
    metrics: StoreMetrics,
}

struct MeasuredTokens {
    tokens: Arc<dyn TokenStore>,
    metrics: StoreMetrics,
}

async fn timed<T>(
    metrics: &StoreMetrics,
    operation: &'static str,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let running = metrics.begin(operation);
    let done = spans::within(spans::store(operation), work).await;
    running.end(done.is_ok());
    done
}

#[async_trait]
impl Store for Measured {
    async fn newest(&self, keys: &[IncidentKey]) -> Result<Vec<Incident>, StoreError> {
        timed(&self.metrics, "newest", self.store.newest(keys)).await
    }

    async fn incident(&self, id: &IncidentId) -> Result<Option<Incident>, StoreError> {
        timed(&self.metrics, "incident", self.store.incident(id)).await
    }

    async fn commit(&self, incidents: &[Incident]) -> Result<Vec<Outcome>, StoreError> {
        timed(&self.metrics, "commit", self.store.commit(incidents)).await
    }

    async fn take_numbers(&self, region: &RegionId, count: u32) -> Result<u64, StoreError> {
        timed(&self.metrics, "take_numbers", self.store.take_numbers(region, count)).await
    }

    async fn current(&self, closed_since: Timestamp) -> Result<Vec<Incident>, StoreError> {
        timed(&self.metrics, "current", self.store.current(closed_since)).await
    }

    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Incident>, StoreError> {
        timed(&self.metrics, "due", self.store.due(now, limit)).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        timed(&self.metrics, "next_due", self.store.next_due()).await
    }

    async fn last_closed(&self, limit: u32) -> Result<Vec<Incident>, StoreError> {
        timed(&self.metrics, "last_closed", self.store.last_closed(limit)).await
    }

    async fn closed_while_firing(&self, limit: u32) -> Result<Vec<Incident>, StoreError> {
        timed(&self.metrics, "closed_while_firing", self.store.closed_while_firing(limit)).await
    }

    async fn page(&self, query: &PageQuery) -> Result<IncidentPage, StoreError> {
        timed(&self.metrics, "page", self.store.page(query)).await
    }

    async fn count(&self, selection: &Selection, at_most: u32) -> Result<u64, StoreError> {
        timed(&self.metrics, "count", self.store.count(selection, at_most)).await
    }

    async fn facts(
        &self,
        regions: &[RegionId],
        from: Timestamp,
        to: Timestamp,
        at_most: u32,
    ) -> Result<Vec<Facts>, StoreError> {
        timed(&self.metrics, "facts", self.store.facts(regions, from, to, at_most)).await
    }

    async fn forget(&self, status: Status, updated_before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        timed(&self.metrics, "forget", self.store.forget(status, updated_before, limit)).await
    }

    async fn silences(&self, over_since: Timestamp) -> Result<Vec<Silence>, StoreError> {
        timed(&self.metrics, "silences", self.store.silences(over_since)).await
    }

    async fn commit_silence(&self, silence: &Silence) -> Result<Outcome, StoreError> {
        timed(&self.metrics, "commit_silence", self.store.commit_silence(silence)).await
    }

    async fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        timed(&self.metrics, "session", self.store.session(id)).await
    }

    async fn commit_session(&self, session: &Session) -> Result<Outcome, StoreError> {
        timed(&self.metrics, "commit_session", self.store.commit_session(session)).await
    }

    async fn end_sessions(&self, whose: &SessionsOf) -> Result<u64, StoreError> {
        timed(&self.metrics, "end_sessions", self.store.end_sessions(whose)).await
    }

    async fn forget_sessions(&self, ended_before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        timed(&self.metrics, "forget_sessions", self.store.forget_sessions(ended_before, limit)).await
    }

    async fn heartbeats(&self) -> Result<BTreeMap<String, Heartbeat>, StoreError> {
        timed(&self.metrics, "heartbeats", self.store.heartbeats()).await
    }

    async fn note_heartbeat(&self, name: &str, heartbeat: Heartbeat) -> Result<(), StoreError> {
        timed(&self.metrics, "note_heartbeat", self.store.note_heartbeat(name, heartbeat)).await
    }

    async fn watch(&self) -> Result<Changes, StoreError> {
        timed(&self.metrics, "watch", self.store.watch()).await
    }

    fn tokens(&self) -> Arc<dyn TokenStore> {
        Arc::new(MeasuredTokens { tokens: self.store.tokens(), metrics: self.metrics.clone() })
    }
}

#[async_trait]
impl TokenStore for MeasuredTokens {
    async fn service_tokens(&self) -> Result<Vec<ServiceToken>, StoreError> {
        timed(&self.metrics, "service_tokens", self.tokens.service_tokens()).await
    }

    async fn add_service_token(&self, token: &ServiceToken) -> Result<Outcome, StoreError> {
        timed(&self.metrics, "add_service_token", self.tokens.add_service_token(token)).await
    }

    async fn revoke_service_token(&self, id: &str, at: Timestamp) -> Result<bool, StoreError> {
        timed(&self.metrics, "revoke_service_token", self.tokens.revoke_service_token(id, at)).await
    }

    async fn note_token_use(&self, id: &str, at: Timestamp) -> Result<(), StoreError> {
        timed(&self.metrics, "note_token_use", self.tokens.note_token_use(id, at)).await
    }

    async fn forget_service_token(&self, id: &str) -> Result<(), StoreError> {
        timed(&self.metrics, "forget_service_token", self.tokens.forget_service_token(id)).await
    }

    async fn embed_key(&self, fresh: &[u8]) -> Result<Vec<u8>, StoreError> {
        timed(&self.metrics, "embed_key", self.tokens.embed_key(fresh)).await
    }
}
