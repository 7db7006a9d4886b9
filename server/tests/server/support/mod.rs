//! What the tests share: real stores, a real server on a port of its own, and its clients.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use cineportal::app::App;
use cineportal::config::{self, Command, ServeConfig, StoreAddress};
use cineportal::domain::incident::Status;
use cineportal::domain::paging::Paging;
use cineportal::store::{self, PageQuery, Selection, Store};
use cineportal_regions::RegionId;
use futures::stream;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) mod backup;
pub(crate) mod browser;
pub(crate) mod charts;
pub(crate) mod collector;
pub(crate) mod corpus;
pub(crate) mod cuttable_store;
pub(crate) mod event_stream;
pub(crate) mod exporter;
pub(crate) mod guarded;
pub(crate) mod issuer;
pub(crate) mod line;
pub(crate) mod live;
pub(crate) mod logging;
pub(crate) mod mail;
pub(crate) mod monitoring;
pub(crate) mod nginx;
pub(crate) mod process;
pub(crate) mod prometheus;
pub(crate) mod provider;
pub(crate) mod raw_exporter;
pub(crate) mod receiver;
pub(crate) mod region_files;
pub(crate) mod replica_set;
pub(crate) mod routes;
pub(crate) mod s3;
pub(crate) mod scrape;
pub(crate) mod sshd;
pub(crate) mod steady_load;
pub(crate) mod telling;
pub(crate) mod token_program;
pub(crate) mod wire;

/// Generous: nothing here is about speed, only about "in the end".
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Makes of each function one test on each store.
macro_rules! on_both_stores {
    ($($(#[$meta:meta])* async fn $name:ident($server:ident: $Server:ty) $body:block)*) => {
        mod embedded { $(#[tokio::test] async fn $name() {
            super::story::$name(super::TestServer::start(crate::support::StoreKind::Embedded).await).await;
        })* }
        mod mongodb { $(#[tokio::test] async fn $name() {
            super::story::$name(super::TestServer::start(crate::support::StoreKind::Mongo).await).await;
        })* }
        mod story { use super::*; $($(#[$meta])* pub(super) async fn $name($server: $Server) $body)* }
    };
}
pub(crate) use on_both_stores;

/// A store to test with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum StoreKind {
    Embedded,
    Mongo,
}

/// An address of an empty store. The folder lives as long as this.
#[derive(Clone)]
pub(crate) struct FreshStore {
    pub(crate) address: StoreAddress,
    _folder: Arc<TempDir>,
}

impl StoreKind {
    pub(crate) fn fresh(self) -> FreshStore {
        let folder = tempfile::tempdir().unwrap();
        let address = match self {
            Self::Embedded => StoreAddress::Embedded(folder.path().to_owned()),
            Self::Mongo => StoreAddress::Mongo(mongodb_address()),
        };
        FreshStore { address, _folder: Arc::new(folder) }
    }
}

/// A database of its own on the replica set that the tests were given.
#[expect(clippy::disallowed_methods, reason = "tests are told by the environment where MongoDB is")]
fn mongodb_address() -> String {
    static DATABASES: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("CINEPORTAL_TEST_MONGODB").expect(
        "CINEPORTAL_TEST_MONGODB must name a MongoDB replica set; `cargo xtask test` starts one and sets it",
    );
    let (host, options) = server.split_once("/?").expect("mongodb://HOST:PORT/?replicaSet=NAME");
    let number = DATABASES.fetch_add(1, Ordering::Relaxed);
    format!("{host}/test_{}_{number}?{options}", std::process::id())
}

/// A server that runs in this process, on a port of its own.
pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    http: reqwest::Client,
    stop: CancellationToken,
    reloads: mpsc::Sender<()>,
    running: JoinHandle<anyhow::Result<()>>,
    store: FreshStore,
}

impl TestServer {
    pub(crate) async fn start(kind: StoreKind) -> Self {
        Self::start_on(kind.fresh()).await
    }

    pub(crate) async fn start_on(fresh: FreshStore) -> Self {
        let store = store::open(&fresh.address).await.unwrap();
        let server = Self::start_with(store, fresh).await;
        server.wait_until_ready().await;
        server
    }

    /// Starts with more flags than [`settings`] gives.
    pub(crate) async fn start_with_flags(fresh: FreshStore, flags: &[&str]) -> Self {
        let store = store::open(&fresh.address).await.unwrap();
        let settings = settings_with(&fresh.address, flags);
        let server = Self::start_as_told(store, fresh, &settings).await;
        server.wait_until_ready().await;
        server
    }

    /// Starts on a store that is open already; does not wait until the server is ready.
    pub(crate) async fn start_with(store: Arc<dyn Store>, fresh: FreshStore) -> Self {
        let settings = settings(&fresh.address);
        Self::start_as_told(store, fresh, &settings).await
    }

    /// Starts with settings of its own.
    pub(crate) async fn start_configured(fresh: FreshStore, change: impl FnOnce(&mut ServeConfig)) -> Self {
        let mut settings = settings(&fresh.address);
        change(&mut settings);
        let store = store::open(&fresh.address).await.unwrap();
        let server = Self::start_as_told(store, fresh, &settings).await;
        server.wait_until_ready().await;
        server
    }

    /// Starts on a store that is open already, with these settings.
    pub(crate) async fn start_as_told(
        store: Arc<dyn Store>,
        fresh: FreshStore,
        settings: &ServeConfig,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let (reloads, asked) = mpsc::channel(1);
        let asked =
            stream::unfold(asked, |mut asked| async move { asked.recv().await.map(|()| ((), asked)) });
        let app = App::build_on(store, settings).unwrap().reloading_at(asked);
        let running = tokio::spawn(app.run(listener, stop.clone().cancelled_owned()));
        Self { address, http: http_client(), stop, reloads, running, store: fresh }
    }

    /// Asks the server to stop, as SIGTERM does; it is stopping when this returns, not stopped.
    pub(crate) fn ask_to_stop(&self) {
        self.stop.cancel();
    }

    /// Has the server read its regions anew, as SIGHUP does; returns when it has, whatever it found.
    pub(crate) async fn reload(&self) {
        let done = ["done", "refused"]
            .map(|outcome| format!("cineportal_regions_reloads_total{{outcome=\"{outcome}\"}}"));
        let reloads = |scrape: &scrape::Scrape| done.iter().map(|series| scrape.value(series)).sum::<f64>();
        let before = reloads(&self.scrape().await);
        self.reloads.send(()).await.unwrap();
        self.scrape_once(|scrape| reloads(scrape) > before).await;
    }

    /// Stops the server, and hands back its store.
    pub(crate) async fn stop(self) -> FreshStore {
        self.stop.cancel();
        self.running.await.unwrap().unwrap();
        self.store
    }

    pub(crate) fn store(&self) -> &StoreAddress {
        &self.store.address
    }

    /// The same store, for a second server.
    pub(crate) fn shared_store(&self) -> FreshStore {
        self.store.clone()
    }

    pub(crate) async fn wait_until_ready(&self) {
        let ready = async {
            while !self.http.get(self.url("/readyz")).send().await.is_ok_and(|r| r.status() == 200) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, ready).await.expect("the server did not become ready");
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) async fn get(&self, path: &str) -> reqwest::Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    pub(crate) async fn post_webhook(&self, body: impl Into<reqwest::Body>) -> reqwest::Response {
        let request = self.http.post(self.url("/webhooks/alertmanager"));
        request.header("content-type", "application/json").body(body).send().await.unwrap()
    }

    /// Sends a webhook; returns the status and what the server said.
    pub(crate) async fn webhook(&self, body: impl Into<reqwest::Body>) -> (u16, String) {
        let response = self.post_webhook(body).await;
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Sends alerts as Alertmanager does; they must be stored.
    pub(crate) async fn alert(&self, alerts: &[Value]) {
        assert_eq!(self.webhook(webhook(alerts)).await, (200, "stored\n".to_owned()));
    }

    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, self.url(path))
    }

    /// The value of one of its metrics, without labels.
    pub(crate) async fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics").await.text().await.unwrap();
        let line =
            text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned));
        line.unwrap_or_else(|| panic!("no metric {name}")).parse().unwrap()
    }

    /// Waits until so many more rounds of comparing with the sources have ended.
    pub(crate) async fn rounds(&self, count: u32) {
        let rounds = || self.metric("cineportal_reconcile_rounds_total");
        let end = rounds().await + f64::from(count);
        let passed = async {
            while rounds().await < end {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, passed).await.expect("no more rounds of comparing");
    }

    pub(crate) fn graphql_request(&self) -> reqwest::RequestBuilder {
        self.http.post(self.url("/graphql"))
    }

    /// Asks or does something; there must be no error.
    pub(crate) async fn graphql(&self, query: &str, variables: Value) -> Value {
        let mut answer = self.answer(query, &variables).await;
        assert_eq!(answer.get("errors"), None, "{answer}");
        answer["data"].take()
    }

    /// Asks until the answer looks as expected.
    pub(crate) async fn graphql_once(&self, query: &str, expected: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        let found = async {
            loop {
                last = self.ask(query, &json!({})).await;
                if expected(&last) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, found).await;
        assert!(found.is_ok(), "the answer is not as expected: {last:#}");
        last
    }

    /// Asks; asks again while the store is too slow to answer, as it may be beside a build.
    pub(crate) async fn ask(&self, query: &str, variables: &Value) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut answer = self.answer(query, variables).await;
            let Some(errors) = answer.get("errors").and_then(Value::as_array) else {
                return answer["data"].take();
            };
            let is_late = |error: &Value| error["extensions"]["code"] == "UPSTREAM_UNAVAILABLE";
            assert!(errors.iter().all(is_late) && Instant::now() < deadline, "{answer}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The whole answer, with its errors.
    async fn answer(&self, query: &str, variables: &Value) -> Value {
        let request = self.graphql_request().json(&json!({ "query": query, "variables": variables }));
        request.send().await.unwrap().json().await.unwrap()
    }

    /// What is wrong with an operation: the messages of its errors.
    pub(crate) async fn graphql_errors(&self, query: &str) -> Vec<String> {
        let answer = self.answer(query, &json!({})).await;
        let errors = answer["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["message"].as_str().unwrap().to_owned()).collect()
    }

    /// The incidents of all regions in these states.
    pub(crate) async fn incidents(&self, statuses: &[&str]) -> Vec<Value> {
        let query = "query ($status: [IncidentStatus!]) { incidents(filter: { status: $status }, first: 100) { edges {
            node { id number status severity errorId title description firing occurrences version closeReason
                   region { id } machine { id } cinema { id name } screen { id name } openedAt closedAt assignee earlier
                   timeline { who what note } links { title url } labels { name value } } } } }";
        let mut data = self.ask(query, &json!({ "status": statuses })).await;
        let Value::Array(edges) = data["incidents"]["edges"].take() else { panic!("{data}") };
        edges.into_iter().map(|mut edge| edge["node"].take()).collect()
    }

    /// The only incident there is, in whatever state, as soon as it looks as expected.
    pub(crate) async fn the_incident(&self, expected: impl Fn(&Value) -> bool) -> Value {
        let one = |all: &[Value]| matches!(all, [incident] if expected(incident));
        self.incidents_once(&["OPEN", "IN_PROGRESS", "CLOSED"], one).await.remove(0)
    }

    /// The incidents in these states, as soon as they look as expected: lists follow the feed.
    pub(crate) async fn incidents_once(
        &self,
        statuses: &[&str],
        expected: impl Fn(&[Value]) -> bool,
    ) -> Vec<Value> {
        let mut last = Vec::new();
        let found = async {
            loop {
                last = self.incidents(statuses).await;
                if expected(&last) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, found).await;
        assert!(found.is_ok(), "the incidents are not as expected: {last:#?}");
        last
    }
}

/// Settings as the command line gives them, with the shipped regions and a flap window of a minute.
pub(crate) fn settings(store: &StoreAddress) -> ServeConfig {
    settings_with(store, &[])
}

/// The same with more flags.
fn settings_with(store: &StoreAddress, flags: &[&str]) -> ServeConfig {
    let store = store_argument(store);
    let regions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions");
    let arguments = [
        ["cineportal", "serve"],
        ["--store", &store],
        ["--regions", regions.to_str().unwrap()],
        ["--flap-window-seconds", "60"],
    ];
    let Command::Serve(mut settings) =
        config::read([&arguments.concat(), flags].concat().into_iter().map(Into::into)).unwrap().command
    else {
        panic!("`serve` was not understood")
    };
    // Nobody balances here.
    settings.life_cycle.drain_seconds = 0;
    settings
}

/// A client for plain HTTP.
pub(crate) fn http_client() -> reqwest::Client {
    // Every test of this process installs the same provider; only the first one wins.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// An address as `--store` takes it.
pub(crate) fn store_argument(store: &StoreAddress) -> String {
    match store {
        StoreAddress::Embedded(folder) => format!("embedded:{}", folder.display()),
        StoreAddress::Mongo(uri) => uri.clone(),
    }
}

/// The newest incidents of these regions in these states.
pub(crate) fn everything(regions: Vec<RegionId>, statuses: Vec<Status>, limit: u32) -> PageQuery {
    PageQuery {
        selection: Selection { regions, statuses, ..Selection::default() },
        paging: Paging::first(limit),
    }
}

/// A webhook body with these alerts.
pub(crate) fn webhook(alerts: &[Value]) -> String {
    json!({
        "version": "4", "groupKey": "{}:{region=\"denmark\"}", "truncatedAlerts": 0, "status": "firing",
        "receiver": "cineportal", "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {},
        "externalURL": "http://127.0.0.1:9093", "alerts": alerts,
    })
    .to_string()
}

/// A machine of a region goes offline at this time. It is the only one of its cinema, so that however many there are,
/// they are no cinema outage.
pub(crate) fn offline(machine: &str, region: &str, starts_at: &str) -> Value {
    json!({
        "status": "firing",
        "labels": {
            "alertname": "MachineOffline", "error_id": "machine_offline", "severity": "critical", "region": region,
            "machine_id": machine, "machine": machine, "cinema_id": format!("cinema-of-{machine}"),
            "cinema": "Aarhus Bio", "screen_id": "dk-aarhus-3", "screen": "Screen 3",
        },
        "annotations": { "summary": "Screen 3 is dark", "description": "The machine does not answer." },
        "startsAt": starts_at, "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://127.0.0.1:9090/graph?g0.expr=up",
    })
}

/// The same in a cinema that all of them share, so that several are one outage.
pub(crate) fn offline_together(machine: &str, region: &str, starts_at: &str) -> Value {
    let mut alert = offline(machine, region, starts_at);
    alert["labels"]["cinema_id"] = json!("dk-aarhus");
    alert
}

/// The same alert, resolved at this time.
pub(crate) fn resolved(mut alert: Value, ends_at: &str) -> Value {
    alert["status"] = json!("resolved");
    alert["endsAt"] = json!(ends_at);
    alert
}
