//! Child processes that never outlive their owner.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use nix::sys::signal::Signal;

use super::record::ProcessRecord;
use crate::command::send;

/// How long a process has to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(8);

/// A running child. Dropping it ends it.
pub(crate) struct Process {
    name: &'static str,
    child: Child,
    command: Vec<String>,
    log: PathBuf,
}

impl Process {
    /// Starts a program in its own process group, so that the terminal's Ctrl-C reaches only its owner,
    /// which then stops all in order. What it writes goes to the log file.
    ///
    /// # Errors
    /// If the log cannot be written or the program cannot start.
    pub(crate) fn start(name: &'static str, mut command: Command, log: PathBuf) -> Result<Self> {
        let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        command.stdout(file.try_clone()?).stderr(file).process_group(0);
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        let command = words.map(|word| word.to_string_lossy().into_owned()).collect();
        Ok(Self { name, child, command, log })
    }

    /// What it is called.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Its log file.
    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    /// How it ended, if it did.
    ///
    /// # Errors
    /// If the system cannot say.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// For `stack.json`.
    pub(crate) fn record(&self) -> ProcessRecord {
        ProcessRecord {
            name: self.name.to_owned(),
            pid: self.child.id(),
            command: self.command.clone(),
            log: Some(self.log.clone()),
        }
    }

    /// Asks it to end, then kills it. Answers only when it is gone.
    fn stop(&mut self) {
        if self.ended().is_ok_and(|status| status.is_some()) {
            return;
        }
        send(self.child.id(), Signal::SIGTERM);
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            if self.ended().is_ok_and(|status| status.is_some()) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}
