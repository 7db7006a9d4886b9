//! MongoDB replica sets of their own: three members, to kill one of them, or a single one, to do without it.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use bson::{Document, doc};
use cineportal::config::StoreAddress;
use mongodb::Client;
use mongodb::options::ClientOptions;
use tempfile::TempDir;

use super::process::{Process, free_address};

/// Three members may be slow to start and to agree on a machine that builds something else.
const PATIENCE: Duration = Duration::from_secs(90);
/// A member that is silent for so long is taken for dead.
const ELECTION_TIMEOUT_MILLISECONDS: i32 = 2_000;

/// Three members on loopback.
pub(crate) struct ReplicaSet {
    members: Vec<Member>,
    folder: TempDir,
}

struct Member {
    address: SocketAddr,
    process: Process,
}

impl ReplicaSet {
    /// Starts three members, and waits until one of them takes writes.
    pub(crate) async fn start() -> Self {
        Self::of(3).await
    }

    /// Starts a single one, and waits until it takes writes.
    pub(crate) async fn alone() -> Self {
        Self::of(1).await
    }

    async fn of(members: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let members: Vec<Member> =
            (0..members).map(|number| member(&folder, number, free_address())).collect();
        let hosts = members.iter().enumerate();
        let config: Vec<Document> = hosts
            .map(
                |(id, member)| doc! { "_id": i32::try_from(id).unwrap(), "host": member.address.to_string() },
            )
            .collect();
        let settings =
            doc! { "electionTimeoutMillis": ELECTION_TIMEOUT_MILLISECONDS, "heartbeatIntervalMillis": 500 };
        let initiate = doc! { "replSetInitiate": { "_id": "rs0", "members": config, "settings": settings } };
        // Whoever is told of the others asks each of them at once, and gives up if one does not listen yet.
        for member in &members {
            ask(member.address, doc! { "ping": 1 }).await.unwrap();
        }
        ask(members[0].address, initiate).await.unwrap();
        let set = Self { members, folder };
        set.primary().await;
        set
    }

    /// The address of an empty store.
    pub(crate) fn store(&self) -> StoreAddress {
        let hosts: Vec<String> = self.members.iter().map(|member| member.address.to_string()).collect();
        StoreAddress::Mongo(format!("mongodb://{}/cineportal?replicaSet=rs0", hosts.join(",")))
    }

    /// `kill -9` of the member that takes writes; returns when another one takes them.
    pub(crate) async fn lose_the_primary(&mut self) {
        let primary = self.primary().await;
        self.members[primary].process.kill();
        self.members.remove(primary);
        self.primary().await;
    }

    /// All members stop as they stand.
    pub(crate) fn pause(&self) {
        self.members.iter().for_each(|member| member.process.pause());
    }

    /// All members go on.
    pub(crate) fn resume(&self) {
        self.members.iter().for_each(|member| member.process.resume());
    }

    /// `kill -9` of all members.
    pub(crate) fn kill(&mut self) {
        self.members.iter_mut().for_each(|member| member.process.kill());
    }

    /// Starts all members again, each where it was.
    pub(crate) fn restart(&mut self) {
        for (number, old) in (0..).zip(&mut self.members) {
            *old = member(&self.folder, number, old.address);
        }
    }

    /// Which member takes writes, as soon as there is one.
    async fn primary(&self) -> usize {
        let found = async {
            loop {
                for (index, member) in self.members.iter().enumerate() {
                    let hello = ask(member.address, doc! { "hello": 1 }).await;
                    if hello.is_ok_and(|hello| matches!(hello.get_bool("isWritablePrimary"), Ok(true))) {
                        return index;
                    }
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, found).await.expect("no member became primary")
    }
}

/// A member that waits to be told of the others.
#[expect(clippy::disallowed_methods, reason = "tests are told by the environment where mongod is")]
fn member(folder: &TempDir, number: u32, address: SocketAddr) -> Member {
    let mongod = std::env::var("CINEPORTAL_TEST_MONGOD")
        .expect("CINEPORTAL_TEST_MONGOD must name mongod; `cargo xtask test` sets it");
    let data = folder.path().join(number.to_string());
    std::fs::create_dir_all(&data).unwrap();
    let mut command = Command::new(mongod);
    command.args(["--replSet", "rs0", "--bind_ip", "127.0.0.1", "--port", &address.port().to_string()]);
    let process = Process::start(command.args(["--wiredTigerCacheSizeGB", "0.25", "--dbpath"]).arg(data));
    Member { address, process }
}

async fn ask(member: SocketAddr, command: Document) -> mongodb::error::Result<Document> {
    let mut options = ClientOptions::parse(format!("mongodb://{member}/?directConnection=true")).await?;
    options.server_selection_timeout = Some(PATIENCE);
    Client::with_options(options)?.database("admin").run_command(command).await
}
