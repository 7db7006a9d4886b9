//! Settings: flags, `CINEPORTAL_…` variables and a file, in this order of precedence.
//! The only place that reads the environment.

use std::ffi::OsString;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use jiff::SignedDuration;
use tracing_subscriber::EnvFilter;

/// The incident portal for a fleet of cinema machines.
#[derive(Debug, Parser)]
#[command(name = "cineportal", version, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take alerts, keep incidents, serve the portal.
    Serve(ServeConfig),
    /// Print the GraphQL schema.
    Schema,
    /// Check settings and region files, and say everything that is wrong.
    CheckConfig(ServeConfig),
}

/// Settings of `serve`.
#[derive(Args, Clone, Debug)]
pub struct ServeConfig {
    /// A TOML file with any of these settings: `listen = "127.0.0.1:8080"`.
    #[arg(long, env = "CINEPORTAL_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address to listen on. Until people can sign in, only loopback is safe, and nothing else is taken.
    #[arg(long, env = "CINEPORTAL_LISTEN", default_value = "127.0.0.1:8080", value_parser = loopback)]
    pub listen: SocketAddr,
    /// `embedded:DIR`, or a MongoDB address: `mongodb://HOST/DATABASE?replicaSet=NAME`.
    #[arg(long, env = "CINEPORTAL_STORE", default_value = "embedded:./data", hide_env_values = true)]
    pub store: StoreAddress,
    /// Folder of region files.
    #[arg(long, env = "CINEPORTAL_REGIONS", default_value = "regions", value_name = "DIR")]
    pub regions: PathBuf,
    /// An alert that fires again this soon after its incident closed reopens that incident.
    #[arg(long, env = "CINEPORTAL_FLAP_WINDOW_SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u32).range(..=86_400))]
    pub flap_window_seconds: u32,
    /// How many alerts may wait for the store before webhooks are told to come again.
    #[arg(long, env = "CINEPORTAL_MAX_WAITING_ALERTS", default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_waiting_alerts: u32,
    /// How log lines look: `text` for people, `json` for machines.
    #[arg(long, env = "CINEPORTAL_LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// Which log lines to write, as `info` or `cineportal=debug,mongodb=warn`.
    #[arg(long, env = "CINEPORTAL_LOG", default_value = "info", value_parser = log_filter)]
    pub log: String,
}

impl ServeConfig {
    /// [`Self::flap_window_seconds`] as a duration.
    pub fn flap_window(&self) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.flap_window_seconds))
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Which store, and where.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreAddress {
    /// SQLite in this folder.
    Embedded(PathBuf),
    /// A MongoDB connection string; it may hold a password.
    Mongo(String),
}

const STORE_FORMS: &str = "write embedded:DIR or mongodb://HOST/DATABASE?replicaSet=NAME";

impl FromStr for StoreAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("embedded:") {
            Some(folder) if !folder.is_empty() => Ok(Self::Embedded(PathBuf::from(folder))),
            None if text.starts_with("mongodb://") || text.starts_with("mongodb+srv://") => {
                Ok(Self::Mongo(text.to_owned()))
            }
            _ => Err(STORE_FORMS.to_owned()),
        }
    }
}

/// Never prints the connection string: it may hold a password.
impl std::fmt::Debug for StoreAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Embedded(folder) => write!(f, "embedded:{}", folder.display()),
            Self::Mongo(_) => f.write_str("mongodb://…"),
        }
    }
}

/// Reads the settings: flags win over variables, variables over the file, the file over defaults.
///
/// # Errors
/// What clap says of a wrong flag or variable, or what is wrong with the file and its keys.
pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let first = Cli::try_parse_from(&arguments).map_err(without_secrets)?;
    let Some(file) = config_file(&first) else { return Ok(first) };
    let command = with_defaults(Cli::command(), &file_settings(&file)?, &file)?;
    Cli::from_arg_matches(&command.try_get_matches_from(arguments).map_err(without_secrets)?)
}

/// clap tells back the value that is wrong; that of `--store` may hold a password.
fn without_secrets(error: clap::Error) -> clap::Error {
    let is_store = |value: &ContextValue| value.to_string().starts_with("--store");
    if error.kind() != ErrorKind::ValueValidation || !error.get(ContextKind::InvalidArg).is_some_and(is_store)
    {
        return error;
    }
    Cli::command().error(ErrorKind::ValueValidation, format!("the value of --store is wrong: {STORE_FORMS}"))
}

fn config_file(cli: &Cli) -> Option<PathBuf> {
    match &cli.command {
        Command::Serve(config) | Command::CheckConfig(config) => config.config.clone(),
        Command::Schema => None,
    }
}

fn file_settings(path: &Path) -> Result<toml::Table, clap::Error> {
    let text = fs::read_to_string(path).map_err(|error| file_error(path, &error.to_string()))?;
    toml::from_str(&text).map_err(|error| file_error(path, &error.to_string()))
}

/// The file's values become the defaults of the flags, so that both have the same names and checks.
fn with_defaults(
    mut command: clap::Command,
    settings: &toml::Table,
    path: &Path,
) -> Result<clap::Command, clap::Error> {
    for (key, value) in settings {
        let known = Cli::command().find_subcommand("serve").is_some_and(|serve| {
            serve.get_arguments().any(|argument| argument.get_id() == key.as_str() && key != "config")
        });
        if !known {
            return Err(file_error(path, &format!("unknown key {key:?}")));
        }
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        for subcommand in ["serve", "check-config"] {
            let (key, value) = (key.clone(), value.clone());
            command = command.mut_subcommand(subcommand, |subcommand| {
                subcommand.mut_arg(key, |argument| argument.default_value(value))
            });
        }
    }
    Ok(command)
}

fn file_error(path: &Path, reason: &str) -> clap::Error {
    Cli::command().error(ErrorKind::ValueValidation, format!("{}: {reason}", path.display()))
}

fn log_filter(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr =
        text.parse().map_err(|_| "write an address and a port, as 127.0.0.1:8080".to_owned())?;
    if !address.ip().is_loopback() {
        return Err("only loopback (127.0.0.1 or [::1]): nobody is asked who they are yet".to_owned());
    }
    Ok(address)
}
