//! Tools and clients of others against the real server: what they know of the protocols, we need not believe
//! of ourselves.

use anyhow::Result;

use super::test_folder;
use crate::command::run;
use crate::context::Context;
use crate::stack::{Keep, Process, StateFolder, free_port, wait_until_ready};

/// Builds and starts the server on a store of its own, audits it, and stops it.
pub(super) fn run_audits(context: &Context) -> Result<()> {
    run(
        context,
        context.cargo().args(["build", "--package", "cineportal", "--bin", "cineportal", "--locked"]),
    )?;
    let state = StateFolder::prepare(test_folder(context, "audit"), Keep::Nothing)?;
    let server = format!("127.0.0.1:{}", free_port()?);
    let store = format!("embedded:{}", state.data_of("server")?.display());
    let mut command = context.command(context.dirs.in_cache("target/debug/cineportal"));
    command.args(["serve", "--listen", &server, "--store", &store, "--regions", "regions"]);
    // The audits ask what the schema is.
    command.args(["--introspection", "on"]);
    let mut process = Process::start("server", command, state.log_of("server"))?;
    wait_until_ready(&mut process, &format!("http://{server}/readyz"), &context.stop)?;
    let mut node = context.command("node");
    node.current_dir(context.dirs.in_checkout("e2e")).args(["audit/main.mjs", &format!("http://{server}")]);
    run(context, &mut node)
}
