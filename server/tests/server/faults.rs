//! What may happen to a server under load, with figures: nothing that it acknowledged is lost, nothing is doubled.
//! `kill -9` is in `crashes.rs`, two servers in `rolling_restart.rs`.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use cineportal::config::StoreAddress;
use serde_json::{Value, json};

use crate::support::process::{ServerProcess, wait_until_it_answers};
use crate::support::replica_set::ReplicaSet;
use crate::support::steady_load::SteadyLoad;
use crate::support::wire::{Carries, Wire};
use crate::support::{PATIENCE, StoreKind, TestServer, http_client, offline, webhook};

/// So many alerts are acknowledged before and after each fault.
const AROUND: u32 = 40;
/// A disk that is full soon.
const DISK: &str = "64m";

async fn survive_sigterm(kind: StoreKind) {
    let fresh = kind.fresh();
    let mut server = ServerProcess::start_with_flags(&fresh.address, &["--drain-seconds", "0"]).await;
    let load = SteadyLoad::on(server.address);
    for _ in 0..3 {
        load.acknowledged(AROUND).await;
        let status = tokio::task::block_in_place(|| server.stop());
        assert_eq!(status.code(), Some(0));
        server.start_again();
    }
    load.acknowledged(AROUND).await;
    let sent = load.end().await;
    server.kill();
    sent.in_store(&fresh.address).await.check(&format!("SIGTERM under load, three times ({kind:?})"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_under_load_costs_nothing_on_the_embedded_store() {
    survive_sigterm(StoreKind::Embedded).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_under_load_costs_nothing_on_mongodb() {
    survive_sigterm(StoreKind::Mongo).await;
}

/// Cuts the wire, mends it, lets it fall silent, mends it.
async fn trouble(wire: &Wire, load: &SteadyLoad) {
    for (fault, in_vain) in [(Carries::Nothing, 10), (Carries::Later, 4)] {
        load.acknowledged(AROUND).await;
        wire.carry(fault);
        load.failed(in_vain).await;
        wire.carry(Carries::All);
    }
    load.acknowledged(AROUND).await;
}

#[tokio::test]
async fn a_network_cut_between_the_server_and_its_senders_costs_nothing() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let wire = Wire::to(server.address).await;
    let load = SteadyLoad::on(wire.address);
    trouble(&wire, &load).await;
    load.end().await.on_server(server.address).await.check("network cut before the server");
}

#[tokio::test]
async fn a_network_cut_between_the_server_and_mongodb_costs_nothing() {
    let fresh = StoreKind::Mongo.fresh();
    let StoreAddress::Mongo(uri) = &fresh.address else { panic!("not MongoDB") };
    let (mongodb, path) = uri.strip_prefix("mongodb://").unwrap().split_once('/').unwrap();
    let wire = Wire::to(mongodb.parse::<SocketAddr>().unwrap()).await;
    let database = path.split('?').next().unwrap();
    // Otherwise the driver would ask MongoDB for its address, and go past the wire.
    let behind = format!("mongodb://{}/{database}?directConnection=true", wire.address);
    let server = ServerProcess::start(&StoreAddress::Mongo(behind)).await;
    let load = SteadyLoad::on(server.address);
    trouble(&wire, &load).await;
    let sent = load.end().await;
    server.kill();
    sent.in_store(&fresh.address).await.check("network cut between the server and MongoDB");
}

#[tokio::test]
async fn a_primary_that_is_killed_under_load_costs_nothing() {
    let mut mongodb = ReplicaSet::start().await;
    let server = ServerProcess::start(&mongodb.store()).await;
    let load = SteadyLoad::on(server.address);
    load.acknowledged(AROUND).await;
    mongodb.lose_the_primary().await;
    load.acknowledged(AROUND).await;
    let sent = load.end().await;
    server.kill();
    sent.in_store(&mongodb.store()).await.check("kill -9 of MongoDB's primary");
}

/// A folder on a small disk, as only this server sees it.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Of the server that was started on this folder.
    fn of(server: &ServerProcess, folder: &std::path::Path) -> Self {
        let root = PathBuf::from(format!("/proc/{}/root", server.id()));
        Self(root.join(folder.strip_prefix("/").unwrap()).join("filler"))
    }

    fn fill(&self) {
        let mut filler = std::fs::File::create(&self.0).unwrap();
        while filler.write_all(&[0; 4096]).is_ok() {}
    }

    fn make_room(&self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

/// How the server refuses an alert as long as it does.
async fn refusal(server: SocketAddr, number: u32) -> Option<(u16, bool)> {
    let alert = offline(&format!("refused-{number}"), "denmark", "2026-11-20T10:00:00Z");
    let request = http_client().post(format!("http://{server}/webhooks/alertmanager"));
    let request = request.header("content-type", "application/json").body(webhook(&[alert]));
    let answer = request.send().await.unwrap();
    let refused = (answer.status().as_u16(), answer.headers().contains_key("retry-after"));
    (answer.status() != 200).then_some(refused)
}

#[tokio::test]
async fn a_full_disk_refuses_alerts_and_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mount = format!("mount -t tmpfs -o size={DISK} tmpfs \"$0\" && exec \"$@\"");
    let disk = folder.path().to_str().unwrap();
    let within = ["unshare", "--map-root-user", "--mount", "sh", "-c", &mount, disk];
    let store = StoreAddress::Embedded(folder.path().to_owned());
    let server = ServerProcess::start_within(&within, &store, &[]).await;
    let disk = SmallDisk::of(&server, folder.path());
    let load = SteadyLoad::on(server.address);
    load.acknowledged(AROUND).await;
    disk.fill();
    load.failed(10).await;
    let refused = refusal(server.address, 0).await;
    assert_eq!(refused, Some((503, true)), "refused for now, with the time to come again");
    let question = json!({ "query": "{ region(id: \"denmark\") { counts { open } } }" });
    let answer = http_client().post(format!("http://{}/graphql", server.address)).json(&question);
    let answer: Value = answer.send().await.unwrap().json().await.unwrap();
    assert!(answer["data"]["region"]["counts"]["open"].as_u64().unwrap() >= u64::from(AROUND), "{answer}");
    disk.make_room();
    load.acknowledged(AROUND).await;
    let sent = load.end().await;
    let taken = async {
        while refusal(server.address, 0).await.is_some() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, taken).await.expect("nothing is stored again");
    wait_until_it_answers(&format!("http://{}/readyz", server.address)).await;
    sent.on_server(server.address).await.check("disk full");
}

/// A clock that can be turned while the server runs, of that server alone.
struct Clock(tempfile::TempDir);

impl Clock {
    fn right() -> Self {
        let clock = Self(tempfile::tempdir().unwrap());
        clock.turn("+0");
        clock
    }

    /// By so much beside the right time, as `-2h`.
    fn turn(&self, by: &str) {
        std::fs::write(self.0.path().join("clock"), by).unwrap();
    }

    /// What a program is started by to go by this clock. Pauses and deadlines go by the system's own.
    fn wearing(&self) -> [String; 5] {
        let libraries = std::fs::read_dir("/usr/lib").unwrap().map(|entry| entry.unwrap().path());
        let library =
            libraries.map(|folder| folder.join("faketime/libfaketimeMT.so.1")).find(|file| file.exists());
        let library = library.expect("libfaketime is missing; `cargo xtask setup` installs it");
        [
            "env".to_owned(),
            format!("LD_PRELOAD={}", library.display()),
            format!("FAKETIME_TIMESTAMP_FILE={}", self.0.path().join("clock").display()),
            "FAKETIME_NO_CACHE=1".to_owned(),
            "FAKETIME_DONT_FAKE_MONOTONIC=1".to_owned(),
        ]
    }
}

async fn survive_a_clock_that_jumps(kind: StoreKind) {
    let (fresh, clock) = (kind.fresh(), Clock::right());
    let wearing = clock.wearing();
    let within: Vec<&str> = wearing.iter().map(String::as_str).collect();
    let server = ServerProcess::start_within(&within, &fresh.address, &[]).await;
    let load = SteadyLoad::on(server.address);
    for by in ["+1d", "-2h", "-30d", "+0"] {
        load.acknowledged(AROUND).await;
        clock.turn(by);
    }
    load.acknowledged(AROUND).await;
    let sent = load.end().await;
    wait_until_it_answers(&format!("http://{}/readyz", server.address)).await;
    server.kill();
    sent.in_store(&fresh.address).await.check(&format!("clock jumps of a day, hours and a month ({kind:?})"));
}

#[tokio::test]
async fn a_clock_that_jumps_costs_nothing_on_the_embedded_store() {
    survive_a_clock_that_jumps(StoreKind::Embedded).await;
}

#[tokio::test]
async fn a_clock_that_jumps_costs_nothing_on_mongodb() {
    survive_a_clock_that_jumps(StoreKind::Mongo).await;
}
