//! `cine-exporter`: the state of all machines in the cine-cloud, as Prometheus metrics.

use cine_exporter::{app, config::ExporterConfig, serve, telemetry};
use clap::Parser;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = ExporterConfig::parse();
    telemetry::start(&config.log)?;
    let listener = serve::bind(config.listen).await?;
    let stop = serve::stop_on_signal()?;
    app::run(listener, &config.cloud, stop).await
}
