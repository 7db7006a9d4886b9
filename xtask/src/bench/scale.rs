//! What a hundred times the fleet and a long history cost: for each machine, for each incident, and whether pages and
//! searches stay as quick. `docs/scaling.md` tells what follows from the figures.

mod fleet;
mod lookups;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::{Args, ValueEnum};

use self::fleet::Fleet;
use super::bed::{Bed, Server};
use super::load::Webhooks;
use super::query_load::Questions;
use super::verdict::{Bound, Figure, report};
use crate::console::say;
use crate::context::Context;

/// What a large fleet and a long history are compared with.
const FEW_MACHINES: usize = 700;
const FEW_STORED: usize = 1_000;
/// So many alerts open at least 50 incidents in each region, so that every page is full.
const OPEN_ALERTS: usize = 1_000;
const KILOBYTES_PER_MEGABYTE: f64 = 1024.0;

/// How much to measure.
#[derive(Args)]
pub(super) struct Options {
    /// How many machines; as many alerts come at once.
    #[arg(long, default_value_t = 70_000, value_parser = clap::value_parser!(u32).range(7_000..=1_000_000))]
    machines: u32,
    /// How many incidents are stored.
    #[arg(long, default_value_t = 10_000_000, value_parser = clap::value_parser!(u32).range(10_000..=100_000_000))]
    incidents: u32,
    /// Only these parts; may be repeated. Without it, all of them.
    #[arg(long, value_enum)]
    only: Vec<Part>,
}

/// What can be measured alone.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Machines,
    Incidents,
}

/// Measures everything, and prints one table.
pub(super) fn run(context: &Context, options: &Options) -> Result<ExitCode> {
    let bed = Bed::prepare(context)?;
    let mut figures = Vec::new();
    for part in Part::value_variants() {
        if options.only.is_empty() || options.only.contains(part) {
            figures.extend(match part {
                Part::Machines => machines(&bed, options.machines as usize)?,
                Part::Incidents => incidents(&bed, options.incidents as usize)?,
            });
        }
    }
    Ok(report(&figures))
}

/// A large fleet beside a small one; then a storm of as many alerts.
fn machines(bed: &Bed<'_>, count: usize) -> Result<Vec<Figure>> {
    bed.build("cine-exporter")?;
    let few = Fleet::start(bed, "few_machines", FEW_MACHINES)?;
    let many = Fleet::start(bed, "many_machines", count)?;
    let page = format!("page of metrics with {count} machines");
    let (scrape_seconds, scrape_bytes) = many.scrape()?;
    let mut figures = vec![
        at_most("the cloud is read after", many.poll_seconds()?, " s", 60.0, format!("{count} machines")),
        // Prometheus gives up after so long, if it is not told otherwise.
        at_most(&format!("{page}, written after"), scrape_seconds, " s", 10.0, megabytes_text(scrape_bytes)),
        each("memory of the exporter, a machine", [&few.exporter, &many.exporter], count, 8.0)?,
        each("memory of the server, a machine", [&few.server, &many.server], count, 8.0)?,
    ];
    for fleet in [&few, &many] {
        Webhooks::of_64(OPEN_ALERTS).send(bed, &fleet.server)?;
    }
    let what = format!("cost of a page with {count} / {FEW_MACHINES} machines");
    figures.push(cost_of_page(bed, what, [&few.server, &many.server])?);
    say(&format!("{count} alerts …"));
    let storm = Webhooks { skip: OPEN_ALERTS, ..Webhooks::of_64(count) }.send(bed, &many.server)?;
    let rate = format!("{:.0} alerts per second", storm.alerts_per_second);
    figures.push(at_most(&format!("{count} alerts are durable after"), storm.seconds, " s", 60.0, rate));
    let peak = many.server.peak_megabytes()?;
    figures.push(at_most("memory after them", peak, " MB", 2_000.0, format!("{count} open incidents")));
    let what = format!("cost of a page with {count} / {OPEN_ALERTS} open incidents");
    figures.push(cost_of_page(bed, what, [&few.server, &many.server])?);
    Ok(figures)
}

/// A long history beside a short one.
fn incidents(bed: &Bed<'_>, stored: usize) -> Result<Vec<Figure>> {
    let (few, many) = (bed.mongodb("few_stored"), bed.mongodb("many_stored"));
    bed.seed_aside(&few, FEW_STORED)?;
    let before = bed.bytes_of_mongodb()?;
    say(&format!("Writing {stored} incidents …"));
    let began = Instant::now();
    bed.seed_aside(&many, stored)?;
    let seconds = began.elapsed().as_secs_f64();
    let bytes = bed.bytes_of_mongodb()?.saturating_sub(before) as f64 / stored as f64;
    let rate = format!("with indexes and oplog; written at {:.0} per second", stored as f64 / seconds);
    let mut figures = vec![at_most("disk of MongoDB, a stored incident", bytes, " B", 4_000.0, rate)];
    let began = Instant::now();
    let (few, many) = (bed.server(&few)?, bed.server(&many)?);
    let started = began.elapsed().as_secs_f64();
    figures.push(at_most("two servers are ready after", started, " s", 2.0, format!("{stored} stored")));
    for server in [&few, &many] {
        Webhooks::of_64(OPEN_ALERTS).send(bed, server)?;
    }
    let what = format!("cost of a page with {stored} / {FEW_STORED} stored");
    figures.push(cost_of_page(bed, what, [&few, &many])?);
    let grown = many.megabytes()? / few.megabytes()?;
    let from = format!("{:.0} / {:.0} MB", many.megabytes()?, few.megabytes()?);
    figures.push(at_most(&format!("memory with {stored} / {FEW_STORED} stored"), grown, "", 1.2, from));
    figures.extend(lookups::figures(&many, stored)?);
    Ok(figures)
}

/// Pages are executed, so that the cache hides nothing.
fn cost_of_page(bed: &Bed<'_>, what: String, servers: [&Server; 2]) -> Result<Figure> {
    Questions { questions: 2_000, different: true }.cost(bed, what, 5, servers)
}

/// What one machine more costs a program.
fn each(what: &str, [few, many]: [&Server; 2], machines: usize, most_kilobytes: f64) -> Result<Figure> {
    let (few, many) = (few.megabytes()?, many.megabytes()?);
    let kilobytes = (many - few) * KILOBYTES_PER_MEGABYTE / (machines - FEW_MACHINES) as f64;
    let from = format!("{many:.0} MB with {machines}, {few:.0} MB with {FEW_MACHINES}");
    Ok(at_most(what, kilobytes, " kB", most_kilobytes, from))
}

fn at_most(what: &str, value: f64, unit: &'static str, most: f64, from: String) -> Figure {
    Figure { what: what.to_owned(), value, unit, bound: Bound::AtMost(most), from }
}

fn megabytes_text(bytes: usize) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
