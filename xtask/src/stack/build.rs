//! Builds the programs of this workspace that the stack runs.

use anyhow::Result;

use crate::command::run;
use crate::console::say;
use crate::context::Context;
use crate::portal;

/// The portal first: the server carries it.
///
/// # Errors
/// If a build fails.
pub(super) fn build(context: &Context) -> Result<()> {
    portal::build(context)?;
    say("Building server, exporter and simulator …");
    let mut cargo = context.cargo();
    run(context, cargo.args(["build", "--package", "cineportal", "--package", "cine-exporter", "--bins"]))
}
