//! `cargo xtask down`: stops what `stack.json` names.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use nix::sys::signal::Signal;

use super::record::{ProcessRecord, Record};
use super::state::StateOption;
use crate::command::send;
use crate::console::say;
use crate::context::Context;

/// `up` stops its processes one by one, and each may take some seconds.
const SUPERVISOR_GRACE: Duration = Duration::from_secs(60);
const PROCESS_GRACE: Duration = Duration::from_secs(8);

/// Asks the running `up` to stop everything, then ends what is left of it.
///
/// # Errors
/// If a process cannot be ended.
pub(crate) fn down(context: &Context, options: &StateOption) -> Result<()> {
    let folder = options.folder(context);
    let Some(record) = Record::read(&folder)? else {
        say("No stack is running.");
        return Ok(());
    };
    end(&record.supervisor, SUPERVISOR_GRACE);
    for process in record.processes.iter().rev() {
        end(process, PROCESS_GRACE);
    }
    if let Some(left) = record.processes.iter().find(|process| process.is_alive()) {
        bail!("{} (PID {}) does not end", left.name, left.pid);
    }
    Record::remove(&folder);
    say("Everything has stopped.");
    Ok(())
}

/// SIGTERM, then SIGKILL; nothing for a process that is gone or is another program now.
fn end(process: &ProcessRecord, grace: Duration) {
    for (signal, wait) in [(Signal::SIGTERM, grace), (Signal::SIGKILL, Duration::from_secs(2))] {
        if process.is_alive() {
            send(process.pid, signal);
            wait_until_gone(process, wait);
        }
    }
}

fn wait_until_gone(process: &ProcessRecord, time: Duration) {
    let deadline = Instant::now() + time;
    while process.is_alive() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(50));
    }
}
