//! Node in a version that the browser tests run on.

use anyhow::{Result, bail};

use super::Step;
use crate::command::output;
use crate::context::Context;

/// What Playwright needs; Debian 12's own node is older.
const OLDEST_MAJOR: u32 = 20;

pub(super) fn step() -> Step {
    Step {
        title: format!("Node {OLDEST_MAJOR} or newer"),
        is_there: |context| Ok(major(context).is_some_and(|major| major >= OLDEST_MAJOR)),
        work: "too old",
        install: |_| too_old(),
        by_hand: format!("install Node {OLDEST_MAJOR} or newer, for example from nodejs.org or NodeSource"),
    }
}

fn too_old() -> Result<()> {
    bail!("Debian's package may be too old, and no other source is chosen for you")
}

fn major(context: &Context) -> Option<u32> {
    parse_major(&output(context.command("node").arg("--version")).ok()?)
}

fn parse_major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::parse_major;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(parse_major("v20.20.2\n"), Some(20));
        assert_eq!(parse_major("nonsense"), None);
    }
}
