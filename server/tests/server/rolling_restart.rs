//! Two servers behind nginx are replaced in turn under load: no request fails, nothing is lost or doubled, and
//! whoever follows sees every change.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use cineportal::domain::incident::Status;
use cineportal::store;
use cineportal_regions::RegionId;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::support::live::{LiveClient, Said};
use crate::support::nginx::Nginx;
use crate::support::process::{ServerProcess, wait_until_it_answers};
use crate::support::{StoreKind, everything, http_client, offline, webhook};

const SENDERS: u32 = 3;
const READERS: u32 = 3;
/// Between two requests of one of them.
const PACE: Duration = Duration::from_millis(30);
/// All servers and nginx share two processors with whatever else is built.
const PATIENCE: Duration = Duration::from_secs(60);
const LIST: &str = "query ($after: String) { incidents(first: 100, after: $after) {
    edges { node { machine { id } } } pageInfo { hasNextPage endCursor } } }";

/// What came of the requests.
#[derive(Default)]
struct Figures {
    webhooks: AtomicU32,
    queries: AtomicU32,
    /// The first few answers that were no 200.
    failures: std::sync::Mutex<Vec<String>>,
}

impl Figures {
    async fn count(&self, of: &AtomicU32, request: reqwest::RequestBuilder) {
        of.fetch_add(1, Ordering::Relaxed);
        let failure = match request.send().await {
            Ok(answer) if answer.status() == 200 => return,
            Ok(answer) => format!("{}: {}", answer.status(), answer.text().await.unwrap_or_default()),
            Err(error) => format!("{error:?}"),
        };
        self.failures.lock().unwrap().push(failure);
    }
}

/// Sends one alert after the other, each of a machine of its own; answers of which.
async fn send(
    door: SocketAddr,
    sender: u32,
    figures: Arc<Figures>,
    end: CancellationToken,
) -> BTreeSet<String> {
    let (http, mut machines) = (http_client(), BTreeSet::new());
    while !end.is_cancelled() {
        let machine = format!("dk-{sender}-{}", machines.len());
        let alert = offline(&machine, "denmark", "2026-11-20T10:00:00Z");
        let request = http.post(format!("http://{door}/webhooks/alertmanager"));
        let request = request.header("content-type", "application/json").body(webhook(&[alert]));
        figures.count(&figures.webhooks, request).await;
        machines.insert(machine);
        tokio::time::sleep(PACE).await;
    }
    machines
}

/// Asks as the portal does, by POST, until the end.
async fn read(door: SocketAddr, figures: Arc<Figures>, end: CancellationToken) -> BTreeSet<String> {
    let http = http_client();
    let question = json!({ "query": "{ region(id: \"denmark\") { counts { open } } }" });
    while !end.is_cancelled() {
        figures.count(&figures.queries, http.post(format!("http://{door}/graphql")).json(&question)).await;
        tokio::time::sleep(PACE).await;
    }
    BTreeSet::new()
}

/// Whoever follows as the portal does: with a cursor, and by the lists where changes may have been missed.
struct Follower {
    door: SocketAddr,
    cursor: Option<String>,
    seen: BTreeSet<String>,
    connections: u32,
    resyncs: u32,
}

impl Follower {
    fn new(door: SocketAddr) -> Self {
        Self { door, cursor: None, seen: BTreeSet::new(), connections: 0, resyncs: 0 }
    }

    async fn follow_until(mut self, is_enough: impl Fn(&BTreeSet<String>) -> bool) -> Self {
        while !is_enough(&self.seen) {
            self.connections += 1;
            let mut client = LiveClient::connect(self.door).await;
            client.follow("1", "denmark", self.cursor.as_deref()).await;
            while !is_enough(&self.seen) {
                match tokio::time::timeout(PACE, client.hear_to_the_end()).await {
                    Ok(Said::Message(message)) => self.take(&message).await,
                    Ok(Said::Closed(code)) => {
                        assert_eq!(code, 1001, "the server said nothing of its end");
                        break;
                    }
                    Err(_) => {}
                }
            }
        }
        self
    }

    async fn take(&mut self, message: &Value) {
        assert_eq!(message["type"], "next", "{message}");
        let event = &message["payload"]["data"]["incidentChanged"];
        if event["__typename"] == "Resync" {
            (self.resyncs, self.cursor) = (self.resyncs + 1, None);
            return self.read_the_lists().await;
        }
        self.cursor = Some(event["cursor"].as_str().unwrap().to_owned());
        self.seen.insert(event["incident"]["machine"]["id"].as_str().unwrap().to_owned());
    }

    async fn read_the_lists(&mut self) {
        let (http, mut after) = (http_client(), Value::Null);
        loop {
            let question = json!({ "query": LIST, "variables": { "after": after } });
            let answer =
                http.post(format!("http://{}/graphql", self.door)).json(&question).send().await.unwrap();
            let page = answer.json::<Value>().await.unwrap()["data"]["incidents"].take();
            let machine = |edge: &Value| edge["node"]["machine"]["id"].as_str().unwrap().to_owned();
            self.seen.extend(page["edges"].as_array().unwrap().iter().map(machine));
            if page["pageInfo"]["hasNextPage"] == false {
                return;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    }
}

async fn until_sent(figures: &Figures, more: u32) {
    let goal = figures.webhooks.load(Ordering::Relaxed) + more;
    let sent = async {
        while figures.webhooks.load(Ordering::Relaxed) < goal {
            tokio::time::sleep(PACE).await;
        }
    };
    tokio::time::timeout(PATIENCE, sent).await.expect("nothing is sent any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_are_replaced_in_turn_without_a_failed_request() {
    let fresh = StoreKind::Mongo.fresh();
    let mut servers =
        [ServerProcess::start(&fresh.address).await, ServerProcess::start(&fresh.address).await];
    let door = Nginx::before(&[servers[0].address, servers[1].address]).await;
    let (figures, end) = (Arc::new(Figures::default()), CancellationToken::new());
    let mut load = JoinSet::new();
    (0..SENDERS).for_each(|n| drop(load.spawn(send(door.address, n, Arc::clone(&figures), end.clone()))));
    (0..READERS).for_each(|_| drop(load.spawn(read(door.address, Arc::clone(&figures), end.clone()))));
    let all = Arc::new(std::sync::OnceLock::<BTreeSet<String>>::new());
    let goal = Arc::clone(&all);
    let follower = Follower::new(door.address);
    let follower = follower.follow_until(move |seen| goal.get().is_some_and(|all| all.is_subset(seen)));
    let follower = tokio::spawn(follower);
    for server in &mut servers {
        until_sent(&figures, 50).await;
        let status = tokio::task::block_in_place(|| server.stop());
        assert_eq!(status.code(), Some(0));
        server.start_again();
        wait_until_it_answers(&format!("http://{}/readyz", server.address)).await;
    }
    until_sent(&figures, 50).await;
    end.cancel();
    let mut machines = BTreeSet::new();
    while let Some(sent) = load.join_next().await {
        machines.extend(sent.unwrap());
    }
    let sent = u64::try_from(machines.len()).unwrap();
    all.set(machines).unwrap();
    let follower = tokio::time::timeout(PATIENCE, follower).await.expect("a change was not seen").unwrap();
    let store = store::open(&fresh.address).await.unwrap();
    let statuses = vec![Status::Open, Status::InProgress, Status::Closed];
    let query = everything(vec![RegionId::new("denmark")], statuses, 1);
    let stored = store.count(&query.selection, u32::MAX).await.unwrap();
    let failures = figures.failures.lock().unwrap();
    eprintln!(
        "rolling restart: {sent} webhooks, {} queries, {} failed; {stored} incidents; \
         the follower connected {} times and read the lists {} times",
        figures.queries.load(Ordering::Relaxed),
        failures.len(),
        follower.connections,
        follower.resyncs
    );
    assert!(failures.is_empty(), "{failures:#?}");
    assert_eq!(stored, sent, "an alert was lost, or has two incidents");
}
