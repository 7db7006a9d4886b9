//! Where the measuring happens: release builds, a MongoDB of its own, and servers that come and go.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;
use ureq::Agent;

use crate::command::run;
use crate::console::say;
use crate::context::Context;
use crate::stack::{
    Keep, Process, ReplicaSet, StateFolder, free_port, start_large_replica_set, wait_until_ready,
};

/// Largest page that is read: metrics of a million machines.
const MAX_PAGE_BYTES: u64 = 1 << 30;
/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Holds the MongoDB; what was started last must be dropped first.
pub(super) struct Bed<'a> {
    pub(super) context: &'a Context,
    state: StateFolder,
    mongodb: ReplicaSet,
}

/// The real server, or another program, on a port of its own. Dropping it ends it.
pub(super) struct Server {
    process: Process,
    pub(super) port: u16,
}

impl<'a> Bed<'a> {
    /// Builds what is to be measured, and starts MongoDB.
    pub(super) fn prepare(context: &'a Context) -> Result<Self> {
        say("Building the server and its load, as released …");
        // One after the other: built together, the server would be given what only tests ask of its libraries.
        for built in ["--bins", "--examples"] {
            let package = ["build", "--release", "--locked", "--package", "cineportal"];
            run(context, context.cargo().args(package).arg(built))?;
        }
        let state =
            StateFolder::prepare(context.dirs.in_checkout(".stack-tests").join("bench"), Keep::Nothing)?;
        let mongodb = start_large_replica_set(context, &state, free_port()?)?;
        Ok(Self { context, state, mongodb })
    }

    /// The address of a database of this name.
    pub(super) fn mongodb(&self, database: &str) -> String {
        self.mongodb.address().replace("/?", &format!("/{database}?"))
    }

    /// The address of an embedded store of this name.
    pub(super) fn embedded(&self, name: &str) -> Result<String> {
        Ok(format!("embedded:{}", self.state.data_of(name)?.display()))
    }

    /// A program of this workspace, as released.
    pub(super) fn built(&self, program: &str) -> Command {
        self.context.command(self.context.dirs.in_cache("target/release").join(program))
    }

    /// Builds another package of this workspace as released.
    pub(super) fn build(&self, package: &str) -> Result<()> {
        let mut cargo = self.context.cargo();
        run(self.context, cargo.args(["build", "--release", "--locked", "--bins", "--package", package]))
    }

    /// Starts a server on this store, and waits until it is ready.
    pub(super) fn server(&self, store: &str) -> Result<Server> {
        self.server_with(store, &[])
    }

    /// The same with more arguments.
    pub(super) fn server_with(&self, store: &str, arguments: &[String]) -> Result<Server> {
        let mut command = self.built("cineportal");
        command.args(["serve", "--log", "warn", "--store", store]).args(arguments);
        // One viewer asks as much as all of them together.
        command.args(["--viewer-points-per-second", "0", "--drain-seconds", "0"]);
        self.listening("server", command, "/readyz")
    }

    /// Starts another program of this workspace, and waits until this page of it answers.
    pub(super) fn program(&self, name: &'static str, arguments: &[String], ready: &str) -> Result<Server> {
        let mut command = self.built(name);
        command.args(["--log", "warn"]).args(arguments);
        self.listening(name, command, ready)
    }

    fn listening(&self, name: &'static str, mut command: Command, ready: &str) -> Result<Server> {
        let port = free_port()?;
        command.arg(format!("--listen=127.0.0.1:{port}"));
        let mut process = Process::start(name, command, self.state.log_of(name))?;
        wait_until_ready(&mut process, &address(port, ready), &self.context.stop)?;
        Ok(Server { process, port })
    }

    /// Starts what gives the answers of the server on this port with nothing but axum.
    pub(super) fn bare(&self, like: u16) -> Result<Server> {
        let mut command = self.built("examples/query_load");
        command.args(["bare".to_owned(), format!("--like=127.0.0.1:{like}")]);
        self.listening("bare", command, "/readyz")
    }

    /// Fills a store with a year of history, incident by incident as it would have come.
    pub(super) fn seed(&self, store: &str, incidents: usize) -> Result<()> {
        self.seed_with(store, incidents, &[])
    }

    /// The same for a history so long that this would take an hour.
    pub(super) fn seed_aside(&self, store: &str, incidents: usize) -> Result<()> {
        self.seed_with(store, incidents, &["--aside"])
    }

    fn seed_with(&self, store: &str, incidents: usize, flags: &[&str]) -> Result<()> {
        let mut seed = self.built("cineportal");
        seed.args(["seed", "--days", "365", "--incidents", &incidents.to_string(), "--store", store]);
        run(self.context, seed.args(flags).stderr(fs::File::create(self.state.log_of("seed"))?))
    }

    /// What MongoDB keeps on the disk: data, indexes, journal and oplog.
    pub(super) fn bytes_of_mongodb(&self) -> Result<u64> {
        bytes_below(&self.state.data_of("mongodb")?)
    }
}

fn bytes_below(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        // What mongod removes meanwhile counts nothing.
        let Ok(metadata) = entry.metadata() else { continue };
        bytes += if metadata.is_dir() { bytes_below(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}

/// What this page answers.
pub(super) fn page(port: u16, path: &str) -> Result<String> {
    let mut answer = patient().get(address(port, path)).call()?;
    Ok(answer.body_mut().with_config().limit(MAX_PAGE_BYTES).read_to_string()?)
}

/// What is answered to this JSON.
pub(super) fn post(port: u16, path: &str, body: &Value) -> Result<String> {
    Ok(patient().post(address(port, path)).send_json(body)?.body_mut().read_to_string()?)
}

fn patient() -> Agent {
    Agent::config_builder().proxy(None).timeout_global(Some(PATIENCE)).build().into()
}

fn address(port: u16, path: &str) -> String {
    format!("http://127.0.0.1:{port}{path}")
}

impl Server {
    /// The most memory that it ever held, in megabytes.
    pub(super) fn peak_megabytes(&self) -> Result<f64> {
        self.memory("VmHWM:")
    }

    /// The memory that it holds, in megabytes.
    pub(super) fn megabytes(&self) -> Result<f64> {
        self.memory("VmRSS:")
    }

    fn memory(&self, name: &str) -> Result<f64> {
        let file = PathBuf::from(format!("/proc/{}/status", self.process.record().pid));
        let status = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes =
            line.and_then(|line| line.split_whitespace().next()).with_context(|| format!("no {name}"))?;
        Ok(kilobytes.parse::<f64>()? / 1024.0)
    }
}
