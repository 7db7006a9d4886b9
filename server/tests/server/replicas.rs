//! Several servers on one MongoDB, and a MongoDB that loses its primary.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use cineportal::domain::incident::Incident;
use cineportal::store::{self, Store};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::support::live::LiveClient;
use crate::support::process::{Process, ServerProcess, free_address, wait_until_it_answers};
use crate::support::replica_set::ReplicaSet;
use crate::support::{StoreKind, TestServer, http_client, offline};

/// Alertmanager comes again only after a while, and a new primary has to be found first.
const PATIENCE: Duration = Duration::from_secs(120);
/// So many alerts are under way before the primary is killed, and so many more come after.
const ALERTS_BEFORE_AND_AFTER: u32 = 100;

#[tokio::test]
async fn two_hundred_equal_webhooks_at_two_servers_are_one_incident_on_both() {
    let one = TestServer::start(StoreKind::Mongo).await;
    let two = TestServer::start_on(one.shared_store()).await;
    let mut feeds = [LiveClient::connect(one.address).await, LiveClient::connect(two.address).await];
    for feed in &mut feeds {
        feed.follow("1", "denmark", None).await;
        assert_eq!(feed.event().await["__typename"], "Resync");
    }
    let alerts = [offline("dk-1", "denmark", "2026-11-20T10:00:00Z")];
    let posts = (0..200).map(|n| if n % 2 == 0 { one.alert(&alerts) } else { two.alert(&alerts) });
    futures::future::join_all(posts).await;
    for (server, feed) in [&one, &two].into_iter().zip(&mut feeds) {
        let incident = server.the_incident(|incident| incident["status"] == "OPEN").await;
        assert_eq!((&incident["occurrences"], &incident["version"]), (&json!(1), &json!(1)));
        let told = feed.event().await;
        assert_eq!(told["incident"]["number"], incident["number"], "{told}");
    }
}

#[tokio::test]
async fn no_alert_of_the_real_alertmanager_is_lost_when_the_primary_is_killed() {
    let mut mongodb = ReplicaSet::start().await;
    let server = ServerProcess::start(&mongodb.store()).await;
    let alertmanager = Alertmanager::start(server.address).await;
    let posted = Arc::new(AtomicU32::new(0));
    let end = CancellationToken::new();
    let stream = alertmanager.clone_of_address().stream_alerts(Arc::clone(&posted), end.clone());
    let stream = tokio::spawn(stream);
    wait_for(&posted, ALERTS_BEFORE_AND_AFTER).await;
    mongodb.lose_the_primary().await;
    let after_the_loss = posted.load(Ordering::SeqCst) + ALERTS_BEFORE_AND_AFTER;
    wait_for(&posted, after_the_loss).await;
    end.cancel();
    stream.await.unwrap();
    let store = store::open(&mongodb.store()).await.unwrap();
    let all_sent = alertmanager.alerts().await;
    let incidents = open_incidents_once(store.as_ref(), all_sent).await;
    let machines: BTreeSet<_> = incidents.iter().map(|incident| &incident.place.machine_id).collect();
    assert_eq!((incidents.len(), machines.len()), (all_sent, all_sent), "an alert has two incidents");
}

async fn wait_for(counter: &AtomicU32, least: u32) {
    let reached = async {
        while counter.load(Ordering::SeqCst) < least {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, reached).await.expect("too few alerts were posted");
}

/// All open incidents, as soon as there are at least so many.
async fn open_incidents_once(store: &dyn Store, least: usize) -> Vec<Incident> {
    let found = async {
        loop {
            let open = store.current(Timestamp::now()).await.unwrap();
            if open.len() >= least {
                return open;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, found).await.expect("alerts were lost")
}

/// The real Alertmanager, with our server as its receiver.
struct Alertmanager {
    address: AlertmanagerAddress,
    _process: Process,
    _folder: TempDir,
}

/// Where it takes alerts.
#[derive(Clone)]
struct AlertmanagerAddress(SocketAddr);

impl Alertmanager {
    async fn start(server: SocketAddr) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("alertmanager.yml");
        let webhook = json!({ "url": format!("http://{server}/webhooks/alertmanager"), "max_alerts": 0 });
        let route = json!({
            "receiver": "cineportal", "group_by": ["region"],
            "group_wait": "0s", "group_interval": "1s", "repeat_interval": "1h",
        });
        let receivers = json!([{ "name": "cineportal", "webhook_configs": [webhook] }]);
        fs::write(&config, json!({ "route": route, "receivers": receivers }).to_string()).unwrap();
        let address = free_address();
        let mut command = Command::new("prometheus-alertmanager");
        command
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.path={}", folder.path().display()))
            .arg(format!("--web.listen-address={address}"))
            .arg("--cluster.listen-address=");
        let process = Process::start(&mut command);
        wait_until_it_answers(&format!("http://{address}/-/ready")).await;
        Self { address: AlertmanagerAddress(address), _process: process, _folder: folder }
    }

    fn clone_of_address(&self) -> AlertmanagerAddress {
        self.address.clone()
    }

    /// How many alerts it holds.
    async fn alerts(&self) -> usize {
        let url = format!("http://{}/api/v2/alerts", self.address.0);
        let alerts: Vec<Value> = http_client().get(url).send().await.unwrap().json().await.unwrap();
        alerts.len()
    }
}

impl AlertmanagerAddress {
    /// One machine after the other goes offline, until told to end.
    async fn stream_alerts(self, posted: Arc<AtomicU32>, end: CancellationToken) {
        let http = http_client();
        let url = format!("http://{}/api/v2/alerts", self.0);
        for number in (0..).take_while(|_| !end.is_cancelled()) {
            let now = Timestamp::now();
            let mut alert = offline(&format!("dk-{number}"), "denmark", &now.to_string());
            alert["endsAt"] = json!((now + SignedDuration::from_hours(1)).to_string());
            let response = http.post(&url).json(&json!([alert])).send().await.unwrap();
            assert_eq!(response.status(), 200);
            posted.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
