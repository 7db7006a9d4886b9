//! The command line that splits the portal's WebAssembly.

use super::{Step, cargo_install, clear_tools_target};
use crate::command::{output, run};
use crate::context::Context;

const PACKAGE: &str = "wasm_split_cli_support";
/// Reads what the `wasm_split_helpers` of `Cargo.lock` wrote: of the same 0.2.
const VERSION: &str = "0.2.4";

pub(super) fn step(context: &Context) -> Step {
    Step {
        title: format!("wasm-split {VERSION}"),
        is_there,
        work: "building, about 1 minute",
        install: |context| {
            let mut install = cargo_install(context);
            install.args([PACKAGE, "--version", VERSION, "--locked", "--features", "build-binary"]);
            run(context, &mut install)?;
            clear_tools_target(context)
        },
        by_hand: format!(
            "cargo install {PACKAGE} --version {VERSION} --locked --features build-binary --root {}",
            context.dirs.in_cache("tools").display()
        ),
    }
}

/// The program does not tell its version; Cargo does.
fn is_there(context: &Context) -> anyhow::Result<bool> {
    let tools = context.dirs.in_cache("tools");
    let installed = output(context.command("cargo").args(["install", "--list", "--root"]).arg(&tools))?;
    let known = installed.lines().any(|line| line == format!("{PACKAGE} v{VERSION}:"));
    Ok(known && output(context.command(tools.join("bin/wasm-split-cli")).arg("--help")).is_ok())
}
