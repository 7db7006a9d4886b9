//! `cargo xtask break` and `cargo xtask mend`: faults of simulated machines.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};
use ureq::Agent;

use crate::console::say;
use crate::context::Context;
use crate::stack::{Record, StateOption};

/// Which machine, and what goes wrong with it.
#[derive(Args)]
pub(crate) struct BreakOptions {
    /// The machine's id, as dk-aarhus-01-01.
    machine: String,
    /// What breaks.
    fault: Fault,
    #[command(flatten)]
    state: StateOption,
}

/// Which machine is mended.
#[derive(Args)]
pub(crate) struct MendOptions {
    /// The machine's id, as dk-aarhus-01-01.
    machine: String,
    #[command(flatten)]
    state: StateOption,
}

#[derive(Clone, Copy, ValueEnum)]
enum Fault {
    /// The machine goes dark.
    Power,
    /// The display shows a resolution that is not the expected one.
    Resolution,
    /// The download of a game fails.
    Download,
}

/// Breaks a machine of the running stack.
///
/// # Errors
/// If no stack runs, or the simulator refuses; its reason is the message.
pub(crate) fn break_machine(context: &Context, options: &BreakOptions) -> Result<()> {
    let fault = match options.fault {
        Fault::Power => "power",
        Fault::Resolution => "resolution",
        Fault::Download => "download",
    };
    let url = format!("{}/{fault}", faults_url(context, &options.state, &options.machine)?);
    answer(agent().post(&url).send_empty())?;
    say(&format!("{} is broken: {fault}.", options.machine));
    Ok(())
}

/// Takes all faults off a machine of the running stack.
///
/// # Errors
/// If no stack runs, or the simulator refuses; its reason is the message.
pub(crate) fn mend_machine(context: &Context, options: &MendOptions) -> Result<()> {
    let url = faults_url(context, &options.state, &options.machine)?;
    answer(agent().delete(&url).call())?;
    say(&format!("{} is mended.", options.machine));
    Ok(())
}

fn faults_url(context: &Context, state: &StateOption, machine: &str) -> Result<String> {
    let is_id = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if machine.is_empty() || !is_id(machine) {
        bail!("“{machine}” is no machine id: it looks like dk-aarhus-01-01");
    }
    let record = Record::read(&state.folder(context))?.filter(Record::is_running);
    let record = record.context("no stack is running: start one with `cargo xtask up`")?;
    Ok(format!("http://127.0.0.1:{}/sim/v1/machines/{machine}/faults", record.ports.simulator))
}

fn agent() -> Agent {
    let timeout = Some(Duration::from_secs(5));
    Agent::config_builder().proxy(None).timeout_global(timeout).http_status_as_error(false).build().into()
}

fn answer(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<()> {
    let mut response = response.context("the simulator does not answer")?;
    if response.status().is_success() {
        return Ok(());
    }
    let reason = response.body_mut().read_to_string().unwrap_or_default();
    bail!("the simulator refuses ({}): {}", response.status().as_u16(), reason.trim())
}
