//! `cargo xtask up`: the whole stack until Ctrl-C.

use std::time::Duration;

use anyhow::Result;
use clap::Args;

use super::ports::{PortOptions, Ports};
use super::record::Record;
use super::start::{Plan, Stack, start};
use super::state::{Keep, StateOption};
use crate::console::{say, table};
use crate::context::Context;
use crate::setup;

/// What to start, and where.
#[derive(Args)]
pub(crate) struct UpOptions {
    /// Keep incidents in MongoDB instead of the embedded store.
    #[arg(long)]
    mongodb: bool,
    /// How many machines the simulated cloud has.
    #[arg(long, value_name = "N", default_value_t = 700)]
    machines: u32,
    /// Go on with the data of the last run.
    #[arg(long)]
    keep_data: bool,
    #[command(flatten)]
    state: StateOption,
    #[command(flatten)]
    ports: PortOptions,
}

/// Runs the stack until somebody asks to stop.
///
/// # Errors
/// If something cannot be set up, built or started; nothing is left running then.
pub(crate) fn up(context: &Context, options: &UpOptions) -> Result<()> {
    let plan = options.plan(context)?;
    setup::run(context, setup::Verbosity::OnlyWork)?;
    let mut stack = start(context, &plan)?;
    say(&welcome(stack.record(), &options.state.argument()));
    watch(context, &mut stack)?;
    say("\nStopping …");
    drop(stack);
    say("Everything has stopped.");
    Ok(())
}

impl UpOptions {
    fn plan(&self, context: &Context) -> Result<Plan> {
        Ok(Plan {
            folder: self.state.folder(context),
            keep: if self.keep_data { Keep::Data } else { Keep::Nothing },
            ports: self.ports.plan()?,
            machines: self.machines,
            mongodb: self.mongodb,
            server_flags: &[],
        })
    }
}

fn watch(context: &Context, stack: &mut Stack) -> Result<()> {
    while context.stop.pause(Duration::from_millis(200)).is_ok() {
        stack.report_ended()?;
    }
    Ok(())
}

fn welcome(record: &Record, state: &str) -> String {
    let table = table(&addresses(record));
    format!(
        "\n{table}\n\n\
         Break a machine:  cargo xtask break dk-aarhus-01-01 power{state}   (or: resolution, download)\n\
         Mend it:          cargo xtask mend dk-aarhus-01-01{state}\n\
         Stop one program: kill its PID; it may stay away, the others keep running\n\
         Stop everything:  Ctrl-C, or: cargo xtask down{state}\n"
    )
}

fn addresses(record: &Record) -> Vec<[String; 3]> {
    let Ports { server, exporter, simulator, prometheus, alertmanager, node_exporter, mongodb } =
        record.ports;
    let rows = [
        ("Portal", "server", format!("http://127.0.0.1:{server}/")),
        ("GraphQL", "server", format!("http://127.0.0.1:{server}/graphql")),
        ("CineExporter", "exporter", format!("http://127.0.0.1:{exporter}/metrics")),
        ("Simulator", "simulator", format!("http://127.0.0.1:{simulator}/")),
        ("Prometheus", "prometheus", format!("http://127.0.0.1:{prometheus}/")),
        ("Alertmanager", "alertmanager", format!("http://127.0.0.1:{alertmanager}/")),
        ("node_exporter", "node_exporter", format!("http://127.0.0.1:{node_exporter}/metrics")),
        ("MongoDB", "mongodb", format!("mongodb://127.0.0.1:{mongodb}/cineportal?replicaSet=rs0")),
    ];
    let running = rows.into_iter().filter_map(|(title, name, address)| {
        let process = record.processes.iter().find(|process| process.name == name)?;
        Some([title.to_owned(), address, format!("PID {}", process.pid)])
    });
    running.collect()
}
