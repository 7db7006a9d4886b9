//! `cine-cloud-sim`: a cine-cloud with a fleet of machines that can be broken and mended over HTTP.

use cine_exporter::{config::SimulatorConfig, serve, sim, telemetry};
use clap::Parser;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = SimulatorConfig::parse();
    telemetry::start(&config.log)?;
    let cloud = sim::SimulatedCloud::new(config.machines)?;
    let listener = serve::bind(config.listen).await?;
    let stop = serve::stop_on_signal()?;
    tracing::info!(machines = config.machines, "simulating {} machines", config.machines);
    Ok(serve::serve(listener, sim::router(cloud), stop).await?)
}
