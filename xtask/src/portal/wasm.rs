//! The portal's WebAssembly, split into the file that every page loads and the parts that are fetched when needed.
//!
//! Trunk calls this after it wrote the page and the styles: it can neither split nor keep what the parts need.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::Hasher as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::Args;

use super::{hash_path, names, page, styles};
use crate::command::run;
use crate::context::Context;
use crate::setup::{WasmCompiler, find_wasm_compiler};

const NAME: &str = "cineportal-portal";
const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm-release";
/// The module that the page loads.
const START: &str = "portal/start.js";
/// The names of its files are the languages.
const LOCALES: &str = "portal/locales";
/// The features of wasm-opt are named one by one: "all" writes files that today's browsers refuse.
const WASM_OPT: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    // Flat code is put together anew, in two rounds; what is called once stays where it is: 2 % less as brotli.
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--one-caller-inline-max-function-size=0",
    "--strip-debug",
    "--strip-producers",
];

#[derive(Args)]
pub(crate) struct WasmOptions {
    /// Where Trunk gathers the files of the portal; Trunk sets it.
    #[arg(long, env = "TRUNK_STAGING_DIR")]
    staging: PathBuf,
}

/// Builds all files into a folder named by their hash and names them in the page.
///
/// The files of one folder belong together, so one hash is enough, and they find each other by plain names.
///
/// # Errors
/// If a tool fails, or the page has no place for the scripts.
pub(crate) fn build(context: &Context, options: &WasmOptions) -> Result<()> {
    let staging = &options.staging;
    let folder = staging.join("wasm");
    fs::create_dir_all(&folder)?;
    split(context, &compile(context)?, &folder)?;
    bind(context, &folder)?;
    let program = format!("{NAME}_bg");
    names::shorten(&folder.join(NAME).with_extension("js"), &folder.join(program).with_extension("wasm"))?;
    optimise(context, &folder)?;
    fs::write(folder.join("start.js"), start(context)?)?;
    styles::join(staging)?;
    let named = named_by_hash(&folder)?;
    fs::rename(&folder, staging.join(&named))?;
    page::name_files(&staging.join("index.html"), &named)
}

/// Runs the tests of components, with the program that cargo gives their WebAssembly to.
///
/// # Errors
/// If a test fails, or none ran.
pub(crate) fn test(context: &Context, runner: &str) -> Result<()> {
    let mut cargo = cargo(context, "test")?;
    cargo
        .args(["--lib", "--target", TARGET])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        // Names are enough to tell where a test failed; lines would make the page that runs them slow to load.
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    if let Some(chromium) = context.dirs.find_program("chromium") {
        cargo.env("CINEPORTAL_CHROMIUM", chromium);
    }
    run(context, &mut cargo)
}

fn compile(context: &Context) -> Result<PathBuf> {
    let mut cargo = cargo(context, "rustc")?;
    cargo
        .args(["--bin", NAME, "--profile", PROFILE, "--target", TARGET])
        // The split follows the relocations to tell which function needs which.
        .args(["--", "-Clink-args=--emit-relocs"]);
    run(context, &mut cargo)?;
    Ok(target(context).join(TARGET).join(PROFILE).join(NAME).with_extension("wasm"))
}

/// Cargo on the portal alone, with a compiler for WebAssembly and a target folder of its own.
fn cargo(context: &Context, subcommand: &str) -> Result<Command> {
    let mut cargo = context.command("cargo");
    cargo
        .args([subcommand, "--locked", "--package", NAME])
        .env("CARGO_TARGET_DIR", target(context))
        // It would replace the flags of .cargo/config.toml.
        .env_remove("RUSTFLAGS");
    if let Some(WasmCompiler::Debian { rustc, linker }) = find_wasm_compiler(context)? {
        cargo.env("RUSTC", rustc).env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
    Ok(cargo)
}

fn target(context: &Context) -> PathBuf {
    context.dirs.in_cache("target-portal")
}

/// Writes the main file, the parts and the script that loads them.
fn split(context: &Context, whole: &Path, folder: &Path) -> Result<()> {
    run(context, context.command("wasm-split-cli").arg(whole).arg(folder).args(["--out-name", NAME]))
}

fn bind(context: &Context, folder: &Path) -> Result<()> {
    let main = folder.join(NAME).with_extension("wasm");
    let mut bindgen = context.command("wasm-bindgen");
    bindgen
        // The parts reach the main file through the exports of the linker, by names as the split wrote them.
        .args(["--target=web", "--no-typescript", "--keep-lld-exports", "--no-demangle", "--out-name", NAME])
        .arg("--out-dir")
        .arg(folder)
        .arg(&main);
    run(context, &mut bindgen)?;
    fs::remove_file(main).context("cannot remove what wasm-bindgen has read")
}

fn optimise(context: &Context, folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "wasm") {
            run(context, context.command("wasm-opt").args(WASM_OPT).arg(&file).arg("-o").arg(&file))?;
        }
    }
    Ok(())
}

/// The module that the page loads, with the languages that there are.
fn start(context: &Context) -> Result<String> {
    let files = fs::read_dir(context.dirs.in_checkout(LOCALES))?.map(|entry| Ok(entry?.path()));
    let mut files = files.collect::<std::io::Result<Vec<_>>>()?;
    files.sort();
    let tags: Vec<_> = files.iter().filter_map(|file| file.file_stem()?.to_str()).collect();
    let module = fs::read_to_string(context.dirs.in_checkout(START))?;
    Ok(format!("const LANGUAGES = {tags:?};\n{module}"))
}

fn named_by_hash(folder: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    hash_path(folder, folder, None, &mut hasher)?;
    Ok(format!("wasm-{:016x}", hasher.finish()))
}
