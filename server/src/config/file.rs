//! The file of settings: `key = value`, each key the name of a flag.

use std::fs;
use std::path::Path;

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, CommandFactory, Parser};

use super::{Cli, Command, without_secrets};

/// The file that a command line names, where it can name one.
pub(super) fn named_by(cli: &Cli) -> Option<&Path> {
    match &cli.command {
        Command::Serve(config) | Command::CheckConfig(config) => config.config.as_deref(),
        Command::Schema
        | Command::Documents
        | Command::Backup(_)
        | Command::Restore(_)
        | Command::Seed(_)
        | Command::Token(_) => None,
    }
}

/// The file's values become the defaults of the flags, so that both have the same names and checks. What is wrong is
/// left out, and told beside it: `file:line: key: reason`.
pub(super) fn as_defaults(mut command: clap::Command, path: &Path) -> (clap::Command, Vec<String>) {
    let (text, settings) = match read(path) {
        Ok(read) => read,
        Err(fault) => return (command, vec![fault]),
    };
    let mut faults = Vec::new();
    for (key, value) in settings {
        let value = flag_text(&value);
        if let Err(reason) = check(&key, &value) {
            faults.push(format!("{}:{}: {key}: {reason}", path.display(), line_of(&text, &key)));
            continue;
        }
        for subcommand in ["serve", "check-config"] {
            let (key, value) = (key.clone(), value.clone());
            command = command.mut_subcommand(subcommand, |subcommand| {
                subcommand.mut_arg(key, |argument| argument.default_value(value))
            });
        }
    }
    (command, faults)
}

fn read(path: &Path) -> Result<(String, toml::Table), String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let table = toml::from_str(&text).map_err(|error: toml::de::Error| {
        let at = error.span().map_or(0, |span| span.start);
        format!("{}:{}: {}", path.display(), line_at(&text, at), error.message().replace('\n', " "))
    })?;
    Ok((text, table))
}

/// Whether there is such a flag, and it takes this value.
fn check(key: &str, value: &str) -> Result<(), String> {
    let command = Cli::command();
    let flags = command.find_subcommand("serve").into_iter().flat_map(clap::Command::get_arguments);
    let flag = flags.filter(|flag| flag.get_id() == key && key != "config").find_map(Arg::get_long);
    let flag = format!("--{}", flag.ok_or_else(|| "there is no such setting".to_owned())?);
    let Err(error) = Cli::try_parse_from(["cineportal", "check-config", &format!("{flag}={value}")]) else {
        return Ok(());
    };
    // A switch takes no value; and what is wrong elsewhere, as in a variable, is not this key's fault.
    let is_about_it = matches!(
        error.get(ContextKind::InvalidArg),
        Some(ContextValue::String(argument)) if argument.split([' ', '=']).next() == Some(flag.as_str())
    );
    let is_switch =
        matches!(value, "true" | "false") && error.kind() == clap::error::ErrorKind::TooManyValues;
    if is_about_it && !is_switch { Err(told(error)) } else { Ok(()) }
}

/// What clap says of a value, in one line.
fn told(error: clap::Error) -> String {
    let told = without_secrets(error).to_string();
    let line = told.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

/// A value of the file as its flag would be written; several are separated by commas.
fn flag_text(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(values) => values.iter().map(flag_text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn line_of(text: &str, key: &str) -> usize {
    let table = toml::de::DeTable::parse(text).ok();
    let entries = table.as_ref().map(|table| table.get_ref().iter());
    let found = entries.and_then(|mut entries| entries.find(|(name, _)| **name.get_ref() == *key));
    found.map_or(1, |(name, _)| line_at(text, name.span().start))
}

fn line_at(text: &str, byte: usize) -> usize {
    text[..byte.min(text.len())].matches('\n').count() + 1
}
