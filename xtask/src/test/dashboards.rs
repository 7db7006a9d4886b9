//! Grafana's dashboards on a stack of their own: every panel's query is run against a real Prometheus.

use anyhow::Result;

use super::test_folder;
use crate::command::run;
use crate::context::Context;
use crate::stack::{Keep, Plan, Record, shifted_free_ports, start};

/// Enough for every region to have some.
const MACHINES: u32 = 200;
const CHECK: &str = "e2e/dashboards/main.mjs";
const TESTS_OF_CHECK: &str = "e2e/dashboards/queries.test.mjs";

/// Starts a stack, breaks a machine in it, runs all queries until each returns data, and stops it.
pub(super) fn check(context: &Context) -> Result<()> {
    run(context, context.command("node").args(["--test", TESTS_OF_CHECK]))?;
    let folder = test_folder(context, "dashboards");
    let plan = Plan {
        folder: folder.clone(),
        keep: Keep::Nothing,
        ports: shifted_free_ports()?,
        machines: MACHINES,
        mongodb: false,
        server_flags: &[],
    };
    let _stack = start(context, &plan)?;
    run(context, context.command("node").arg(CHECK).arg(Record::file(&folder)))
}
