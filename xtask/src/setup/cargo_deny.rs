//! cargo-deny, which checks licences, sources and what may not come in with a dependency.

use super::{Step, cargo_install, clear_tools_target};
use crate::command::{has_version, run};
use crate::context::Context;

const VERSION: &str = "0.20.2";

pub(super) fn step(context: &Context) -> Step {
    Step {
        title: format!("cargo-deny {VERSION}"),
        is_there: |context| Ok(has_version(context, &context.dirs.in_cache("tools/bin/cargo-deny"), VERSION)),
        work: "building, about three minutes",
        install: |context| {
            let mut install = cargo_install(context);
            run(context, install.args(["cargo-deny", "--version", VERSION, "--locked"]))?;
            clear_tools_target(context)
        },
        by_hand: format!(
            "cargo install cargo-deny --version {VERSION} --locked --root {}",
            context.dirs.in_cache("tools").display()
        ),
    }
}
