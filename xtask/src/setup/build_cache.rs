//! Whose crates the shared build cache holds. Cargo tells crates of two checkouts apart by nothing but the times of
//! their files, so whoever builds after another checkout makes all of its own files new.

use std::fs::{self, File};
use std::time::SystemTime;

use anyhow::{Context as _, Result};

use super::Step;
use crate::command::output;
use crate::context::Context;

/// Names the checkout that built last.
const OWNER: &str = "built-by";

pub(super) fn step() -> Step {
    Step {
        title: "build cache of this checkout".to_owned(),
        is_there,
        work: "another checkout built last: our crates are built anew",
        install: claim,
        by_hand: "give each checkout a cache of its own with XDG_CACHE_HOME".to_owned(),
    }
}

fn is_there(context: &Context) -> Result<bool> {
    let owner = fs::read_to_string(context.dirs.in_cache(OWNER)).unwrap_or_default();
    Ok(owner == name(context))
}

fn claim(context: &Context) -> Result<()> {
    let now = SystemTime::now();
    // What is no clone was unpacked just now: its files are new anyway.
    let files = output(context.command("git").args(["ls-files", "-z"])).unwrap_or_default();
    for file in files.split_terminator('\0') {
        let path = context.dirs.in_checkout(file);
        // One that was deleted and not yet committed is no file.
        if let Ok(file) = File::options().append(true).open(&path) {
            file.set_modified(now).with_context(|| format!("cannot touch {}", path.display()))?;
        }
    }
    fs::create_dir_all(context.dirs.in_cache("")).context("there is no cache folder")?;
    fs::write(context.dirs.in_cache(OWNER), name(context)).context("the cache cannot be written")
}

fn name(context: &Context) -> String {
    context.dirs.in_checkout("").display().to_string()
}
