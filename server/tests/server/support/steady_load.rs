//! Senders that behave as Alertmanager does: what was not acknowledged comes again until it is.

use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use cineportal::config::StoreAddress;
use cineportal::store;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{http_client, offline, webhook};

const SENDERS: u32 = 4;
/// Between two tries, and between two alerts.
const PACE: Duration = Duration::from_millis(20);
/// A sender that gets no answer in this time sends again.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(4);
/// A new primary has to be found, or a program started, on a machine that builds something else.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Default)]
struct Tally {
    acknowledged: AtomicU32,
    /// Answers that were no 200, and those that never came.
    failed: AtomicU32,
}

/// Alerts of ever new machines, one webhook each.
pub(crate) struct SteadyLoad {
    senders: JoinSet<BTreeSet<String>>,
    tally: Arc<Tally>,
    end: CancellationToken,
}

impl SteadyLoad {
    pub(crate) fn on(server: SocketAddr) -> Self {
        let (tally, end) = (Arc::new(Tally::default()), CancellationToken::new());
        let senders = (0..SENDERS).map(|sender| send(server, sender, Arc::clone(&tally), end.clone()));
        Self { senders: senders.collect(), tally, end }
    }

    /// Returns when so many more alerts were acknowledged.
    pub(crate) async fn acknowledged(&self, more: u32) {
        grow(&self.tally.acknowledged, more).await;
    }

    /// Returns when so many more tries were in vain.
    pub(crate) async fn failed(&self, more: u32) {
        grow(&self.tally.failed, more).await;
    }

    /// Ends once everything that was sent was acknowledged.
    pub(crate) async fn end(mut self) -> Sent {
        self.end.cancel();
        let mut machines = BTreeSet::new();
        let all = async {
            while let Some(sent) = self.senders.join_next().await {
                machines.extend(sent.unwrap());
            }
        };
        tokio::time::timeout(PATIENCE, all).await.expect("something was never acknowledged");
        Sent { machines, failed: self.tally.failed.load(Ordering::SeqCst) }
    }
}

/// What was acknowledged in the end.
pub(crate) struct Sent {
    machines: BTreeSet<String>,
    failed: u32,
}

impl Sent {
    /// Compares it with the open incidents of a store.
    pub(crate) async fn in_store(&self, address: &StoreAddress) -> Figures {
        let open = store::open(address).await.unwrap().current(Timestamp::now()).await.unwrap();
        let machines: Vec<String> =
            open.into_iter().filter_map(|incident| incident.place.machine_id).collect();
        self.compare(&machines)
    }

    /// Compares it with the open incidents that a server shows, once it shows all: lists follow the feed.
    pub(crate) async fn on_server(&self, server: SocketAddr) -> Figures {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let figures = self.compare(&open_machines(server).await);
            if figures.lost == 0 || Instant::now() > deadline {
                return figures;
            }
            tokio::time::sleep(PACE).await;
        }
    }

    fn compare(&self, incidents: &[String]) -> Figures {
        let found: BTreeSet<&String> = incidents.iter().collect();
        Figures {
            acknowledged: self.machines.len(),
            failed: self.failed,
            lost: self.machines.iter().filter(|machine| !found.contains(machine)).count(),
            doubled: incidents.len() - found.len(),
        }
    }
}

/// What became of everything that was sent.
#[derive(Debug)]
pub(crate) struct Figures {
    acknowledged: usize,
    failed: u32,
    lost: usize,
    doubled: usize,
}

impl Figures {
    /// Says the figures of this fault; nothing may be lost or doubled.
    pub(crate) fn check(&self, fault: &str) {
        told(&format!("{fault}: {self}"));
        assert_eq!((self.lost, self.doubled), (0, 0), "{fault}: {self}");
    }
}

/// Prints a figure.
#[expect(clippy::print_stdout, reason = "figures are a result of the test")]
pub(crate) fn told(figures: &str) {
    println!("{figures}");
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { acknowledged, failed, lost, doubled } = self;
        write!(
            f,
            "{acknowledged} alerts acknowledged, {failed} tries in vain, {lost} lost, {doubled} doubled"
        )
    }
}

async fn send(
    server: SocketAddr,
    sender: u32,
    tally: Arc<Tally>,
    end: CancellationToken,
) -> BTreeSet<String> {
    let (http, mut machines) = (http_client(), BTreeSet::new());
    while !end.is_cancelled() {
        let machine = format!("dk-{sender}-{}", machines.len());
        let body = webhook(&[offline(&machine, "denmark", "2026-11-20T10:00:00Z")]);
        while !post(&http, server, &body).await {
            tally.failed.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(PACE).await;
        }
        tally.acknowledged.fetch_add(1, Ordering::SeqCst);
        machines.insert(machine);
        tokio::time::sleep(PACE).await;
    }
    machines
}

async fn post(http: &reqwest::Client, server: SocketAddr, body: &str) -> bool {
    let request = http.post(format!("http://{server}/webhooks/alertmanager")).timeout(ANSWER_TIMEOUT);
    let request = request.header("content-type", "application/json").body(body.to_owned());
    request.send().await.is_ok_and(|answer| answer.status() == 200)
}

async fn grow(counter: &AtomicU32, more: u32) {
    let goal = counter.load(Ordering::SeqCst) + more;
    let reached = async {
        while counter.load(Ordering::SeqCst) < goal {
            tokio::time::sleep(PACE).await;
        }
    };
    tokio::time::timeout(PATIENCE, reached).await.expect("the load stands still");
}

/// The machines of all open incidents, as often as they have one.
async fn open_machines(server: SocketAddr) -> Vec<String> {
    let query = "query ($after: String) { incidents(first: 100, after: $after) {
        edges { node { machine { id } } } pageInfo { hasNextPage endCursor } } }";
    let (http, mut after, mut machines) = (http_client(), Value::Null, Vec::new());
    loop {
        let question = json!({ "query": query, "variables": { "after": after } });
        let answer = http.post(format!("http://{server}/graphql")).json(&question).send().await.unwrap();
        let page = answer.json::<Value>().await.unwrap()["data"]["incidents"].take();
        let machine = |edge: &Value| edge["node"]["machine"]["id"].as_str().unwrap().to_owned();
        machines.extend(page["edges"].as_array().unwrap().iter().map(machine));
        if page["pageInfo"]["hasNextPage"] == false {
            return machines;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}
