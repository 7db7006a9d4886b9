//! Measures how fast alerts become durable: the load beside `cargo xtask bench ingest`.
//! Prints one JSON object for each run.

mod alerts;
mod connection;
mod limit;
mod webhooks;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    measure: Measure,
}

#[derive(Subcommand)]
enum Measure {
    /// Sends webhooks to a server.
    Webhooks(webhooks::Options),
    /// Writes the documents that a server has written once more, with nothing but the driver.
    Limit(limit::Options),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let report = match Cli::parse().measure {
        Measure::Webhooks(options) => serde_json::to_string(&webhooks::measure(options).await?)?,
        Measure::Limit(options) => serde_json::to_string(&limit::measure(options).await?)?,
    };
    print(&report);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is what the program is for")]
fn print(line: &str) {
    println!("{line}");
}
