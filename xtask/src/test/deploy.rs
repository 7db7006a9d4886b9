//! What an operator runs and reads: the compose file, what the image is built from, the manifests for Kubernetes, the
//! door with its sign-in, the runbook of the alerts.

use anyhow::Result;

use crate::command::run;
use crate::context::Context;
use crate::setup::kubernetes_validate_python;

const TESTS: [&str; 6] = [
    "e2e/deploy/compose.test.mjs",
    "e2e/deploy/image.test.mjs",
    "e2e/deploy/kubernetes.test.mjs",
    "e2e/deploy/nginx.test.mjs",
    "e2e/deploy/nginx-server.test.mjs",
    "e2e/deploy/runbook.test.mjs",
];
/// Refuses manifests that Kubernetes would refuse, and shows first that it does.
const SCHEMAS: &str = "e2e/deploy/kubernetes.py";

/// Checks the compose file against its specification, the manifests against the schemas of Kubernetes and against our
/// programs, nginx with a sign-in of the test's and the real server behind it, and the runbook.
pub(super) fn check(context: &Context) -> Result<()> {
    let program = ["build", "--package", "cineportal", "--bin", "cineportal", "--locked"];
    run(context, context.cargo().args(program))?;
    let mut node = context.command("node");
    node.arg("--test")
        .args(TESTS)
        .env("CINEPORTAL_PROGRAM", context.dirs.in_cache("target/debug/cineportal"));
    run(context, &mut node)?;
    run(context, context.command(kubernetes_validate_python(context)).arg(SCHEMAS))
}
