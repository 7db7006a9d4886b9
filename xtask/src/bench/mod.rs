//! `cargo xtask bench`: figures as ratios within one run, so that the speed of the machine does not matter.

mod bed;
mod ingest;
mod load;
mod portal;
mod query;
mod query_load;
mod scale;
mod verdict;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::context::Context;
use crate::setup;

/// What to measure.
#[derive(Args)]
pub(crate) struct BenchOptions {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// How fast alerts become durable, beside a bare loop of bulk upserts of the same documents.
    Ingest(ingest::Options),
    /// How fast questions are answered and changes are told, beside axum alone with the same bytes.
    Query(query::Options),
    /// What 70,000 machines and 10,000,000 incidents cost.
    Scale(scale::Options),
    /// How quick the portal is in a browser.
    Portal(portal::Options),
}

/// Measures, and ends with one table. A figure that misses its bound makes the exit code a failure.
///
/// # Errors
/// If something cannot be built, started or measured.
pub(crate) fn run(context: &Context, options: &BenchOptions) -> Result<ExitCode> {
    setup::run(context, setup::Verbosity::OnlyWork)?;
    match &options.what {
        What::Ingest(options) => ingest::run(context, options),
        What::Query(options) => query::run(context, options),
        What::Scale(options) => scale::run(context, options),
        What::Portal(options) => portal::run(context, options),
    }
}
