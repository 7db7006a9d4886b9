//! Measures how fast questions are answered and changes are told: the load beside `cargo xtask bench query`.
//! Prints one JSON object for each run.

#[path = "../ingest_load/alerts.rs"]
mod alerts;
mod bare;
#[path = "../ingest_load/connection.rs"]
mod connection;
mod follow;
mod questions;
mod socket;
mod wait;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    measure: Measure,
}

#[derive(Subcommand)]
enum Measure {
    /// Asks for the page of a region, again and again.
    Questions(questions::Options),
    /// Serves the bytes of one answer of a server, with nothing but axum.
    Bare(bare::Options),
    /// Sends alerts at a rate, and measures when subscribers hear of them.
    Follow(follow::Options),
    /// Opens subscriptions that nothing happens on, and holds them until its input ends.
    Wait(wait::Options),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let report = match Cli::parse().measure {
        Measure::Questions(options) => serde_json::to_string(&questions::measure(options).await?)?,
        Measure::Follow(options) => serde_json::to_string(&follow::measure(options).await?)?,
        Measure::Bare(options) => return bare::serve(options).await,
        Measure::Wait(options) => return wait::hold(options).await,
    };
    print(&report);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is what the program is for")]
fn print(line: &str) {
    println!("{line}");
}

/// The duration that this part of the sorted durations does not exceed, in milliseconds.
fn quantile_milliseconds(sorted: &[std::time::Duration], part: f64) -> f64 {
    let index = (sorted.len() as f64 * part) as usize;
    sorted.get(index.min(sorted.len().saturating_sub(1))).map_or(0.0, std::time::Duration::as_secs_f64)
        * 1_000.0
}
