//! Trunk, which builds the portal.

use super::{Step, cargo_install, clear_tools_target};
use crate::command::{has_version, run};
use crate::context::Context;

const VERSION: &str = "0.21.14";

pub(super) fn step(context: &Context) -> Step {
    Step {
        title: format!("Trunk {VERSION}"),
        is_there: |context| Ok(has_version(context, &context.dirs.in_cache("tools/bin/trunk"), VERSION)),
        work: "building, about 5 minutes",
        install: |context| {
            let mut install = cargo_install(context);
            // Without the default features: Trunk asks the network for a newer version of itself.
            install.args([
                "trunk",
                "--version",
                VERSION,
                "--locked",
                "--no-default-features",
                "--features",
                "rustls",
            ]);
            run(context, &mut install)?;
            clear_tools_target(context)
        },
        by_hand: format!(
            "cargo install trunk --version {VERSION} --locked --root {}",
            context.dirs.in_cache("tools").display()
        ),
    }
}
