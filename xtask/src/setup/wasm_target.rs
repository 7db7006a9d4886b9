//! The standard library for WebAssembly: from rustup, or else built from Debian's own compiler.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::Step;
use super::debian::apt_install;
use crate::command::{host, output, run};
use crate::context::Context;

const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// The compiler that can build the portal.
pub(crate) enum WasmCompiler {
    /// The ordinary toolchain; nothing to set.
    Ordinary,
    /// Debian's compiler, with the linker of the ordinary toolchain.
    Debian {
        /// For `RUSTC`.
        rustc: PathBuf,
        /// For `CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER`.
        linker: PathBuf,
    },
}

/// Looks at what is installed, the ordinary toolchain first.
///
/// # Errors
/// If the ordinary `rustc` cannot be asked.
pub(crate) fn find(context: &Context) -> Result<Option<WasmCompiler>> {
    if has_std(&sysroot(context, "rustc")?) {
        return Ok(Some(WasmCompiler::Ordinary));
    }
    if !Path::new(DEBIAN_RUSTC).exists() || !has_std(&sysroot(context, DEBIAN_RUSTC)?) {
        return Ok(None);
    }
    Ok(Some(WasmCompiler::Debian { rustc: DEBIAN_RUSTC.into(), linker: linker(context)? }))
}

pub(super) fn step() -> Step {
    Step {
        title: "WebAssembly target".to_owned(),
        is_there: |context| Ok(find(context)?.is_some()),
        work: "from rustup, or else built with Debian's compiler, about 1 minute",
        install: |context| {
            let mut rustup = context.command("rustup");
            if run(context, rustup.args(["target", "add", TARGET])).is_ok() {
                return Ok(());
            }
            apt_install(context, &["rustc-web", "rust-web-src"])?;
            build_std(context)
        },
        by_hand: format!("rustup target add {TARGET}"),
    }
}

/// Compiles an empty crate together with the standard library and keeps the libraries.
fn build_std(context: &Context) -> Result<()> {
    let workshop = context.dirs.in_cache("wasm-std");
    let _ = fs::remove_dir_all(&workshop);
    fs::create_dir_all(workshop.join("src"))?;
    fs::write(workshop.join("Cargo.toml"), "[package]\nname = \"empty\"\nedition = \"2024\"\n")?;
    fs::write(workshop.join("src/lib.rs"), "")?;
    let mut build = context.command("cargo");
    build
        .current_dir(&workshop)
        .args(["build", "--release", "--target", TARGET])
        .env("CARGO_TARGET_DIR", workshop.join("target"))
        .env("RUSTC", DEBIAN_RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort,panic_unwind,proc_macro,test")
        // The portal's fat LTO needs the bitcode of the standard library.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes");
    run(context, &mut build)?;
    let built = workshop.join("target").join(TARGET).join("release/deps");
    keep_libraries(&built, &library_folder(&sysroot(context, DEBIAN_RUSTC)?))?;
    fs::remove_dir_all(&workshop).context("cannot remove the workshop of the WebAssembly target")
}

/// Copies beside the final place and renames at the end, so that an interrupted copy is not taken for a whole one.
fn keep_libraries(built: &Path, place: &Path) -> Result<()> {
    let partial = place.with_extension("partial");
    let _ = fs::remove_dir_all(&partial);
    fs::create_dir_all(&partial).with_context(|| format!("cannot write {}", partial.display()))?;
    for entry in fs::read_dir(built)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::copy(entry.path(), partial.join(name))?;
        }
    }
    let _ = fs::remove_dir_all(place);
    fs::rename(&partial, place).context("cannot put the WebAssembly target in its place")
}

fn has_std(sysroot: &Path) -> bool {
    let Ok(entries) = fs::read_dir(library_folder(sysroot)) else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
}

fn library_folder(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(TARGET).join("lib")
}

fn linker(context: &Context) -> Result<PathBuf> {
    Ok(sysroot(context, "rustc")?.join("lib/rustlib").join(host(context)?).join("bin/rust-lld"))
}

fn sysroot(context: &Context, rustc: &str) -> Result<PathBuf> {
    Ok(output(context.command(rustc).args(["--print", "sysroot"]))?.into())
}
