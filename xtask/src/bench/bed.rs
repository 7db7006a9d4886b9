//! Where the measuring happens: release builds, a MongoDB of its own, and servers that come and go.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command::run;
use crate::console::say;
use crate::context::Context;
use crate::stack::{
    Keep, Process, ReplicaSet, StateFolder, free_port, start_large_replica_set, wait_until_ready,
};

/// Holds the MongoDB; what was started last must be dropped first.
pub(super) struct Bed<'a> {
    pub(super) context: &'a Context,
    state: StateFolder,
    mongodb: ReplicaSet,
}

/// The real server on a port of its own. Dropping it ends it.
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

    /// Starts a server on this store, and waits until it is ready.
    pub(super) fn server(&self, store: &str) -> Result<Server> {
        let port = free_port()?;
        let mut command = self.built("cineportal");
        command.args(["serve", "--log", "warn", "--listen", &format!("127.0.0.1:{port}"), "--store", store]);
        // One viewer asks as much as all of them together.
        command.args(["--viewer-points-per-second", "0", "--drain-seconds", "0"]);
        let mut process = Process::start("server", command, self.state.log_of("server"))?;
        wait_until_ready(&mut process, &format!("http://127.0.0.1:{port}/readyz"), &self.context.stop)?;
        Ok(Server { process, port })
    }

    /// Starts what gives the answers of the server on this port with nothing but axum.
    pub(super) fn bare(&self, like: u16) -> Result<Server> {
        let port = free_port()?;
        let mut command = self.built("examples/query_load");
        command.args([
            "bare".to_owned(),
            format!("--listen=127.0.0.1:{port}"),
            format!("--like=127.0.0.1:{like}"),
        ]);
        let mut process = Process::start("bare", command, self.state.log_of("bare"))?;
        wait_until_ready(&mut process, &format!("http://127.0.0.1:{port}/readyz"), &self.context.stop)?;
        Ok(Server { process, port })
    }

    /// Fills a store with a year of history.
    pub(super) fn seed(&self, store: &str, incidents: usize) -> Result<()> {
        let mut seed = self.built("cineportal");
        seed.args(["seed", "--days", "365", "--incidents", &incidents.to_string(), "--store", store]);
        run(self.context, seed.stderr(fs::File::create(self.state.log_of("seed"))?))
    }
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
