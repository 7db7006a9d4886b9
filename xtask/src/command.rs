//! Running other programs to their end.

use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::context::Context;

/// Runs a command whose output goes to the terminal, and passes a wish to stop on to it.
///
/// # Errors
/// If it cannot start, ends badly, or we are asked to stop.
pub(crate) fn run(context: &Context, command: &mut Command) -> Result<()> {
    let line = describe(command);
    let mut child = command.spawn().with_context(|| format!("cannot start `{line}`"))?;
    while !has_ended(&mut child)? {
        if let Err(stopped) = context.stop.pause(Duration::from_millis(50)) {
            send(child.id(), Signal::SIGTERM);
            child.wait()?;
            return Err(stopped);
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{line}` failed: {status}");
    }
    Ok(())
}

/// Runs a short command and answers what it wrote to standard output, trimmed.
///
/// # Errors
/// If it cannot start or ends badly; the error holds what it wrote to standard error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let line = describe(command);
    let output = command.output().with_context(|| format!("cannot start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` failed: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether the program exists, runs, and names this version when asked with `--version`.
pub(crate) fn has_version(context: &Context, program: &Path, version: &str) -> bool {
    output(context.command(program).arg("--version"))
        .is_ok_and(|text| text.split(|c: char| c.is_whitespace() || c == 'v').any(|word| word == version))
}

/// The kind of machine that this is, as Rust names it: `x86_64-unknown-linux-gnu`.
///
/// # Errors
/// If the compiler does not say.
pub(crate) fn host(context: &Context) -> Result<String> {
    let about = output(context.command("rustc").arg("-vV"))?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not name its host")?.to_owned())
}

/// Sends a signal to a process; one that is gone already is no error.
pub(crate) fn send(pid: u32, signal: Signal) {
    if let Ok(pid) = i32::try_from(pid) {
        let _ = kill(Pid::from_raw(pid), signal);
    }
}

fn has_ended(child: &mut Child) -> Result<bool> {
    Ok(child.try_wait()?.is_some())
}

fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
