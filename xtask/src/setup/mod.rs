//! `cargo xtask setup`: an explicit list of steps, each skipped where its result is there.

mod binaryen;
mod build_cache;
mod cargo_deny;
mod cargo_fuzz;
mod cxx;
mod debian;
mod e2e_packages;
mod kubernetes_validate;
mod lockfile;
mod mongod;
mod node;
mod python;
mod schemathesis;
mod trunk;
mod wasm_bindgen;
mod wasm_split;
mod wasm_target;

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, anyhow, bail};

pub(crate) use self::kubernetes_validate::python as kubernetes_validate_python;
pub(crate) use self::mongod::program as mongod_program;
pub(crate) use self::schemathesis::python as schemathesis_python;
pub(crate) use self::wasm_target::{WasmCompiler, find as find_wasm_compiler};
use crate::console::{begin, say};
use crate::context::Context;

const TOOLS_TARGET: &str = "tools-target";

/// One thing to have: how to see that it is there, and how to get it.
struct Step {
    /// What it is, with its version.
    title: String,
    /// Whether the real thing is there and works; a half-finished one is not.
    is_there: fn(&Context) -> Result<bool>,
    /// What takes place otherwise, and how long it takes.
    work: &'static str,
    /// Gets it.
    install: fn(&Context) -> Result<()>,
    /// What a person does by hand where `install` cannot help.
    by_hand: String,
}

/// How much `run` tells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verbosity {
    /// Also the steps with nothing to do.
    EveryStep,
    /// Only steps that do something.
    OnlyWork,
}

/// Runs all steps in order.
///
/// # Errors
/// If a step fails; the message names the command to run by hand.
pub(crate) fn run(context: &Context, verbosity: Verbosity) -> Result<()> {
    run_each(context, &steps(context)?, verbosity)
}

/// Runs the steps that only fuzzing needs; it needs none of the others.
///
/// # Errors
/// If a step fails; the message names the command to run by hand.
pub(crate) fn run_for_fuzzing(context: &Context, verbosity: Verbosity) -> Result<()> {
    run_each(context, &[build_cache::step(), cxx::step(), cargo_fuzz::step(context)], verbosity)
}

/// Runs the steps that only the checks of dependencies need.
///
/// # Errors
/// If a step fails; the message names the command to run by hand.
pub(crate) fn run_for_supply(context: &Context, verbosity: Verbosity) -> Result<()> {
    run_each(context, &[build_cache::step(), cargo_deny::step(context)], verbosity)
}

/// Runs the steps that only the portal's build needs.
///
/// # Errors
/// If a step fails; the message names the command to run by hand.
pub(crate) fn run_for_portal(context: &Context, verbosity: Verbosity) -> Result<()> {
    let mut steps = vec![build_cache::step(), node::step()];
    steps.extend(portal_steps(context)?);
    run_each(context, &steps, verbosity)
}

fn run_each(context: &Context, steps: &[Step], verbosity: Verbosity) -> Result<()> {
    let total = steps.len();
    for (index, step) in steps.iter().enumerate() {
        let label = format!("[{}/{total}] {} … ", index + 1, step.title);
        if (step.is_there)(context)? {
            if verbosity == Verbosity::EveryStep {
                say(&format!("{label}already there"));
            }
        } else {
            install(context, step, &label)?;
        }
    }
    Ok(())
}

fn steps(context: &Context) -> Result<Vec<Step>> {
    let mut steps = vec![build_cache::step(), debian::step(), cxx::step(), node::step()];
    steps.extend(portal_steps(context)?);
    steps.extend([mongod::step(context), e2e_packages::step()]);
    steps.extend([schemathesis::step(context), kubernetes_validate::step(context)]);
    Ok(steps)
}

fn portal_steps(context: &Context) -> Result<[Step; 5]> {
    Ok([
        wasm_target::step(),
        wasm_bindgen::step(context)?,
        wasm_split::step(context),
        trunk::step(context),
        binaryen::step(context),
    ])
}

fn install(context: &Context, step: &Step, label: &str) -> Result<()> {
    begin(label);
    say(step.work);
    let installed = (step.install)(context);
    if context.stop.requested() {
        return installed;
    }
    let by_hand = || format!("{} could not be set up.\nBy hand: {}", step.title, step.by_hand);
    installed.map_err(|reason| anyhow!("{reason:#}\n{}", by_hand()))?;
    if !(step.is_there)(context)? {
        bail!("what was installed does not work\n{}", by_hand());
    }
    say(&format!("{label}done"));
    Ok(())
}

/// `cargo install` into the cache, with a quick profile: the tools run for seconds, so minutes of optimising
/// them are lost time.
fn cargo_install(context: &Context) -> Command {
    let mut command = context.command("cargo");
    command
        .args(["install", "--force", "--root"])
        .arg(context.dirs.in_cache("tools"))
        .env("CARGO_TARGET_DIR", context.dirs.in_cache(TOOLS_TARGET))
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    command
}

/// Nothing builds the tools a second time.
fn clear_tools_target(context: &Context) -> Result<()> {
    fs::remove_dir_all(context.dirs.in_cache(TOOLS_TARGET)).context("cannot remove the tools' target folder")
}
