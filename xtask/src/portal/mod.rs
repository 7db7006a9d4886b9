//! Builds the portal into `portal/dist`: Trunk, which calls us back for the WebAssembly, then brotli twins of all.

mod names;
mod page;
mod styles;
mod wasm;

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::Path;

use anyhow::{Context as _, Result};

pub(crate) use self::wasm::{WasmOptions, build as build_wasm, test as test_components};
use crate::command::run;
use crate::console::say;
use crate::context::Context;
use crate::setup;

/// What the portal is made of.
const INPUTS: &[&str] = &[
    "portal",
    "schema",
    "trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "xtask/compress-portal.mjs",
    "xtask/src/portal",
    "xtask/embed-manifest.mjs",
];
const DIST: &str = "portal/dist";
/// What is said in pages of others before the portal runs there.
const EMBED_WORDS: &str = "portal/embed/words.json";
/// Holds the hash of the inputs of the last build that went to its end.
const STAMP: &str = "target/portal-inputs";

/// Installs what only the portal's build needs, and builds it.
///
/// # Errors
/// If a tool cannot be set up, or the build fails.
pub(crate) fn build_alone(context: &Context) -> Result<()> {
    setup::run_for_portal(context, setup::Verbosity::OnlyWork)?;
    build(context)
}

/// Builds the portal, unless nothing it is made of has changed.
///
/// # Errors
/// If Trunk or the compression fails.
pub(crate) fn build(context: &Context) -> Result<()> {
    let inputs = hash_of_inputs(context)?;
    let stamp = context.dirs.in_checkout(STAMP);
    let built = context.dirs.in_checkout(DIST).join("index.html").is_file();
    if built && fs::read_to_string(&stamp).is_ok_and(|known| known == inputs) {
        return Ok(());
    }
    say("Building the portal …");
    let _ = fs::remove_file(&stamp);
    run_trunk(context)?;
    list_for_embedding(context)?;
    compress(context)?;
    fs::create_dir_all(context.dirs.in_checkout("target"))?;
    fs::write(stamp, inputs).context("cannot note what the portal was built from")
}

fn run_trunk(context: &Context) -> Result<()> {
    let mut trunk = context.command("trunk");
    trunk
        .args(["build", "--config", "trunk.toml", "--offline", "--skip-version-check"])
        // Trunk takes only `true` and `false` there, and ends at the usual `1`.
        .env_remove("NO_COLOR");
    run(context, &mut trunk)
}

fn list_for_embedding(context: &Context) -> Result<()> {
    run(context, context.command("node").args(["xtask/embed-manifest.mjs", DIST, EMBED_WORDS]))
}

fn compress(context: &Context) -> Result<()> {
    run(context, context.command("node").args(["xtask/compress-portal.mjs", DIST]))
}

fn hash_of_inputs(context: &Context) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    let (checkout, dist) = (context.dirs.in_checkout(""), context.dirs.in_checkout(DIST));
    for input in INPUTS {
        hash_path(&checkout, &checkout.join(input), Some(&dist), &mut hasher)?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Hashes names below `root` and contents, in the order of names.
fn hash_path(root: &Path, path: &Path, leave_out: Option<&Path>, hasher: &mut DefaultHasher) -> Result<()> {
    if leave_out == Some(path) {
        return Ok(());
    }
    if !path.is_dir() {
        path.strip_prefix(root)?.hash(hasher);
        fs::read(path).with_context(|| format!("cannot read {}", path.display()))?.hash(hasher);
        return Ok(());
    }
    let mut entries =
        fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    entries.sort();
    entries.iter().try_for_each(|entry| hash_path(root, entry, leave_out, hasher))
}
