//! The checks of cargo.

use std::thread;

use anyhow::{Context as _, Result};

use super::test_folder;
use crate::command::run;
use crate::context::Context;
use crate::setup::mongod_program;
use crate::stack::{Keep, StateFolder, free_port, start_replica_set};

/// Every file is formatted, those of the fuzz targets too, which lie outside the workspace.
pub(super) fn format(context: &Context) -> Result<()> {
    run(context, context.cargo().args(["fmt", "--all", "--check"]))?;
    run(context, context.cargo().args(["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]))
}

/// No lint speaks. The fuzz targets are looked at, too: nothing else here would notice that they compile no longer.
pub(super) fn clippy(context: &Context) -> Result<()> {
    let mut cargo = context.cargo();
    cargo.args(["clippy", "--workspace", "--all-targets", "--locked"]);
    // The doors for the fuzz targets are in no other build.
    cargo.args(["--features", "cineportal/fuzzing", "--", "-D", "warnings"]);
    run(context, &mut cargo)?;
    let targets = ["clippy", "--manifest-path", "fuzz/Cargo.toml", "--all-targets", "--locked"];
    run(context, context.cargo().args(targets).args(["--", "-D", "warnings"]))
}

/// Seeds all property tests, so that a run can be repeated; CONTRIBUTING.md says how to search further.
const PROPTEST_SEED: &str = "20261121";

/// Tests at once for each processor: most of them wait, for timers, other programs and the disk.
const TESTS_PER_PROCESSOR: usize = 4;

/// All tests; those of the store also against a real MongoDB.
pub(super) fn test_on_both_stores(context: &Context) -> Result<()> {
    let state = StateFolder::prepare(test_folder(context, "mongodb"), Keep::Nothing)?;
    let mongodb = start_replica_set(context, &state, free_port()?)?;
    let processors = thread::available_parallelism().context("the number of processors is not known")?.get();
    let mut cargo = context.cargo();
    cargo
        .args(["test", "--workspace", "--locked"])
        .env("RUST_TEST_THREADS", (TESTS_PER_PROCESSOR * processors).to_string())
        .env("PROPTEST_RNG_SEED", PROPTEST_SEED)
        .env("CINEPORTAL_TEST_MONGODB", mongodb.address())
        .env("CINEPORTAL_TEST_MONGOD", mongod_program(context));
    run(context, &mut cargo)
}

/// The documentation builds without a warning.
pub(super) fn docs(context: &Context) -> Result<()> {
    let mut cargo = context.cargo();
    cargo.args(["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-Dwarnings");
    run(context, &mut cargo)
}
