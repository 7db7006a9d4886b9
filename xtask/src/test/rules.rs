//! Prometheus' and Alertmanager's own checkers on our files, those of production and those of the demo.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::test_folder;
use crate::command::run;
use crate::context::Context;
use crate::stack::{Keep, StateFolder, render_deploy, shifted_free_ports};

/// Checks syntax of both sets, and runs the rule tests on those of production.
pub(super) fn check(context: &Context) -> Result<()> {
    let production = context.dirs.in_checkout("deploy");
    check_folder(context, &production)?;
    let (_, tests) = rule_files(&production)?;
    run(context, context.command("promtool").args(["test", "rules"]).args(tests))?;
    let state = StateFolder::prepare(test_folder(context, "rules"), Keep::Nothing)?;
    render_deploy(context, &shifted_free_ports()?, &state.config())?;
    check_folder(context, &state.config())
}

fn check_folder(context: &Context, deploy: &Path) -> Result<()> {
    let (rules, _) = rule_files(deploy)?;
    let promtool = |check: &str| {
        let mut command = context.command("promtool");
        command.args(["check", check]);
        command
    };
    run(context, promtool("config").args(yaml_files(&deploy.join("prometheus"))?))?;
    run(context, promtool("rules").args(rules))?;
    run(
        context,
        context.command("amtool").arg("check-config").args(yaml_files(&deploy.join("alertmanager"))?),
    )
}

/// Rules, and tests of rules (`*.test.yml`).
fn rule_files(deploy: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let files = yaml_files(&deploy.join("prometheus/rules"))?.into_iter();
    Ok(files.partition(|file| !file.to_string_lossy().ends_with(".test.yml")))
}

fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let files = entries.flatten().map(|entry| entry.path());
    Ok(files.filter(|file| file.extension().is_some_and(|extension| extension == "yml")).collect())
}
