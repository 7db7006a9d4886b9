//! What an operator runs and reads: the compose file, the door with its sign-in, the runbook of the alerts.

use anyhow::Result;

use crate::command::run;
use crate::context::Context;

const TESTS: [&str; 4] = [
    "e2e/deploy/compose.test.mjs",
    "e2e/deploy/nginx.test.mjs",
    "e2e/deploy/nginx-server.test.mjs",
    "e2e/deploy/runbook.test.mjs",
];

/// Checks the compose file against its specification, nginx with a sign-in of the test's and the real server
/// behind it, and the runbook.
pub(super) fn check(context: &Context) -> Result<()> {
    let program = ["build", "--package", "cineportal", "--bin", "cineportal", "--locked"];
    run(context, context.cargo().args(program))?;
    let mut node = context.command("node");
    node.arg("--test")
        .args(TESTS)
        .env("CINEPORTAL_PROGRAM", context.dirs.in_cache("target/debug/cineportal"));
    run(context, &mut node)
}
