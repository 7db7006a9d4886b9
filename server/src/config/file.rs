//! The file of settings: `key = value`, each key the name of a flag.

use std::fs;
use std::path::Path;

use clap::CommandFactory;
use clap::error::ErrorKind;

use super::{Cli, Command};

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

/// The file's values become the defaults of the flags, so that both have the same names and checks.
///
/// # Errors
/// If the file cannot be read, or names what is no flag.
pub(super) fn as_defaults(mut command: clap::Command, path: &Path) -> Result<clap::Command, clap::Error> {
    for (key, value) in read(path)? {
        let known = Cli::command().find_subcommand("serve").is_some_and(|serve| {
            serve.get_arguments().any(|argument| argument.get_id() == key.as_str() && key != "config")
        });
        if !known {
            return Err(fault(path, &format!("unknown key {key:?}")));
        }
        let value = flag_text(&value);
        for subcommand in ["serve", "check-config"] {
            let (key, value) = (key.clone(), value.clone());
            command = command.mut_subcommand(subcommand, |subcommand| {
                subcommand.mut_arg(key, |argument| argument.default_value(value))
            });
        }
    }
    Ok(command)
}

fn read(path: &Path) -> Result<toml::Table, clap::Error> {
    let text = fs::read_to_string(path).map_err(|error| fault(path, &error.to_string()))?;
    toml::from_str(&text).map_err(|error| fault(path, &error.to_string()))
}

/// A value of the file as its flag would be written; several are separated by commas.
fn flag_text(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(values) => values.iter().map(flag_text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn fault(path: &Path, reason: &str) -> clap::Error {
    Cli::command().error(ErrorKind::ValueValidation, format!("{}: {reason}", path.display()))
}
