//! `cargo xtask fuzz`: an explicit list of targets, one after the other. libFuzzer changes real payloads by
//! the million and keeps what reaches new code; a panic, a broken promise or a long wait is a crash.

mod outcome;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use cineportal_schema::DOCUMENTS;
use clap::Args;

use self::outcome::Outcome;
use crate::command::{host, run as run_to_end};
use crate::console::{complain, say, table};
use crate::context::Context;
use crate::setup;

/// A parser that strangers can reach; `fuzz/fuzz_targets` holds what must hold of it.
struct Target {
    name: &'static str,
    /// Folders with real payloads, and with odd ones that were thought of.
    seeds: &'static [&'static str],
    /// Real payloads that stand in no file as they are sent, each with a name.
    texts: &'static [(&'static str, &'static str)],
    /// What such texts are made of.
    dictionary: &'static str,
    /// Longest text to try, in bytes: real ones, but no longer than is quick.
    longest_bytes: u32,
}

const TARGETS: [Target; 4] = [
    Target {
        name: "webhook",
        seeds: &["server/src/ingest/fixtures", "fuzz/seeds/webhook"],
        texts: &[],
        dictionary: "webhook",
        longest_bytes: 8_192,
    },
    Target {
        name: "exposition",
        seeds: &["server/src/sources/fixtures", "fuzz/seeds/exposition"],
        texts: &[],
        dictionary: "exposition",
        longest_bytes: 20_000,
    },
    Target {
        name: "cursor",
        seeds: &["fuzz/seeds/cursor"],
        texts: &[],
        dictionary: "cursor",
        longest_bytes: 300,
    },
    Target {
        name: "graphql_body",
        seeds: &["fuzz/seeds/graphql_body"],
        texts: DOCUMENTS,
        dictionary: "graphql",
        longest_bytes: 8_192,
    },
];

/// Longest that one text may take, in seconds; the slowest that is fine takes milliseconds.
const TIMEOUT_SECONDS: u32 = 5;
/// Most memory, in megabytes.
const MEMORY_MEGABYTES: u32 = 1_024;
/// As little stack as a thread of the server has, in kilobytes.
const STACK_KILOBYTES: u32 = 2_048;

/// What to fuzz.
#[derive(Args)]
pub(crate) struct FuzzOptions {
    /// Only this target: webhook, exposition, cursor or graphql_body.
    target: Option<String>,
    /// How long each target runs.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
}

/// Runs the chosen targets, and ends with one table. A crash makes the exit code a failure; the text that
/// led to it is kept.
///
/// # Errors
/// If there is no such target, or something cannot be built or started.
pub(crate) fn run(context: &Context, options: &FuzzOptions) -> Result<ExitCode> {
    let targets = chosen(options.target.as_deref())?;
    setup::run_for_fuzzing(context, setup::Verbosity::OnlyWork)?;
    say("building the targets; the first time takes about 10 minutes");
    let programs = build(context)?;
    let mut rows = vec![Outcome::HEADINGS.map(str::to_owned)];
    let mut crashes = 0;
    for target in targets {
        say(&format!("{}: {} s", target.name, options.seconds));
        let outcome = fuzz(context, &programs, target, options.seconds)?;
        crashes += usize::from(outcome.crashed);
        rows.push(outcome.row(target.name));
    }
    say(&format!("\n{}", table(&rows)));
    Ok(if crashes == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn chosen(name: Option<&str>) -> Result<Vec<&'static Target>> {
    let chosen: Vec<_> =
        TARGETS.iter().filter(|target| name.is_none_or(|name| name == target.name)).collect();
    if chosen.is_empty() {
        bail!("there is no such target; there are: {}", TARGETS.map(|target| target.name).join(", "));
    }
    Ok(chosen)
}

/// Builds all targets, and answers in which folder they lie. Our code is free of `unsafe`, so there is
/// nothing for a sanitizer to find; without one, no nightly compiler is needed.
fn build(context: &Context) -> Result<PathBuf> {
    let target_folder = context.dirs.in_cache("target-fuzz");
    let mut cargo = context.cargo();
    cargo
        .args(["fuzz", "build", "--sanitizer", "none", "--no-cfg-fuzzing"])
        .current_dir(context.dirs.in_checkout("fuzz"))
        .env("CARGO_TARGET_DIR", &target_folder);
    run_to_end(context, &mut cargo)?;
    Ok(target_folder.join(host(context)?).join("release"))
}

fn fuzz(context: &Context, programs: &Path, target: &Target, seconds: u64) -> Result<Outcome> {
    let (log, crashes) =
        (kept(context, "logs")?.join(target.name), context.dirs.in_checkout("fuzz/artifacts"));
    fs::create_dir_all(&crashes).context("no folder for crashes can be made")?;
    let mut command = command(context, programs, target, seconds)?;
    command.arg(format!("-artifact_prefix={}/{}-", crashes.display(), target.name));
    command.stderr(File::create(&log).with_context(|| format!("cannot write {}", log.display()))?);
    let start = Instant::now();
    let ended = run_to_end(context, &mut command);
    let seconds = start.elapsed().as_secs_f64();
    if context.stop.requested() {
        bail!("stopped on request");
    }
    let said = fs::read(&log).with_context(|| format!("cannot read {}", log.display()))?;
    let outcome = Outcome::read(&String::from_utf8_lossy(&said), ended.is_err(), seconds);
    if outcome.crashed {
        complain(&format!("{}\nAll it said: {}", outcome.last_words, log.display()));
    }
    Ok(outcome)
}

/// What was found worth keeping stays in the cache, so that the next run goes on from there.
fn command(context: &Context, programs: &Path, target: &Target, seconds: u64) -> Result<Command> {
    let dictionary = context.dirs.in_checkout(format!("fuzz/dictionaries/{}.dict", target.dictionary));
    let mut command = context.command("sh");
    command
        .args(["-c", &format!("ulimit -s {STACK_KILOBYTES} && exec \"$0\" \"$@\"")])
        .arg(programs.join(target.name))
        .arg(kept(context, &format!("corpus/{}", target.name))?)
        .args(target.seeds.iter().map(|folder| context.dirs.in_checkout(folder)))
        .arg(written(context, target)?)
        .arg(format!("-dict={}", dictionary.display()))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={}", target.longest_bytes))
        .arg(format!("-timeout={TIMEOUT_SECONDS}"))
        .arg(format!("-rss_limit_mb={MEMORY_MEGABYTES}"))
        .arg("-print_final_stats=1");
    Ok(command)
}

/// The folder of a target's texts, which libFuzzer reads from files only.
fn written(context: &Context, target: &Target) -> Result<PathBuf> {
    let folder = kept(context, &format!("texts/{}", target.name))?;
    for (name, text) in target.texts {
        let file = folder.join(name);
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(folder)
}

fn kept(context: &Context, what: &str) -> Result<PathBuf> {
    let folder = context.dirs.in_cache("fuzz").join(what);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::{TARGETS, chosen};

    #[test]
    fn without_a_choice_every_target_runs() {
        assert_eq!(chosen(None).unwrap().len(), TARGETS.len());
    }

    #[test]
    fn an_unknown_target_is_refused_and_the_known_ones_are_named() {
        let Err(error) = chosen(Some("speed")) else { panic!("a target called speed exists") };
        assert!(error.to_string().contains("graphql_body"), "{error}");
    }

    #[test]
    fn every_target_has_its_program_seeds_and_words() {
        let checkout = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for target in &TARGETS {
            assert!(checkout.join(format!("fuzz/fuzz_targets/{}.rs", target.name)).is_file());
            assert!(checkout.join(format!("fuzz/dictionaries/{}.dict", target.dictionary)).is_file());
            assert!(target.seeds.iter().all(|folder| checkout.join(folder).is_dir()), "{}", target.name);
        }
    }
}
