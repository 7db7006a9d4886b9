//! Requests that a machine makes up from the published schemas, against the real server: nothing breaks, nothing of
//! a foreign region is told, every answer looks as the schema says.

use std::fs;

use anyhow::{Context as _, Result};

use super::test_folder;
use crate::command::run;
use crate::context::Context;
use crate::setup::schemathesis_python;
use crate::stack::{Keep, Process, StateFolder, free_port, wait_until_ready};

const CHECK: &str = "e2e/api/main.py";
/// Whose pages may embed, so that tokens for them can be asked for.
const EMBEDDER: &str = "https://admin.example";

/// Builds and starts a server that asks who people are, on a store of its own, and asks it.
pub(super) fn check(context: &Context) -> Result<()> {
    let build = ["build", "--package", "cineportal", "--bin", "cineportal", "--locked"];
    run(context, context.cargo().args(build))?;
    let program = context.dirs.in_cache("target/debug/cineportal");
    let state = StateFolder::prepare(test_folder(context, "api"), Keep::Nothing)?;
    let folder = state.data_of("server")?;
    // Whoever comes shows a token that the check makes; the file need not know anybody.
    let access = folder.join("access.toml");
    fs::write(&access, "").context("cannot write the access file")?;
    let (server, store) = (format!("127.0.0.1:{}", free_port()?), format!("embedded:{}", folder.display()));
    let mut command = context.command(&program);
    command.args(["serve", "--listen", &server, "--store", &store, "--regions", "regions"]);
    command.args(["--embed-origin", EMBEDDER, "--access"]).arg(access);
    let mut process = Process::start("server", command, state.log_of("server"))?;
    wait_until_ready(&mut process, &format!("http://{server}/readyz"), &context.stop)?;
    let mut python = context.command(schemathesis_python(context));
    python.arg(CHECK).arg(program).args([&store, &format!("http://{server}")]);
    run(context, &mut python)
}
