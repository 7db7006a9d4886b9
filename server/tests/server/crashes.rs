//! The server is killed at random while alerts stream in: every alert that it acknowledged is there, once.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cineportal::domain::incident::{Incident, IncidentKey, Status};
use cineportal::ingest::alertmanager;
use cineportal::store::{self, Store};
use cineportal_regions::{RegionId, Regions};
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::sync::Notify;

use crate::support::process::ServerProcess;
use crate::support::steady_load::told;
use crate::support::{StoreKind, everything, http_client, offline, resolved, webhook};

const ROUNDS: u64 = 30;
const SENDERS: u64 = 4;
/// Machines of each sender whose alert fires and ends again and again.
const RESTLESS_MACHINES: usize = 5;
const LONGEST_ROUND_MILLISECONDS: u64 = 300;

#[tokio::test]
async fn on_the_embedded_store_no_acknowledged_alert_is_lost_or_doubled_by_kill_9() {
    survive_kills(StoreKind::Embedded).await;
}

#[tokio::test]
async fn on_mongodb_no_acknowledged_alert_is_lost_or_doubled_by_kill_9() {
    survive_kills(StoreKind::Mongo).await;
}

async fn survive_kills(kind: StoreKind) {
    let fresh = kind.fresh();
    let mut rng = Rng::with_seed(42);
    let mut senders: Vec<Sender> = (0..SENDERS).map(Sender::new).collect();
    for _ in 0..ROUNDS {
        let server = ServerProcess::start(&fresh.address).await;
        let acknowledged = Arc::new(Notify::new());
        let streams = senders.into_iter().map(|sender| {
            tokio::spawn(sender.stream_until_it_breaks(server.address, Arc::clone(&acknowledged)))
        });
        let streams: Vec<_> = streams.collect();
        acknowledged.notified().await;
        tokio::time::sleep(Duration::from_millis(rng.u64(..LONGEST_ROUND_MILLISECONDS))).await;
        server.kill();
        senders = Vec::new();
        for stream in streams {
            senders.push(stream.await.unwrap());
        }
        let store = store::open(&fresh.address).await.unwrap();
        for sender in &mut senders {
            sender.check_what_was_touched(store.as_ref()).await;
        }
    }
    let server = ServerProcess::start(&fresh.address).await;
    for sender in &mut senders {
        let unsure = sender.unsure();
        assert!(sender.send(server.address, unsure).await, "the last webhook was refused");
    }
    server.kill();
    let store = store::open(&fresh.address).await.unwrap();
    for sender in &mut senders {
        sender.check_what_was_touched(store.as_ref()).await;
    }
    let machines = senders.iter().map(|sender| sender.machines.len()).sum::<usize>();
    let incidents = stored_incidents(store.as_ref()).await;
    let acknowledged: u32 =
        senders.iter().flat_map(|sender| &sender.machines).map(|machine| machine.acknowledged).sum();
    told(&format!(
        "kill -9, {ROUNDS} times ({kind:?}): {acknowledged} alerts acknowledged, of {machines} machines; {incidents} incidents"
    ));
    assert_eq!(incidents, machines as u64);
}

async fn stored_incidents(store: &dyn Store) -> u64 {
    let statuses = vec![Status::Open, Status::InProgress, Status::Closed];
    let query = everything(vec![RegionId::new("denmark")], statuses, 1);
    store.count(&query.selection, u32::MAX).await.unwrap()
}

/// A machine whose alert fires and ends in turn, always soon after it ended: it has one incident.
struct Machine {
    id: String,
    key: IncidentKey,
    /// How many messages about it were acknowledged.
    acknowledged: u32,
    /// How many were sent: one more where no answer came.
    sent: u32,
}

impl Machine {
    fn new(id: String, regions: &Regions) -> Self {
        let body = webhook(&[message(&id, 0)]);
        let key = alertmanager::parse(body.as_bytes(), regions).unwrap().alerts.remove(0).key;
        Self { id, key, acknowledged: 0, sent: 0 }
    }

    /// How many messages this incident has taken in.
    fn taken_in(incident: &Incident) -> u32 {
        2 * incident.occurrences - u32::from(incident.status != Status::Closed)
    }
}

/// The message with this number: even ones fire, odd ones end.
fn message(machine: &str, number: u32) -> Value {
    let long_ago: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
    let starts_at = long_ago + SignedDuration::from_mins(i64::from(number / 2));
    let alert = offline(machine, "denmark", &starts_at.to_string());
    let ends_at = starts_at + SignedDuration::from_secs(30);
    if number.is_multiple_of(2) { alert } else { resolved(alert, &ends_at.to_string()) }
}

/// Sends one webhook after the other, as one Alertmanager does.
struct Sender {
    number: u64,
    rng: Rng,
    regions: Regions,
    http: reqwest::Client,
    /// First the restless ones, then those whose alert fires only once.
    machines: Vec<Machine>,
    touched: BTreeSet<usize>,
}

impl Sender {
    fn new(number: u64) -> Self {
        let regions =
            cineportal_regions::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions")).unwrap();
        let restless =
            (0..RESTLESS_MACHINES).map(|n| Machine::new(format!("dk-{number}-restless-{n}"), &regions));
        Self {
            number,
            rng: Rng::with_seed(number),
            machines: restless.collect(),
            regions,
            http: http_client(),
            touched: BTreeSet::new(),
        }
    }

    /// What was left without an answer comes first, as a real sender would do it.
    async fn stream_until_it_breaks(mut self, server: SocketAddr, acknowledged: Arc<Notify>) -> Self {
        let mut about = self.unsure();
        while self.send(server, about).await {
            acknowledged.notify_one();
            about = self.choose();
        }
        self
    }

    /// Machines that a message was sent about, and no answer came.
    fn unsure(&self) -> BTreeSet<usize> {
        (0..self.machines.len()).filter(|n| self.machines[*n].sent > self.machines[*n].acknowledged).collect()
    }

    /// The machines of the next webhook: some that are new, some that come and go.
    fn choose(&mut self) -> BTreeSet<usize> {
        let count = self.rng.usize(1..=8);
        (0..count)
            .map(|_| if self.rng.bool() { self.new_machine() } else { self.rng.usize(..RESTLESS_MACHINES) })
            .collect()
    }

    fn new_machine(&mut self) -> usize {
        let id = format!("dk-{}-{}", self.number, self.machines.len());
        self.machines.push(Machine::new(id, &self.regions));
        self.machines.len() - 1
    }

    /// Sends the next message of each of these machines. Answers whether they were acknowledged.
    async fn send(&mut self, server: SocketAddr, about: BTreeSet<usize>) -> bool {
        self.touched.extend(&about);
        let mut alerts = Vec::new();
        for machine in about.iter().copied() {
            let machine = &mut self.machines[machine];
            machine.sent = machine.acknowledged + 1;
            alerts.push(message(&machine.id, machine.acknowledged));
        }
        let request = self.http.post(format!("http://{server}/webhooks/alertmanager"));
        let request = request.header("content-type", "application/json").body(webhook(&alerts));
        let is_acknowledged = request.send().await.is_ok_and(|response| response.status() == 200);
        if is_acknowledged {
            about.into_iter().for_each(|machine| self.machines[machine].acknowledged += 1);
        }
        is_acknowledged
    }

    /// Every acknowledged message has done its work once; one without an answer may have, once.
    async fn check_what_was_touched(&mut self, store: &dyn Store) {
        let touched = std::mem::take(&mut self.touched);
        let keys: Vec<IncidentKey> = touched.iter().map(|n| self.machines[*n].key.clone()).collect();
        let newest = store.newest(&keys).await.unwrap();
        let newest: BTreeMap<&IncidentKey, &Incident> =
            newest.iter().map(|incident| (&incident.key, incident)).collect();
        for machine in touched.iter().map(|n| &self.machines[*n]) {
            let taken_in = newest.get(&machine.key).map_or(0, |incident| Machine::taken_in(incident));
            let expected = machine.acknowledged..=machine.sent;
            assert!(expected.contains(&taken_in), "{}: {taken_in} messages, not {expected:?}", machine.id);
        }
    }
}
