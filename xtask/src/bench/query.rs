//! How fast questions are answered and changes are told. Ours and the limit run in turn, several times, so
//! that a machine that is busy for a while is so for both; what counts is the median of the ratios.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::{Args, ValueEnum};

use super::bed::Bed;
use super::load::Webhooks;
use super::query_load::{Follow, Questions, Waiting};
use super::verdict::{Bound, Figure, median, report};
use crate::console::say;
use crate::context::Context;

/// How thoroughly to measure.
#[derive(Args)]
pub(super) struct Options {
    /// Fewer questions, fewer rounds, and a shorter history: to see that it works, not what it is worth.
    #[arg(long)]
    quick: bool,
    /// Only these parts; may be repeated. Without it, all of them.
    #[arg(long, value_enum)]
    only: Vec<Part>,
}

/// What can be measured alone, in the order in which all of it is. MongoDB goes on writing a long history to disk while
/// the next part is measured, and those who are told would pay for it, so that comes first and the histories last.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Told,
    Waiting,
    Start,
    Pages,
    History,
}

/// How much is measured.
struct Size {
    rounds: usize,
    questions: usize,
    stored: usize,
    many_stored: usize,
    followed_alerts: usize,
    waiting: usize,
    open_at_start: usize,
}

const THOROUGH: Size = Size {
    rounds: 7,
    questions: 40_000,
    stored: 140_000,
    many_stored: 1_000_000,
    followed_alerts: 10_000,
    waiting: 5_000,
    open_at_start: 10_000,
};
const QUICK: Size = Size {
    rounds: 2,
    questions: 4_000,
    stored: 5_000,
    many_stored: 20_000,
    followed_alerts: 1_000,
    waiting: 500,
    open_at_start: 1_000,
};
/// What a long history is compared with.
const FEW_STORED: usize = 1_000;
/// So many alerts open at least 50 incidents in each region, so that every page is full.
const OPEN_ALERTS: usize = 1_000;
/// Executing a question costs so much more than giving a kept answer that fewer of them are asked.
const EXECUTED_PART: usize = 10;
const SUBSCRIBERS: usize = 200;
const FOLLOWED_PER_SECOND: f64 = 500.0;

/// Measures everything, and prints one table.
pub(super) fn run(context: &Context, options: &Options) -> Result<ExitCode> {
    let size = if options.quick { QUICK } else { THOROUGH };
    let bed = Bed::prepare(context)?;
    let mut figures = Vec::new();
    for part in Part::value_variants() {
        if options.only.is_empty() || options.only.contains(part) {
            figures.extend(part.measure(&bed, &size)?);
        }
    }
    Ok(report(&figures))
}

impl Part {
    fn measure(self, bed: &Bed<'_>, size: &Size) -> Result<Vec<Figure>> {
        Ok(match self {
            Self::Told => vec![told(bed, size)?],
            Self::Waiting => vec![waiting(bed, size)?],
            Self::Start => vec![start(bed, size)?],
            Self::Pages => pages(bed, size)?,
            Self::History => vec![history(bed, size)?],
        })
    }
}

/// Pages of a region beside the same bytes from axum alone.
fn pages(bed: &Bed<'_>, size: &Size) -> Result<Vec<Figure>> {
    let store = bed.mongodb("pages");
    bed.seed(&store, size.stored)?;
    let server = bed.server(&store)?;
    Webhooks::of_64(OPEN_ALERTS).send(bed, &server)?;
    let bare = bed.bare(server.port)?;
    let kept = Questions { questions: size.questions, different: false };
    let executed = Questions { questions: size.questions / EXECUTED_PART, different: true };
    let (mut ours, mut limit, mut anew, mut p99) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 1..=size.rounds {
        let answered = kept.ask(bed, server.port)?;
        limit.push(kept.ask(bed, bare.port)?.per_second);
        anew.push(executed.ask(bed, server.port)?.per_second);
        say(&format!(
            "round {round}: pages per second: {:.0}, bare {:.0}, executed anew {:.0}",
            answered.per_second,
            limit.last().unwrap_or(&f64::NAN),
            anew.last().unwrap_or(&f64::NAN),
        ));
        ours.push(answered.per_second);
        p99.push(answered.p99_milliseconds);
    }
    let figure =
        |what: &str, value, unit, bound, from| Figure { what: what.to_owned(), value, unit, bound, from };
    let rates = |rates: &[f64]| format!("{:.0} / {:.0} pages per second", median(rates), median(&limit));
    let stored = format!("{} stored, MongoDB", size.stored);
    Ok(vec![
        figure("pages / bare handler", ratio(&ours, &limit), "", Bound::AtLeast(0.5), rates(&ours)),
        figure(
            "pages executed anew / bare handler",
            ratio(&anew, &limit),
            "",
            Bound::AtLeast(0.01),
            rates(&anew),
        ),
        figure("p99 of a page, 16 connections", median(&p99), " ms", Bound::AtMost(10.0), stored),
    ])
}

fn ratio(ours: &[f64], base: &[f64]) -> f64 {
    median(&ours.iter().zip(base).map(|(ours, base)| ours / base).collect::<Vec<_>>())
}

/// A long history must not make pages dearer. They are executed, so that the cache hides nothing.
fn history(bed: &Bed<'_>, size: &Size) -> Result<Figure> {
    let (few, many) = (bed.mongodb("few"), bed.mongodb("many"));
    bed.seed(&few, FEW_STORED)?;
    bed.seed(&many, size.many_stored)?;
    let (few, many) = (bed.server(&few)?, bed.server(&many)?);
    let executed = Questions { questions: size.questions / EXECUTED_PART, different: true };
    for server in [&few, &many] {
        Webhooks::of_64(OPEN_ALERTS).send(bed, server)?;
    }
    let what = format!("cost of a page with {} / {FEW_STORED} stored", size.many_stored);
    executed.cost(bed, what, size.rounds, [&few, &many])
}

/// From a webhook to every subscriber.
fn told(bed: &Bed<'_>, size: &Size) -> Result<Figure> {
    let follow =
        Follow { subscribers: SUBSCRIBERS, alerts: size.followed_alerts, per_second: FOLLOWED_PER_SECOND };
    let (mut medians, mut p99) = (Vec::new(), Vec::new());
    for round in 1..=size.rounds {
        let server = bed.server(&bed.mongodb(&format!("told_{round}")))?;
        let told = follow.measure(bed, server.port)?;
        let (median, last) = (told.median_milliseconds, told.p99_milliseconds);
        say(&format!("round {round}: told after {median:.0} ms, p99 {last:.0} ms"));
        medians.push(median);
        p99.push(last);
    }
    Ok(Figure {
        what: format!("p99 from a webhook to each of {SUBSCRIBERS} subscribers"),
        value: median(&p99),
        unit: " ms",
        bound: Bound::AtMost(50.0),
        from: format!("{FOLLOWED_PER_SECOND} alerts per second, median {:.0} ms", median(&medians)),
    })
}

/// What a subscriber costs that hears nothing.
fn waiting(bed: &Bed<'_>, size: &Size) -> Result<Figure> {
    let server = bed.server(&bed.mongodb("waiting"))?;
    let before = server.megabytes()?;
    let held = Waiting::open(bed, server.port, size.waiting)?;
    let after = server.megabytes()?;
    drop(held);
    Ok(Figure {
        what: "memory of an idle subscriber".to_owned(),
        value: (after - before) * 1024.0 / size.waiting as f64,
        unit: " kB",
        bound: Bound::AtMost(40.0),
        from: format!("{} subscribers, {before:.0} MB without them, {after:.0} MB with them", size.waiting),
    })
}

/// How long a server takes from its start until it is ready.
fn start(bed: &Bed<'_>, size: &Size) -> Result<Figure> {
    let store = bed.mongodb("start");
    let server = bed.server(&store)?;
    Webhooks::of_64(size.open_at_start).send(bed, &server)?;
    drop(server);
    let began = Instant::now();
    let _server = bed.server(&store)?;
    Ok(Figure {
        what: "from start to ready".to_owned(),
        value: began.elapsed().as_secs_f64(),
        unit: " s",
        bound: Bound::AtMost(1.0),
        from: format!("{} open incidents", size.open_at_start),
    })
}
