//! wasm-bindgen's command line, in exactly the version of `Cargo.lock`.

use std::fs;

use anyhow::{Context as _, Result};

use super::{Step, cargo_install, clear_tools_target, lockfile};
use crate::command::{has_version, run};
use crate::context::Context;

pub(super) fn step(context: &Context) -> Result<Step> {
    let version = version(context)?;
    Ok(Step {
        title: format!("wasm-bindgen {version}"),
        is_there: |context| {
            Ok(has_version(
                context,
                &context.dirs.in_cache("tools/bin/wasm-bindgen"),
                &self::version(context)?,
            ))
        },
        work: "building, about 2 minutes",
        install: |context| {
            // Not --locked: its own lock file does not build with this compiler.
            let mut install = cargo_install(context);
            install.args(["wasm-bindgen-cli", "--version", &self::version(context)?]);
            run(context, &mut install)?;
            clear_tools_target(context)
        },
        by_hand: format!(
            "cargo install wasm-bindgen-cli --version {version} --root {}",
            context.dirs.in_cache("tools").display()
        ),
    })
}

fn version(context: &Context) -> Result<String> {
    let lockfile =
        fs::read_to_string(context.dirs.in_checkout("Cargo.lock")).context("cannot read Cargo.lock")?;
    lockfile::version_of(&lockfile, "wasm-bindgen").context("Cargo.lock holds no wasm-bindgen")
}
