//! The npm packages of the browser tests, as `e2e/package-lock.json` names them.

use std::fs;

use anyhow::{Context as _, Result};

use super::Step;
use crate::command::run;
use crate::context::Context;

const LOCKFILE: &str = "e2e/package-lock.json";
/// A copy of the lock file that was installed, written last.
const INSTALLED: &str = "e2e/node_modules/.installed-package-lock.json";

pub(super) fn step() -> Step {
    Step {
        title: "npm packages of the browser tests".to_owned(),
        is_there: |context| {
            let wanted =
                fs::read(context.dirs.in_checkout(LOCKFILE)).context("cannot read e2e/package-lock.json")?;
            Ok(fs::read(context.dirs.in_checkout(INSTALLED)).is_ok_and(|installed| installed == wanted))
        },
        work: "installing, some seconds",
        install: |context| {
            npm_ci(context)?;
            fs::copy(context.dirs.in_checkout(LOCKFILE), context.dirs.in_checkout(INSTALLED))
                .context("cannot note what was installed")?;
            Ok(())
        },
        by_hand: "(cd e2e && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci)".to_owned(),
    }
}

fn npm_ci(context: &Context) -> Result<()> {
    let mut install = context.command("npm");
    install
        .current_dir(context.dirs.in_checkout("e2e"))
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error", "--cache"])
        .arg(context.dirs.in_cache("npm-downloads"))
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    run(context, &mut install)
}
