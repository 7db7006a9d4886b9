//! The state folder: data, rendered configuration and logs of one stack.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::context::Context;

/// Says that a folder is ours to clean.
const MARKER: &str = ".cineportal-state";

const DEFAULT: &str = ".stack";

/// Where a stack keeps its state.
#[derive(Args)]
pub(crate) struct StateOption {
    /// State folder of the stack.
    #[arg(long, value_name = "DIR", default_value = DEFAULT)]
    state: PathBuf,
}

impl StateOption {
    /// The folder; a relative one is relative to the checkout.
    pub(crate) fn folder(&self, context: &Context) -> PathBuf {
        context.dirs.in_checkout(&self.state)
    }

    /// How a command names this folder; nothing where it is the default.
    pub(crate) fn argument(&self) -> String {
        if self.state == Path::new(DEFAULT) {
            String::new()
        } else {
            format!(" --state {}", self.state.display())
        }
    }
}

/// Whether data of an earlier run stays.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// A fresh start.
    Nothing,
    /// Incidents and series of the earlier run are there again.
    Data,
}

/// A state folder that is ready for a run.
#[derive(Clone)]
pub(crate) struct StateFolder(PathBuf);

impl StateFolder {
    /// Whether a folder is ours to clean.
    ///
    /// # Errors
    /// If it holds something else.
    pub(crate) fn refuse_foreign(folder: &Path) -> Result<()> {
        if !folder.join(MARKER).exists() && holds_something(folder) {
            bail!("{} holds something else: give --state an empty folder", folder.display());
        }
        Ok(())
    }

    /// Makes the folder, or cleans it of an earlier run.
    ///
    /// # Errors
    /// If the folder holds something that is not ours.
    pub(crate) fn prepare(folder: PathBuf, keep: Keep) -> Result<Self> {
        Self::refuse_foreign(&folder)?;
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        fs::write(folder.join(MARKER), "")
            .with_context(|| format!("cannot write to {}", folder.display()))?;
        let state = Self(folder);
        state.clean(keep)?;
        Ok(state)
    }

    /// The folder itself.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The data folder of a program, made where it is missing.
    pub(crate) fn data_of(&self, program: &str) -> Result<PathBuf> {
        let folder = self.0.join("data").join(program);
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        Ok(folder)
    }

    /// Where rendered configuration lies.
    pub(crate) fn config(&self) -> PathBuf {
        self.0.join("config")
    }

    /// The log file of a program.
    pub(crate) fn log_of(&self, program: &str) -> PathBuf {
        self.0.join("logs").join(format!("{program}.log"))
    }

    fn clean(&self, keep: Keep) -> Result<()> {
        for folder in ["config", "logs", "data"] {
            let folder = self.0.join(folder);
            if folder.exists() && !(keep == Keep::Data && folder.ends_with("data")) {
                fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
            }
        }
        fs::create_dir_all(self.0.join("logs")).context("cannot make the folder of the logs")
    }
}

fn holds_something(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}
