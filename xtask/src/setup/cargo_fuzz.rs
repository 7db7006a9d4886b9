//! cargo-fuzz, which builds programs with libFuzzer in them.

use super::{Step, cargo_install, clear_tools_target};
use crate::command::{has_version, run};
use crate::context::Context;

const VERSION: &str = "0.13.2";

pub(super) fn step(context: &Context) -> Step {
    Step {
        title: format!("cargo-fuzz {VERSION}"),
        is_there: |context| Ok(has_version(context, &context.dirs.in_cache("tools/bin/cargo-fuzz"), VERSION)),
        work: "building, about half a minute",
        install: |context| {
            let mut install = cargo_install(context);
            run(context, install.args(["cargo-fuzz", "--version", VERSION, "--locked"]))?;
            clear_tools_target(context)
        },
        by_hand: format!(
            "cargo install cargo-fuzz --version {VERSION} --locked --root {}",
            context.dirs.in_cache("tools").display()
        ),
    }
}
