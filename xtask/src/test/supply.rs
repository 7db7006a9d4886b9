//! What comes in with dependencies: licences, sources, and what `deny.toml` bans; and the bill of materials.
//! Advisories change by the day and need the network: `.ci/advisories` asks for them, tests do not.

use anyhow::Result;

use super::test_folder;
use crate::command::run;
use crate::context::Context;
use crate::sbom::{self, SbomOptions};
use crate::setup;
use crate::stack::{Keep, StateFolder};

/// Checks the lock file as `deny.toml` says, and that a bill of materials can be made of it.
pub(super) fn check(context: &Context) -> Result<()> {
    setup::run_for_supply(context, setup::Verbosity::OnlyWork)?;
    let mut deny = context.command(context.dirs.in_cache("tools/bin/cargo-deny"));
    run(context, deny.args(["--locked", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"]))?;
    let state = StateFolder::prepare(test_folder(context, "supply"), Keep::Nothing)?;
    sbom::write(context, &SbomOptions { file: state.data_of("supply")?.join("sbom.json") })
}
