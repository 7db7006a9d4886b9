//! wasm-opt, from the npm package `binaryen`; Debian's is too old.

use std::fs;

use super::Step;
use crate::command::{has_version, run};
use crate::context::Context;

const VERSION: &str = "132";

pub(super) fn step(context: &Context) -> Step {
    let folder = context.dirs.in_cache("binaryen");
    Step {
        title: format!("wasm-opt {VERSION}"),
        is_there: |context| {
            Ok(has_version(context, &context.dirs.in_cache("binaryen/node_modules/.bin/wasm-opt"), VERSION))
        },
        work: "installing from npm, some seconds",
        install: |context| {
            let folder = context.dirs.in_cache("binaryen");
            fs::create_dir_all(&folder)?;
            let mut install = context.command("npm");
            install.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]).arg(&folder);
            run(context, install.arg(format!("binaryen@{VERSION}.0.0")))
        },
        by_hand: format!("npm install --prefix {} binaryen@{VERSION}.0.0", folder.display()),
    }
}
