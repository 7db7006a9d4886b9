//! What every task is given: where things are, and whether to stop.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::dirs::Dirs;
use crate::stop::Stop;

/// Passed by reference to every task.
pub(crate) struct Context {
    /// The checkout and the cache.
    pub(crate) dirs: Dirs,
    /// Set by Ctrl-C and its like.
    pub(crate) stop: Stop,
}

impl Context {
    /// Finds the folders and installs the signal handler.
    ///
    /// # Errors
    /// If either is not possible.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self { dirs: Dirs::discover()?, stop: Stop::on_signals()? })
    }

    /// A command that runs at the root of the checkout with our tools first on its `PATH`.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let program = program.as_ref();
        // The lookup follows our PATH, not that of this process.
        let found = program.to_str().and_then(|name| self.dirs.find_program(name));
        let mut command = Command::new(found.as_deref().unwrap_or(program));
        command.current_dir(self.dirs.in_checkout("")).env("PATH", self.dirs.path()).stdin(Stdio::null());
        command
    }

    /// Cargo on the native workspace, with the target folder that all checkouts share.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = self.command("cargo");
        command.env("CARGO_TARGET_DIR", self.dirs.in_cache("target"));
        command
    }
}
