//! The project's own commands: `cargo xtask setup | up | down | break | mend | portal | test | bench | fuzz | sbom`.

mod bench;
mod command;
mod console;
mod context;
mod dirs;
mod faults;
mod fuzz;
mod portal;
mod sbom;
mod setup;
mod stack;
mod stop;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::context::Context;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "CinePortal: set up, run, break, mend and test the whole stack")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install every tool the project needs; does nothing where all is there.
    Setup,
    /// Build and start the whole stack, and stop it on Ctrl-C.
    Up(stack::UpOptions),
    /// Stop what `up` started.
    Down(stack::StateOption),
    /// Break a simulated machine.
    Break(faults::BreakOptions),
    /// Take all faults off a simulated machine.
    Mend(faults::MendOptions),
    /// Check everything: format, lints, tests on both stores, rules, docs, browser tests.
    Test(test::TestOptions),
    /// Build the portal alone, with what only it needs; the image is built so.
    Portal,
    /// Build the portal's WebAssembly; Trunk calls this.
    #[command(hide = true)]
    Wasm(portal::WasmOptions),
    /// Measure how fast it is, and fail where it is too slow.
    Bench(bench::BenchOptions),
    /// Feed the parsers with what strangers could send, and fail where one does not stand it.
    Fuzz(fuzz::FuzzOptions),
    /// Write down what a release is made of, as a CycloneDX bill of materials.
    Sbom(sbom::SbomOptions),
}

fn main() -> ExitCode {
    match run(&Cli::parse().task) {
        Ok(code) => code,
        Err(error) => {
            console::complain(&format!("\n{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<ExitCode> {
    let context = Context::new()?;
    match task {
        Task::Setup => setup::run(&context, setup::Verbosity::EveryStep),
        Task::Up(options) => stack::up(&context, options),
        Task::Down(options) => stack::down(&context, options),
        Task::Break(options) => faults::break_machine(&context, options),
        Task::Mend(options) => faults::mend_machine(&context, options),
        Task::Portal => portal::build_alone(&context),
        Task::Wasm(options) => portal::build_wasm(&context, options),
        Task::Sbom(options) => sbom::write(&context, options),
        Task::Test(options) => return test::run(&context, options),
        Task::Bench(options) => return bench::run(&context, options),
        Task::Fuzz(options) => return fuzz::run(&context, options),
    }?;
    Ok(ExitCode::SUCCESS)
}
