//! What an operator runs and reads: the compose file, the door with its sign-in, the runbook of the alerts.

use anyhow::Result;

use crate::command::run;
use crate::context::Context;

const TESTS: [&str; 3] =
    ["e2e/deploy/compose.test.mjs", "e2e/deploy/nginx.test.mjs", "e2e/deploy/runbook.test.mjs"];

/// Checks the compose file against its specification, nginx with a sign-in of the test's, and the runbook.
pub(super) fn check(context: &Context) -> Result<()> {
    run(context, context.command("node").arg("--test").args(TESTS))
}
