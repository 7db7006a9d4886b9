//! `cargo xtask test`: an explicit list of steps, up to the first that fails.

mod api;
mod audit;
mod components;
mod contract;
mod dashboards;
mod deploy;
mod e2e;
mod rules;
mod rust;
mod supply;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;

use crate::console::{complain, say, table};
use crate::context::Context;
use crate::{portal, setup};

/// One check.
struct Step {
    name: &'static str,
    run: fn(&Context) -> Result<()>,
}

/// All checks in order. The portal is built early: the server carries it.
const STEPS: &[Step] = &[
    Step { name: "setup", run: |context| setup::run(context, setup::Verbosity::EveryStep) },
    Step { name: "fmt", run: rust::format },
    Step { name: "supply", run: supply::check },
    Step { name: "portal", run: portal::build },
    Step { name: "clippy", run: rust::clippy },
    Step { name: "rust", run: rust::test_on_both_stores },
    Step { name: "components", run: components::test },
    Step { name: "contract", run: contract::check },
    Step { name: "rules", run: rules::check },
    Step { name: "deploy", run: deploy::check },
    Step { name: "docs", run: rust::docs },
    Step { name: "audit", run: audit::run_audits },
    Step { name: "api", run: api::check },
    Step { name: "dashboards", run: dashboards::check },
    Step { name: "e2e-embedded", run: |context| e2e::run(context, e2e::Store::Embedded) },
    Step { name: "e2e-mongodb", run: |context| e2e::run(context, e2e::Store::Mongodb) },
];

/// Which steps to run.
#[derive(Args)]
pub(crate) struct TestOptions {
    /// Run only this step; may be given several times.
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// Name all steps and run none.
    #[arg(long)]
    list: bool,
}

/// State folders of tests lie beside that of `up`, which may run meanwhile.
fn test_folder(context: &Context, name: &str) -> PathBuf {
    context.dirs.in_checkout(".stack-tests").join(name)
}

/// What became of a step.
struct Outcome {
    name: &'static str,
    result: Result<()>,
    seconds: f64,
}

/// Runs the chosen steps in order, stops at the first failure, and ends with a table and a count.
/// A failed step makes the exit code a failure.
///
/// # Errors
/// If a chosen step does not exist.
pub(crate) fn run(context: &Context, options: &TestOptions) -> Result<ExitCode> {
    if options.list {
        STEPS.iter().for_each(|step| say(step.name));
        return Ok(ExitCode::SUCCESS);
    }
    let mut outcomes = Vec::new();
    for step in chosen(&options.only)? {
        let outcome = run_step(context, step);
        let failed = outcome.result.is_err();
        outcomes.push(outcome);
        if failed {
            break;
        }
    }
    Ok(report(&outcomes))
}

fn chosen(only: &[String]) -> Result<Vec<&'static Step>> {
    let known = |name: &String| STEPS.iter().any(|step| step.name == name);
    if let Some(unknown) = only.iter().find(|name| !known(name)) {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        bail!("there is no step {unknown}; there are: {}", names.join(", "));
    }
    Ok(STEPS.iter().filter(|step| only.is_empty() || only.iter().any(|name| name == step.name)).collect())
}

fn run_step(context: &Context, step: &Step) -> Outcome {
    say(&format!("\n=== {}", step.name));
    let start = Instant::now();
    let result = (step.run)(context);
    if let Err(error) = &result {
        complain(&format!("\n{} failed: {error:#}", step.name));
    }
    Outcome { name: step.name, result, seconds: start.elapsed().as_secs_f64() }
}

fn report(outcomes: &[Outcome]) -> ExitCode {
    let failed = outcomes.iter().filter(|outcome| outcome.result.is_err()).count();
    let rows: Vec<_> = outcomes.iter().map(row).collect();
    say(&format!("\n{}\n\n{} passed, {failed} failed", table(&rows), outcomes.len() - failed));
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn row(outcome: &Outcome) -> [String; 3] {
    let verdict = if outcome.result.is_ok() { "passed" } else { "FAILED" };
    [outcome.name.to_owned(), verdict.to_owned(), format!("{:>7.1} s", outcome.seconds)]
}

#[cfg(test)]
mod tests {
    use super::chosen;

    fn names(only: &[&str]) -> Vec<&'static str> {
        let only: Vec<String> = only.iter().map(|&name| name.to_owned()).collect();
        chosen(&only).unwrap().iter().map(|step| step.name).collect()
    }

    #[test]
    fn without_a_choice_every_step_runs() {
        assert_eq!(names(&[]).len(), super::STEPS.len());
    }

    #[test]
    fn chosen_steps_keep_the_order_of_the_list() {
        assert_eq!(names(&["rules", "fmt"]), ["fmt", "rules"]);
    }

    #[test]
    fn an_unknown_step_is_refused_and_the_known_ones_are_named() {
        let Err(error) = chosen(&["speed".to_owned()]) else { panic!("a step called speed exists") };

        assert!(error.to_string().contains("clippy"), "{error}");
    }
}
