//! `cineportal`: the incident portal's server.

use std::process::ExitCode;

use anyhow::Context;
use cineportal::app::{App, hangups};
use cineportal::check::{self, Summary};
use cineportal::config::{
    self, BackupConfig, Command, RestoreConfig, SeedConfig, ServeConfig, StoreAddress, TokenCommand,
};
use cineportal::logs::Losses;
use cineportal::seed::{self, Progress};
use cineportal::{backup, clock, graphql, shutdown, store, telemetry, tokens};
use cineportal_regions::Regions;
use mimalloc::MiMalloc;
use tokio::net::TcpListener;

/// Answers are made on one thread and freed on another; the system's allocator makes threads wait for each other there.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    use_small_pages();
    let cli = config::read(std::env::args_os()).unwrap_or_else(|error| error.exit());
    let result = match cli.command {
        Command::Serve(config) => serve(config).await,
        Command::Schema => print(&graphql::sdl()),
        Command::Documents => list_documents(),
        Command::CheckConfig(config) => check_settings(&config),
        Command::Backup(config) => back_up(&config).await,
        Command::Restore(config) => restore(&config).await,
        Command::Seed(config) => fill(&config).await,
        Command::Token(command) => manage_tokens(&command).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// The allocator hands memory back within milliseconds; of large pages the kernel then clears 2 MB where 4 kB are
/// asked for, which cost a fifth of the processor while alerts stream. Where it cannot be had, all works as well.
fn use_small_pages() {
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_thp_disable(true);
}

fn list_documents() -> anyhow::Result<()> {
    print(&graphql::published_documents()?)
}

async fn serve(config: ServeConfig) -> anyhow::Result<()> {
    let losses = Losses::default();
    // The last spans are exported and the last lines are in their file when this ends.
    let _logging = telemetry::start_logging(&config.logs, &config.spans, &losses)?;
    // From now on SIGHUP ends nothing: who starts is not to be killed by it.
    let hangups = hangups()?;
    let app = App::build_logged(&config, &losses).await?.reloading_at(hangups);
    let listener = TcpListener::bind(config.listen).await.with_context(|| {
        format!("cannot listen on {}: choose another address with --listen", config.listen)
    })?;
    say_who_is_asked(&config);
    tracing::info!(address = %config.listen, store = ?config.store, "serving");
    app.run(listener, shutdown::requested()?).await
}

fn say_who_is_asked(config: &ServeConfig) {
    if let Some(file) = &config.access {
        tracing::info!(file = %file.display(), "people and programs are asked who they are");
    } else if config.insecure_anonymous {
        tracing::warn!("NOBODY is asked who they are, and everybody may do everything: --insecure-anonymous");
    } else {
        tracing::info!("nobody is asked who they are, so only this machine is listened to: see --access");
    }
}

fn check_settings(config: &ServeConfig) -> anyhow::Result<()> {
    let Summary { regions, channels } = check::check(config)?;
    let channels = if channels.is_empty() { "none".to_owned() } else { channels.join(", ") };
    print(&format!("The settings are valid. Regions: {}. Channels: {channels}.\n", regions.join(", ")))
}

async fn fill(config: &SeedConfig) -> anyhow::Result<()> {
    let regions = cineportal_regions::load(&config.regions)?;
    let plan = seed::Plan {
        incidents: config.incidents,
        days: config.days,
        seed: config.seed,
        until: config.until.unwrap_or_else(clock::full_hour),
    };
    let tell = |progress: Progress| {
        tell(&format!("{} of {} incidents", progress.written + progress.skipped, plan.incidents));
    };
    let Progress { written, skipped } = if config.aside {
        fill_aside(&config.store, &regions, plan, tell).await?
    } else {
        seed::run(store::open(&config.store).await?.as_ref(), &regions, plan, tell).await?
    };
    print(&format!("{written} incidents were written, {skipped} were there already.\n"))
}

async fn fill_aside(
    store: &StoreAddress,
    regions: &Regions,
    plan: seed::Plan,
    tell: impl FnMut(Progress),
) -> anyhow::Result<Progress> {
    let mut restoring = store::restoring(store, false).await?;
    match seed::run_aside(restoring.as_mut(), regions, plan, tell).await {
        Ok(progress) => {
            restoring.finish().await?;
            Ok(progress)
        }
        Err(error) => {
            restoring.abandon().await?;
            Err(error.into())
        }
    }
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn print(text: &str) -> anyhow::Result<()> {
    print!("{text}");
    Ok(())
}

async fn back_up(config: &BackupConfig) -> anyhow::Result<()> {
    let Some(every) = config.every() else { return print(&backup::back_up(config).await?) };
    telemetry::start_logging_to_stdout(&config.log)?;
    backup::run(config, every, shutdown::requested()?).await;
    Ok(())
}

async fn restore(config: &RestoreConfig) -> anyhow::Result<()> {
    print(&backup::restore_from(config).await?)
}

async fn manage_tokens(command: &TokenCommand) -> anyhow::Result<()> {
    print(&tokens::run(command).await?)
}

#[expect(clippy::print_stderr, reason = "how far a long command is")]
fn tell(text: &str) {
    eprintln!("{text}");
}

#[expect(clippy::print_stderr, reason = "the last word of a program that cannot log any more")]
fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("cineportal: {error:#}");
    ExitCode::FAILURE
}
