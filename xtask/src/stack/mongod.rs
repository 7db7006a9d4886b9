//! MongoDB as a replica set of one member: change streams need one.

use std::process::Command;

use anyhow::{Context as _, Result};

use super::process::Process;
use super::ready::tail;
use super::state::StateFolder;
use crate::command::output;
use crate::context::Context;
use crate::setup::mongod_program;

const NAME: &str = "mongodb";
/// Half the machine's memory, which MongoDB takes by itself, is not ours.
const SMALL_CACHE_GIGABYTES: &str = "0.25";
const LARGE_CACHE_GIGABYTES: &str = "2";

/// A running replica set. Dropping it ends it.
pub(crate) struct ReplicaSet {
    port: u16,
    // Held for its drop.
    _process: Process,
}

impl ReplicaSet {
    /// A connection string without a database.
    pub(crate) fn address(&self) -> String {
        format!("mongodb://127.0.0.1:{}/?replicaSet=rs0", self.port)
    }
}

/// Starts a replica set by itself, for tests.
///
/// # Errors
/// If mongod does not start or does not become primary.
pub(crate) fn start_replica_set(context: &Context, state: &StateFolder, port: u16) -> Result<ReplicaSet> {
    start_with(context, state, port, SMALL_CACHE_GIGABYTES)
}

/// The same with as much cache as production would give it, for measuring.
///
/// # Errors
/// If mongod does not start or does not become primary.
pub(crate) fn start_large_replica_set(
    context: &Context,
    state: &StateFolder,
    port: u16,
) -> Result<ReplicaSet> {
    start_with(context, state, port, LARGE_CACHE_GIGABYTES)
}

fn start_with(
    context: &Context,
    state: &StateFolder,
    port: u16,
    cache_gigabytes: &str,
) -> Result<ReplicaSet> {
    let command = mongod_with(context, state, port, cache_gigabytes)?;
    let mongod = Process::start(NAME, command, state.log_of(NAME))?;
    initiate(context, &mongod, port)?;
    Ok(ReplicaSet { port, _process: mongod })
}

/// The command that runs mongod on loopback.
pub(super) fn mongod(context: &Context, state: &StateFolder, port: u16) -> Result<Command> {
    mongod_with(context, state, port, SMALL_CACHE_GIGABYTES)
}

fn mongod_with(context: &Context, state: &StateFolder, port: u16, cache_gigabytes: &str) -> Result<Command> {
    let mut command = context.command(mongod_program(context));
    command.args(["--replSet", "rs0", "--bind_ip", "127.0.0.1", "--port", &port.to_string(), "--dbpath"]);
    command.arg(state.data_of(NAME)?).args(["--wiredTigerCacheSizeGB", cache_gigabytes]);
    Ok(command)
}

/// Makes a replica set of it and waits until it takes writes.
pub(super) fn initiate(context: &Context, mongod: &Process, port: u16) -> Result<()> {
    let mut script = context.command("node");
    script.args(["e2e/support/initiate-replica-set.mjs", &port.to_string()]);
    output(&mut script).with_context(|| tail(mongod.log()))?;
    Ok(())
}
