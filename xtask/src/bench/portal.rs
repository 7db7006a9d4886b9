//! How quick the portal is under the finger: a real server, a real browser (`e2e/bench/portal.mjs`).

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use serde::Deserialize;

use super::bed::Bed;
use super::verdict::{Bound, Figure, report};
use crate::command::output;
use crate::console::say;
use crate::context::Context;
use crate::portal;

const SCRIPT: &str = "e2e/bench/portal.mjs";

/// How thoroughly to measure.
#[derive(Args)]
pub(super) struct Options {
    /// Fewer alerts and a shorter list: to see that it works, not what it is worth.
    #[arg(long)]
    quick: bool,
}

/// What the browser measured.
#[derive(Deserialize)]
struct Measured {
    pushed_p50_ms: f64,
    pushed_p99_ms: f64,
    first_row_ms: f64,
    grown_megabytes: f64,
    filter_ms: f64,
    filter_most_ms: f64,
    shown_ms: f64,
    shown_most_ms: f64,
    status_ms: f64,
    status_most_ms: f64,
}

/// Measures everything, and prints one table.
pub(super) fn run(context: &Context, options: &Options) -> Result<ExitCode> {
    portal::build(context)?;
    let bed = Bed::prepare(context)?;
    let server = bed.server(&bed.mongodb("portal"))?;
    let (alerts, open, hours) = if options.quick { (50, 1_000, "0.1") } else { (1_000, 10_000, "2") };
    say("Watching the portal in Chromium …");
    let json = output(context.command("node").arg(SCRIPT).args([
        format!("--server=http://127.0.0.1:{}", server.port),
        format!("--alerts={alerts}"),
        format!("--open={open}"),
        format!("--hours={hours}"),
    ]))?;
    let measured: Measured =
        serde_json::from_str(&json).with_context(|| format!("cannot understand {json}"))?;
    Ok(report(&figures(&measured, alerts, open)))
}

fn figures(measured: &Measured, alerts: usize, open: usize) -> Vec<Figure> {
    let at_most = |what: &str, value, unit, most, from: String| Figure {
        what: what.to_owned(),
        value,
        unit,
        bound: Bound::AtMost(most),
        from,
    };
    let pushes = format!("{alerts} alerts, MongoDB");
    let list = |most_ms: f64| format!("median of 10, slowest {most_ms:.0}; {open} open incidents");
    vec![
        at_most("webhook sent → row painted, median", measured.pushed_p50_ms, " ms", 50.0, pushes.clone()),
        at_most("webhook sent → row painted, p99", measured.pushed_p99_ms, " ms", 100.0, pushes),
        at_most(
            "first row, processor 4× slower",
            measured.first_row_ms,
            " ms",
            2_000.0,
            "cold cache".to_owned(),
        ),
        at_most(
            "growth in two hours of alerts",
            measured.grown_megabytes,
            " MB",
            10.0,
            "heap and wasm".to_owned(),
        ),
        at_most("filter", measured.filter_ms, " ms", 50.0, list(measured.filter_most_ms)),
        at_most("click → the row shows it", measured.shown_ms, " ms", 100.0, list(measured.shown_most_ms)),
        at_most("click → the server has it", measured.status_ms, " ms", 100.0, list(measured.status_most_ms)),
    ]
}
