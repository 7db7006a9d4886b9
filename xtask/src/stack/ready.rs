//! Waiting until a program answers.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use ureq::Agent;

use super::process::Process;
use crate::stop::Stop;

/// A cold machine that builds something else at the same time is slow.
const DEADLINE: Duration = Duration::from_secs(90);
const LOG_TAIL_LINES: usize = 20;

/// Waits until the address answers 200.
///
/// # Errors
/// If the process ends, the deadline passes, or we are asked to stop. The message holds the end of its log.
pub(crate) fn wait_until_ready(process: &mut Process, url: &str, stop: &Stop) -> Result<()> {
    let agent = agent();
    let deadline = Instant::now() + DEADLINE;
    loop {
        if is_ready(&agent, url) {
            return Ok(());
        }
        if let Some(status) = process.ended()? {
            bail!("{} ended while it was starting ({status}).\n{}", process.name(), tail(process.log()));
        }
        if Instant::now() > deadline {
            let seconds = DEADLINE.as_secs();
            bail!("{} is not ready after {seconds} s: {url}\n{}", process.name(), tail(process.log()));
        }
        stop.pause(Duration::from_millis(100))?;
    }
}

/// Reads the answer to its end: node_exporter logs an error where nobody does.
fn is_ready(agent: &Agent, url: &str) -> bool {
    let Ok(mut response) = agent.get(url).call() else { return false };
    response.status() == 200 && response.body_mut().read_to_string().is_ok()
}

fn agent() -> Agent {
    Agent::config_builder().proxy(None).timeout_global(Some(Duration::from_secs(2))).build().into()
}

/// The last lines of a log, with its path.
pub(crate) fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let last = &lines[lines.len().saturating_sub(LOG_TAIL_LINES)..];
    format!("The end of {}:\n{}", log.display(), last.join("\n"))
}
