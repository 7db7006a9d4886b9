//! The load beside the server: `server/examples/query_load`, one run each.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Stdio};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::bed::{Bed, Server};
use super::verdict::{Bound, Figure, median};
use crate::command::output;

const PROGRAM: &str = "examples/query_load";

/// Pages of a region, asked over 16 connections.
#[derive(Clone, Copy)]
pub(super) struct Questions {
    pub(super) questions: usize,
    /// Each in words of its own, so that it is executed.
    pub(super) different: bool,
}

/// What questions brought.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct Answered {
    pub(super) per_second: f64,
    pub(super) p99_milliseconds: f64,
}

/// Alerts at a rate, and subscribers who hear of each.
#[derive(Clone, Copy)]
pub(super) struct Follow {
    pub(super) subscribers: usize,
    pub(super) alerts: usize,
    pub(super) per_second: f64,
}

/// What subscribers heard, and how late.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct Told {
    pub(super) median_milliseconds: f64,
    pub(super) p99_milliseconds: f64,
}

/// Subscribers who hear nothing. Dropping it ends them.
pub(super) struct Waiting {
    program: Child,
    /// They go when this closes.
    input: Option<ChildStdin>,
}

impl Questions {
    /// Asks them all; every one must be answered.
    pub(super) fn ask(self, bed: &Bed<'_>, port: u16) -> Result<Answered> {
        let mut arguments =
            vec!["questions".to_owned(), address(port), format!("--questions={}", self.questions)];
        arguments.extend(self.different.then(|| "--different".to_owned()));
        measured(bed, &arguments)
    }

    /// How many times as much a page costs at the second server as at the first, which are asked in turn.
    pub(super) fn cost(
        self,
        bed: &Bed<'_>,
        what: String,
        rounds: usize,
        [one, other]: [&Server; 2],
    ) -> Result<Figure> {
        let mut speeds = [Vec::new(), Vec::new()];
        for _ in 0..rounds {
            for (server, speeds) in [one, other].into_iter().zip(&mut speeds) {
                speeds.push(self.ask(bed, server.port)?.per_second);
            }
        }
        let ratios: Vec<f64> = speeds[0].iter().zip(&speeds[1]).map(|(one, other)| one / other).collect();
        let from = format!("{:.0} / {:.0} pages per second", median(&speeds[0]), median(&speeds[1]));
        Ok(Figure { what, value: median(&ratios), unit: "", bound: Bound::AtMost(1.2), from })
    }
}

impl Follow {
    /// Sends the alerts; every subscriber must hear of each.
    pub(super) fn measure(self, bed: &Bed<'_>, port: u16) -> Result<Told> {
        let arguments = [
            "follow".to_owned(),
            address(port),
            format!("--subscribers={}", self.subscribers),
            format!("--alerts={}", self.alerts),
            format!("--per-second={}", self.per_second),
        ];
        measured(bed, &arguments)
    }
}

impl Waiting {
    /// Opens all of them.
    pub(super) fn open(bed: &Bed<'_>, port: u16, subscribers: usize) -> Result<Self> {
        let mut command = bed.built(PROGRAM);
        command.args(["wait".to_owned(), address(port), format!("--subscribers={subscribers}")]);
        let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = program.stdin.take();
        let output = program.stdout.take().context("no output")?;
        let waiting = Self { program, input };
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        if line.trim() != "open" {
            bail!("the subscribers could not be opened; is the limit of open files high enough (ulimit -n)?");
        }
        Ok(waiting)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.program.wait();
    }
}

fn address(port: u16) -> String {
    format!("--address=127.0.0.1:{port}")
}

fn measured<T: DeserializeOwned>(bed: &Bed<'_>, arguments: &[String]) -> Result<T> {
    let json = output(bed.built(PROGRAM).args(arguments))?;
    serde_json::from_str(&json).with_context(|| format!("cannot understand {json}"))
}
