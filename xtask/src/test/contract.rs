//! The published schema: what breaks clients must be declared.

use anyhow::Result;

use crate::command::run;
use crate::context::Context;

const CHECK: &str = "e2e/support/schema-changes.mjs";
const TESTS_OF_CHECK: &str = "e2e/support/schema-changes.test.mjs";
/// What is compared, and what is declared.
const FILES: [&str; 3] = ["schema/baseline.graphql", "schema/schema.graphql", "schema/CHANGES.md"];

/// No change since the last version breaks clients without being declared.
pub(super) fn check(context: &Context) -> Result<()> {
    run(context, context.command("node").args(["--test", TESTS_OF_CHECK]))?;
    run(context, context.command("node").arg(CHECK).args(FILES))
}
