//! `cineportal`: the incident portal's server.

use std::process::ExitCode;

use anyhow::Context;
use cineportal::app::App;
use cineportal::config::{self, Command, ServeConfig};
use cineportal::{graphql, shutdown, telemetry};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = config::read(std::env::args_os()).unwrap_or_else(|error| error.exit());
    let result = match cli.command {
        Command::Serve(config) => serve(config).await,
        Command::Schema => print(&graphql::sdl()),
        Command::CheckConfig(config) => check(&config),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

async fn serve(config: ServeConfig) -> anyhow::Result<()> {
    telemetry::start_logging(&config)?;
    let app = App::build(&config).await?;
    let listener = TcpListener::bind(config.listen).await.with_context(|| {
        format!("cannot listen on {}: choose another address with --listen", config.listen)
    })?;
    tracing::info!(address = %config.listen, store = ?config.store, "serving");
    app.run(listener, shutdown::requested()?).await
}

fn check(config: &ServeConfig) -> anyhow::Result<()> {
    let regions = cineportal_regions::load(&config.regions)?;
    let ids: Vec<_> = regions.iter().map(|region| region.id.as_str()).collect();
    print(&format!("The settings are valid. Regions: {}.\n", ids.join(", ")))
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn print(text: &str) -> anyhow::Result<()> {
    print!("{text}");
    Ok(())
}

#[expect(clippy::print_stderr, reason = "the last word of a program that cannot log any more")]
fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("cineportal: {error:#}");
    ExitCode::FAILURE
}
