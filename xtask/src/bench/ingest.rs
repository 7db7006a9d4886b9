//! How fast alerts become durable. Ours and the limit run in turn, several times, so that a machine that
//! is busy for a while is so for both; what counts is the median of the ratios.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::bed::Bed;
use super::load::{Limit, Webhooks};
use super::verdict::{Bound, Figure, median, report};
use crate::console::say;
use crate::context::Context;

/// What the bare loop is tried with: documents in one command, commands under way at once.
/// The limit is the best of them.
const TRIED_LIMITS: [Limit; 6] = [
    Limit { in_each: 64, loops: 1 },
    Limit { in_each: 512, loops: 1 },
    Limit { in_each: 1_000, loops: 1 },
    Limit { in_each: 64, loops: 16 },
    Limit { in_each: 256, loops: 4 },
    Limit { in_each: 1_000, loops: 2 },
];
/// What 16 webhooks of one alert that wait for each other can have at most: beside the bound, it tells how much of
/// a miss is the store's latency.
const SIXTEEN_WAIT: Limit = Limit { in_each: 16, loops: 1 };
/// A storm: each of so many machines has ten alerts, all within a second.
const STORM_MACHINES: usize = 700;

/// How thoroughly to measure.
#[derive(Args)]
pub(super) struct Options {
    /// Fewer alerts, fewer rounds, and a shorter history: to see that it works, not what it is worth.
    #[arg(long)]
    quick: bool,
}

/// How much is measured.
struct Size {
    rounds: usize,
    alerts: usize,
    single_alerts: usize,
    stored: usize,
}

const THOROUGH: Size = Size { rounds: 7, alerts: 25_600, single_alerts: 8_000, stored: 1_000_000 };
const QUICK: Size = Size { rounds: 2, alerts: 6_400, single_alerts: 2_000, stored: 20_000 };
/// What a long history is compared with.
const FEW_STORED: usize = 1_000;

/// Measures everything, and prints one table.
pub(super) fn run(context: &Context, options: &Options) -> Result<ExitCode> {
    let size = if options.quick { QUICK } else { THOROUGH };
    let bed = Bed::prepare(context)?;
    let mut figures = throughput(&bed, &size)?;
    figures.extend(history(&bed, &size)?);
    Ok(report(&figures))
}

/// What the rounds brought, in alerts per second.
#[derive(Default)]
struct Rounds {
    of_64: Vec<f64>,
    of_one: Vec<f64>,
    limit: Vec<f64>,
    sixteen_wait: Vec<f64>,
    embedded: Vec<f64>,
}

fn throughput(bed: &Bed<'_>, size: &Size) -> Result<Vec<Figure>> {
    let limit = best_limit(bed, size)?;
    let mut rounds = Rounds::default();
    let of_64 = Webhooks::of_64(size.alerts);
    let of_one = Webhooks { alerts: size.single_alerts, in_each: 1, ..of_64 };
    for round in 0..size.rounds {
        let database = format!("round_{round}");
        rounds.of_64.push(fresh(bed, &bed.mongodb(&database), of_64)?);
        rounds.limit.push(limit.measure(bed, &database)?.alerts_per_second);
        let database = format!("single_{round}");
        rounds.of_one.push(fresh(bed, &bed.mongodb(&database), of_one)?);
        rounds.sixteen_wait.push(SIXTEEN_WAIT.measure(bed, &database)?.alerts_per_second);
        rounds.embedded.push(fresh(bed, &bed.embedded(&database)?, of_64)?);
        let line = |name: &str, values: &[f64]| format!("{name} {:.0}", values.last().unwrap_or(&f64::NAN));
        say(&format!(
            "round {}: alerts per second: {}, {}, {}, {}, {}",
            round + 1,
            line("limit", &rounds.limit),
            line("webhooks of 64", &rounds.of_64),
            line("webhooks of one", &rounds.of_one),
            line("bare, of 16", &rounds.sixteen_wait),
            line("embedded, of 64", &rounds.embedded),
        ));
    }
    let mut figures = rounds.figures();
    figures.push(half_load(bed, "MongoDB", &bed.mongodb("half_load"), of_64, median(&rounds.of_64))?);
    let embedded = bed.embedded("half_load")?;
    figures.push(half_load(bed, "embedded", &embedded, of_64, median(&rounds.embedded))?);
    Ok(figures)
}

/// Half as many alerts as the store takes at most.
fn half_load(bed: &Bed<'_>, name: &str, store: &str, of_64: Webhooks, most: f64) -> Result<Figure> {
    let half_load = of_64.at_rate(most / 64.0 / 2.0);
    let server = bed.server(store)?;
    Ok(Figure {
        what: format!("p99 of a webhook of 64 at half load, {name}"),
        value: half_load.send(bed, &server)?.p99_milliseconds,
        unit: " ms",
        bound: Bound::AtMost(50.0),
        from: format!("{:.0} alerts per second", most / 2.0),
    })
}

impl Rounds {
    fn figures(&self) -> Vec<Figure> {
        let mut of_one =
            ratio("webhooks of one alert / limit", &self.of_one, &self.limit, Bound::AtLeast(0.5));
        of_one.from += &format!("; 16 documents at a time, bare: {:.0}", median(&self.sixteen_wait));
        vec![
            ratio("webhooks of 64 alerts / limit", &self.of_64, &self.limit, Bound::AtLeast(0.8)),
            of_one,
            ratio("embedded store / MongoDB", &self.embedded, &self.of_64, Bound::AtLeast(1.0)),
        ]
    }
}

impl Webhooks {
    fn at_rate(self, webhooks_per_second: f64) -> Self {
        Self { webhooks_per_second: Some(webhooks_per_second), ..self }
    }
}

fn ratio(what: &str, ours: &[f64], base: &[f64], bound: Bound) -> Figure {
    let ratios: Vec<f64> = ours.iter().zip(base).map(|(ours, base)| ours / base).collect();
    let from = format!("{:.0} / {:.0} alerts per second", median(ours), median(base));
    Figure { what: what.to_owned(), value: median(&ratios), unit: "", bound, from }
}

/// One run on a store that was empty.
fn fresh(bed: &Bed<'_>, store: &str, webhooks: Webhooks) -> Result<f64> {
    let server = bed.server(store)?;
    Ok(webhooks.send(bed, &server)?.alerts_per_second)
}

/// The bare loop is given its best: the size and the number of loops that are the fastest here.
fn best_limit(bed: &Bed<'_>, size: &Size) -> Result<Limit> {
    let webhooks = Webhooks::of_64(size.alerts);
    let mut best = (0.0, TRIED_LIMITS[0]);
    for (number, limit) in TRIED_LIMITS.into_iter().enumerate() {
        let database = format!("limit_{number}");
        fresh(bed, &bed.mongodb(&database), webhooks)?;
        let speed = limit.measure(bed, &database)?.alerts_per_second;
        let Limit { in_each, loops } = limit;
        say(&format!(
            "bare loop: {speed:.0} documents per second with {in_each} in each of {loops} commands at once"
        ));
        if speed > best.0 {
            best = (speed, limit);
        }
    }
    Ok(best.1)
}

/// A long history must neither slow alerts down nor fill the memory.
fn history(bed: &Bed<'_>, size: &Size) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (name, few, many) in [
        ("MongoDB", bed.mongodb("few"), bed.mongodb("many")),
        ("embedded", bed.embedded("few")?, bed.embedded("many")?),
    ] {
        bed.seed(&few, FEW_STORED)?;
        bed.seed(&many, size.stored)?;
        figures.extend(storm(bed, name, &many)?);
        figures.push(cost(bed, name, size, [&few, &many])?);
    }
    Ok(figures)
}

fn storm(bed: &Bed<'_>, name: &str, store: &str) -> Result<[Figure; 2]> {
    let server = bed.server(store)?;
    let alerts = STORM_MACHINES * 10;
    let storm = Webhooks { alerts, skip: 0, in_each: 10, webhooks_per_second: None };
    let seconds = storm.at_rate(STORM_MACHINES as f64).send(bed, &server)?.seconds;
    let figure = |what: &str, value, unit, most| Figure {
        what: format!("{what}, {name}"),
        value,
        unit,
        bound: Bound::AtMost(most),
        from: format!("{alerts} alerts in one second"),
    };
    Ok([
        figure("a storm is durable after", seconds, " s", 2.0),
        figure("memory after it", server.peak_megabytes()?, " MB", 300.0),
    ])
}

fn cost(bed: &Bed<'_>, name: &str, size: &Size, [few, many]: [&str; 2]) -> Result<Figure> {
    let alerts = size.alerts / 2;
    let (few, many) = (bed.server(few)?, bed.server(many)?);
    let mut speeds = [Vec::new(), Vec::new()];
    for round in 1..=size.rounds {
        let skip = STORM_MACHINES * 10 + round * alerts;
        let webhooks = Webhooks { alerts, skip, in_each: 64, webhooks_per_second: None };
        for (server, speeds) in [&few, &many].into_iter().zip(&mut speeds) {
            speeds.push(webhooks.send(bed, server)?.alerts_per_second);
        }
    }
    let what = format!("cost of an alert with {} / {FEW_STORED} stored, {name}", size.stored);
    Ok(ratio(&what, &speeds[0], &speeds[1], Bound::AtMost(1.2)))
}
