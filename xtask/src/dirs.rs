//! Where things are. The only file that reads the environment.
#![expect(clippy::disallowed_methods, reason = "the one place of this program that reads the environment")]

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// The folders and the search path every task works with.
pub(crate) struct Dirs {
    checkout: PathBuf,
    cache: PathBuf,
    path: OsString,
    this_program: PathBuf,
}

impl Dirs {
    /// Reads `CARGO_MANIFEST_DIR` (set by `cargo xtask`), `XDG_CACHE_HOME`, `HOME` and `PATH`.
    ///
    /// # Errors
    /// If the checkout cannot be found or there is no home folder.
    pub(crate) fn discover() -> Result<Self> {
        let checkout = checkout()?;
        let cache = cache_home()?.join("cineportal");
        let inherited = env::var_os("PATH").unwrap_or_default();
        let ours = [cache.join("tools/bin"), cache.join("binaryen/node_modules/.bin")];
        // Debian keeps servers there, and has it only on root's PATH.
        let servers = [PathBuf::from("/usr/sbin")];
        let path = env::join_paths(ours.into_iter().chain(env::split_paths(&inherited)).chain(servers))
            .context("PATH holds a folder with a colon in its name")?;
        let this_program = env::current_exe().context("cannot tell where this program lies")?;
        Ok(Self { checkout, cache, path, this_program })
    }

    /// A path inside the checkout.
    pub(crate) fn in_checkout(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.checkout.join(relative)
    }

    /// A path inside the cache that all checkouts share.
    pub(crate) fn in_cache(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.cache.join(relative)
    }

    /// `PATH` for child processes: our own tools first.
    pub(crate) fn path(&self) -> &OsString {
        &self.path
    }

    /// The xtask that runs, for tests that call it as a person would.
    pub(crate) fn this_program(&self) -> &Path {
        &self.this_program
    }

    /// The program's full path, if it is on `PATH`.
    pub(crate) fn find_program(&self, name: &str) -> Option<PathBuf> {
        env::split_paths(&self.path).map(|folder| folder.join(name)).find(|file| file.is_file())
    }
}

fn checkout() -> Result<PathBuf> {
    let folder = match env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).as_deref().map(Path::parent) {
        Some(Some(workspace)) => workspace.to_owned(),
        _ => env::current_dir().context("there is no current folder")?,
    };
    if !folder.join("trunk.toml").is_file() {
        bail!("{} is not a checkout of CinePortal: run `cargo xtask` inside one", folder.display());
    }
    Ok(folder)
}

fn cache_home() -> Result<PathBuf> {
    if let Some(folder) = env::var_os("XDG_CACHE_HOME").filter(|value| !value.is_empty()) {
        return Ok(folder.into());
    }
    let home = env::var_os("HOME").context("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(PathBuf::from(home).join(".cache"))
}
