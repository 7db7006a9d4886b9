//! When something behind the server is in trouble: nothing is lost, and nothing looks well that is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use cineportal::domain::incident::{Incident, IncidentId, IncidentKey};
use cineportal::store::{self, Changes, Outcome, Page, PageQuery, Store, StoreError};
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
    async fn page(&self, query: &PageQuery) -> Result<Page, StoreError> {
        self.line()?.page(query).await
    }
    async fn watch(&self) -> Result<Changes, StoreError> {
        self.line()?.watch().await
    }
}

/// A server on an embedded store behind a line, which is cut from the start or later.
async fn server(cut_from_the_start: bool) -> (TestServer, Arc<AtomicBool>) {
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
