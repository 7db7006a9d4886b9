//! When something behind the server is in trouble: nothing is lost, and nothing looks well that is not.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use cineportal::domain::incident::{Incident, IncidentId, IncidentKey, Status};
use cineportal::domain::silence::Silence;
use cineportal::domain::watch::Heartbeat;
use cineportal::store::{self, Changes, IncidentPage, Outcome, PageQuery, Selection, Store, StoreError};
use cineportal_regions::RegionId;
use jiff::Timestamp;
use serde_json::json;

use crate::support::{StoreKind, TestServer, offline, webhook};

/// A real store behind a line that can be cut.
struct CuttableStore {
    store: Arc<dyn Store>,
    cut: Arc<AtomicBool>,
}

impl CuttableStore {
    fn line(&self) -> Result<&dyn Store, StoreError> {
        if self.cut.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("the line is cut".to_owned()));
        }
        Ok(self.store.as_ref())
    }
}

#[async_trait]
impl Store for CuttableStore {
    async fn newest(&self, keys: &[IncidentKey]) -> Result<Vec<Incident>, StoreError> {
        self.line()?.newest(keys).await
    }
    async fn incident(&self, id: &IncidentId) -> Result<Option<Incident>, StoreError> {
        self.line()?.incident(id).await
    }
    async fn commit(&self, incidents: &[Incident]) -> Result<Vec<Outcome>, StoreError> {
        self.line()?.commit(incidents).await
    }
    async fn take_numbers(&self, region: &RegionId, count: u32) -> Result<u64, StoreError> {
        self.line()?.take_numbers(region, count).await
    }
    async fn current(&self, closed_since: Timestamp) -> Result<Vec<Incident>, StoreError> {
        self.line()?.current(closed_since).await
    }
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Incident>, StoreError> {
        self.line()?.due(now, limit).await
    }
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.line()?.next_due().await
    }
    async fn last_closed(&self, limit: u32) -> Result<Vec<Incident>, StoreError> {
        self.line()?.last_closed(limit).await
    }
    async fn closed_while_firing(&self, limit: u32) -> Result<Vec<Incident>, StoreError> {
        self.line()?.closed_while_firing(limit).await
    }
    async fn page(&self, query: &PageQuery) -> Result<IncidentPage, StoreError> {
        self.line()?.page(query).await
    }
    async fn count(&self, selection: &Selection, at_most: u32) -> Result<u64, StoreError> {
        self.line()?.count(selection, at_most).await
    }
    async fn forget(&self, status: Status, updated_before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.line()?.forget(status, updated_before, limit).await
    }
    async fn silences(&self, over_since: Timestamp) -> Result<Vec<Silence>, StoreError> {
        self.line()?.silences(over_since).await
    }
    async fn commit_silence(&self, silence: &Silence) -> Result<Outcome, StoreError> {
        self.line()?.commit_silence(silence).await
    }
    async fn heartbeats(&self) -> Result<BTreeMap<String, Heartbeat>, StoreError> {
        self.line()?.heartbeats().await
    }
    async fn note_heartbeat(&self, name: &str, heartbeat: Heartbeat) -> Result<(), StoreError> {
        self.line()?.note_heartbeat(name, heartbeat).await
    }
    async fn watch(&self) -> Result<Changes, StoreError> {
        self.line()?.watch().await
    }
}

/// A server on an embedded store behind a line, which is cut from the start or later.
pub(crate) async fn server(cut_from_the_start: bool) -> (TestServer, Arc<AtomicBool>) {
    let fresh = StoreKind::Embedded.fresh();
    let store = store::open(&fresh.address).await.unwrap();
    let cut = Arc::new(AtomicBool::new(cut_from_the_start));
    let store = Arc::new(CuttableStore { store, cut: Arc::clone(&cut) });
    (TestServer::start_with(store, fresh).await, cut)
}

fn dark_screen() -> serde_json::Value {
    offline("dk-1", "denmark", "2026-11-20T10:00:00Z")
}

#[tokio::test]
async fn a_webhook_that_cannot_be_stored_is_sent_back_and_taken_the_next_time() {
    let (server, cut) = server(false).await;
    server.wait_until_ready().await;
    cut.store(true, Ordering::SeqCst);
    let response = server.post_webhook(webhook(&[dark_screen()])).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (503, &"2".parse().unwrap())
    );
    cut.store(false, Ordering::SeqCst);
    server.alert(&[dark_screen()]).await;
    server.the_incident(|incident| incident["status"] == "OPEN").await;
}

#[tokio::test]
async fn a_server_whose_board_does_not_stand_does_not_say_all_clear() {
    let (server, cut) = server(true).await;
    assert_eq!(server.get("/healthz").await.status(), 200);
    assert_eq!(server.get("/readyz").await.status(), 503);
    for query in ["{ regions { counts { open } } }", "{ incidents { totalCount } }"] {
        let request = server.graphql_request().json(&json!({ "query": query }));
        let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UPSTREAM_UNAVAILABLE", "{answer}");
    }
    cut.store(false, Ordering::SeqCst);
    server.wait_until_ready().await;
    assert_eq!(server.incidents(&["OPEN"]).await, Vec::<serde_json::Value>::new());
}

#[tokio::test]
async fn a_silence_goes_on_while_the_store_is_away_and_cannot_be_changed() {
    let (server, cut) = server(false).await;
    server.wait_until_ready().await;
    server.alert(&[dark_screen()]).await;
    server.the_incident(|incident| incident["status"] == "OPEN").await;
    let create = "mutation { createSilence(region: \"denmark\", input: { comment: \"why\", window: { weekly: {
        weekdays: [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY], start: \"00:00\", end: \"00:00\" } } })
        { __typename } }";
    let created = server.graphql(create, json!({})).await;
    assert_eq!(created["createSilence"]["__typename"], "SilenceAccepted");
    cut.store(true, Ordering::SeqCst);
    let refused = server.graphql_request().json(&json!({ "query": create })).send().await.unwrap();
    let refused: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(refused["errors"][0]["extensions"]["code"], "UPSTREAM_UNAVAILABLE", "{refused}");
    let counts = server
        .graphql("{ region(id: \"denmark\") { counts { open muted } silences { state } } }", json!({}))
        .await;
    let expected = json!({ "counts": { "open": 1, "muted": 1 }, "silences": [{ "state": "ACTIVE" }] });
    assert_eq!(counts["region"], expected);
}

#[tokio::test]
async fn an_export_without_a_store_is_not_an_empty_one() {
    let (server, cut) = server(false).await;
    server.wait_until_ready().await;
    cut.store(true, Ordering::SeqCst);
    assert_eq!(server.get("/api/v1/incidents.csv").await.status(), 503);
}

#[tokio::test]
async fn a_page_of_another_site_can_neither_send_alerts_nor_read_by_another_name() {
    let (server, _) = server(false).await;
    server.wait_until_ready().await;
    let http = reqwest::Client::new();
    let alerts = webhook(&[dark_screen()]);
    let post = || http.post(server.url("/webhooks/alertmanager")).body(alerts.clone());
    let from_a_page =
        post().header("content-type", "application/json").header("origin", "https://evil.example");
    assert_eq!(from_a_page.send().await.unwrap().status(), 403);
    assert_eq!(post().header("content-type", "text/plain").send().await.unwrap().status(), 415);
    let rebound = http.get(server.url("/graphql?query=%7Bregions%7Bid%7D%7D")).header("host", "evil.example");
    assert_eq!(rebound.send().await.unwrap().status(), 403);
    assert_eq!(server.incidents(&["OPEN", "CLOSED"]).await, Vec::<serde_json::Value>::new());
}
