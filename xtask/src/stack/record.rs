//! `stack.json`: what runs where, for `down`, `break`, `mend` and the browser tests.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::ports::Ports;

const FILE: &str = "stack.json";

/// One stack.
#[derive(Serialize, Deserialize)]
pub(crate) struct Record {
    /// `embedded` or `mongodb`.
    pub(crate) store: String,
    /// Whether every process has answered.
    pub(crate) ready: bool,
    /// Where they listen on loopback.
    pub(crate) ports: Ports,
    /// The `cargo xtask` that watches over the others.
    pub(crate) supervisor: ProcessRecord,
    /// In the order of their start.
    pub(crate) processes: Vec<ProcessRecord>,
}

/// One process.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ProcessRecord {
    pub(crate) name: String,
    pub(crate) pid: u32,
    /// Program and arguments, to tell the process from a later one with the same id.
    pub(crate) command: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) log: Option<PathBuf>,
}

impl Record {
    /// Reads the record of a state folder, if there is one.
    ///
    /// # Errors
    /// If the file cannot be read or is not ours.
    pub(crate) fn read(folder: &Path) -> Result<Option<Self>> {
        let file = Self::file(folder);
        match fs::read(&file) {
            Ok(json) => Ok(Some(
                serde_json::from_slice(&json)
                    .with_context(|| format!("cannot understand {}", file.display()))?,
            )),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
        }
    }

    /// Writes the record in one step, so that nobody reads half of it.
    ///
    /// # Errors
    /// If the folder cannot be written to.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let file = Self::file(folder);
        let partial = file.with_extension("partial");
        fs::write(&partial, serde_json::to_vec_pretty(self)?)?;
        fs::rename(&partial, &file).with_context(|| format!("cannot write {}", file.display()))
    }

    /// Removes the record; a missing one is no error.
    pub(crate) fn remove(folder: &Path) {
        let _ = fs::remove_file(Self::file(folder));
    }

    /// Whether any process of it is alive.
    pub(crate) fn is_running(&self) -> bool {
        self.processes.iter().any(ProcessRecord::is_alive)
    }

    /// Where the record of a state folder lies.
    pub(crate) fn file(folder: &Path) -> PathBuf {
        folder.join(FILE)
    }
}

impl ProcessRecord {
    /// This very process.
    pub(crate) fn of_this_process() -> Self {
        let pid = std::process::id();
        Self { name: "xtask".to_owned(), pid, command: command_of(pid), log: None }
    }

    /// Whether the process still runs, and is still that program.
    pub(crate) fn is_alive(&self) -> bool {
        !self.command.is_empty() && command_of(self.pid) == self.command
    }
}

/// Empty for a process that is gone or only waits to be collected.
fn command_of(pid: u32) -> Vec<String> {
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words = line.strip_suffix(b"\0").unwrap_or(&line);
    if words.is_empty() {
        return Vec::new();
    }
    words.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_alive() {
        assert!(ProcessRecord::of_this_process().is_alive());
    }

    #[test]
    fn another_program_under_the_same_id_is_not_ours() {
        let command = vec!["/usr/bin/prometheus".to_owned()];

        assert!(!ProcessRecord { command, ..ProcessRecord::of_this_process() }.is_alive());
    }
}
