//! Settings: flags, `CINEPORTAL_…` variables and a file, in this order of precedence.
//! The only place that reads the environment.

mod address;
mod backup;
mod file;
mod graphql;
mod life_cycle;
mod limits;
mod logs;
mod page_origin;
mod rules;
mod sources;
mod spans;
mod strangers;
mod token;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use jiff::Timestamp;

use self::address::{SOURCE_FORM, STORE_FORMS};
pub use self::address::{SourceAddress, StoreAddress};
pub use self::backup::{
    BackupConfig, BackupFile, BackupPlace, RemoteConfig, RemotePlace, RestoreConfig, S3Config, S3Secret,
    SftpConfig, SftpServer,
};
use self::backup::{ENDPOINT_FORM, FILE_FORM, PLACE_FORM};
pub use self::graphql::{DocumentRule, GraphqlConfig, Switch};
pub use self::life_cycle::LifeCycleConfig;
pub use self::limits::LimitsConfig;
pub use self::logs::{LogFormat, LogLinesConfig, LogsConfig};
pub use self::page_origin::PageOrigin;
pub use self::rules::RulesConfig;
pub use self::sources::SourcesConfig;
pub use self::spans::SpansConfig;
pub use self::strangers::StrangersConfig;
pub use self::token::{CreateToken, ListTokens, RevokeToken, TokenCommand, TokensAt};

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
    /// Print the documents that the portal sends, as JSON: each with its id and its name.
    Documents,
    /// Check settings and region files, and say everything that is wrong.
    CheckConfig(ServeConfig),
    /// Write everything that a store keeps into one file, once or every some hours; see docs/backup.md.
    Backup(BackupConfig),
    /// Check a backup, or put it into a store.
    Restore(RestoreConfig),
    /// Fill a store with a history that looks real, to try things out; nobody is told of it.
    Seed(SeedConfig),
    /// Make, list and take back the tokens that programs show; see docs/access.md.
    #[command(subcommand)]
    Token(TokenCommand),
}

/// Settings of `seed`.
#[derive(Args, Clone, Debug)]
pub struct SeedConfig {
    /// `embedded:DIR`, or a MongoDB address: `mongodb://HOST/DATABASE?replicaSet=NAME`.
    #[arg(long, env = "CINEPORTAL_STORE", default_value = "embedded:./data", hide_env_values = true)]
    pub store: StoreAddress,
    /// Folder of region files.
    #[arg(long, env = "CINEPORTAL_REGIONS", default_value = "regions", value_name = "DIR")]
    pub regions: PathBuf,
    /// How many incidents.
    #[arg(long, env = "CINEPORTAL_SEED_INCIDENTS", default_value_t = 1_000)]
    pub incidents: usize,
    /// Over how many days.
    #[arg(long, env = "CINEPORTAL_SEED_DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3_650))]
    pub days: u32,
    /// The same seed and end give the same history.
    #[arg(long, env = "CINEPORTAL_SEED", default_value_t = 1)]
    pub seed: u64,
    /// When the history ends, as `2026-11-21T04:00:00Z`; by default the last full hour.
    #[arg(long, env = "CINEPORTAL_SEED_UNTIL", value_name = "TIME")]
    pub until: Option<Timestamp>,
    /// Write it aside and show it all at once: several times as fast, for an empty store that no server uses.
    #[arg(long, env = "CINEPORTAL_SEED_ASIDE")]
    pub aside: bool,
}

/// Settings of `serve`.
#[derive(Args, Clone, Debug)]
pub struct ServeConfig {
    /// A TOML file with any of these settings: `listen = "127.0.0.1:8080"`.
    #[arg(long, env = "CINEPORTAL_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address to listen on. Beyond loopback only with `--access`, or with `--insecure-anonymous`.
    #[arg(long, env = "CINEPORTAL_LISTEN", default_value = "127.0.0.1:8080", value_parser = listening_address)]
    pub listen: SocketAddr,
    /// `embedded:DIR`, or a MongoDB address: `mongodb://HOST/DATABASE?replicaSet=NAME`.
    #[arg(long, env = "CINEPORTAL_STORE", default_value = "embedded:./data", hide_env_values = true)]
    pub store: StoreAddress,
    /// Folder of region files.
    #[arg(long, env = "CINEPORTAL_REGIONS", default_value = "regions", value_name = "DIR")]
    pub regions: PathBuf,
    /// When incidents open again, join and are forgotten.
    #[command(flatten)]
    pub rules: RulesConfig,
    /// How many alerts may wait for the store before webhooks are told to come again.
    #[arg(long, env = "CINEPORTAL_MAX_WAITING_ALERTS", default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_waiting_alerts: u32,
    /// What other programs are asked.
    #[command(flatten)]
    pub sources: SourcesConfig,
    /// A TOML file of the ways to tell people: mail servers, chats, webhooks; see docs/notifications.md.
    #[arg(long, env = "CINEPORTAL_CHANNELS", value_name = "FILE")]
    pub channels: Option<PathBuf>,
    /// Where people find the portal, for links in messages; `http://` and the listening address if left out.
    #[arg(long, env = "CINEPORTAL_PUBLIC_URL", value_name = "URL", value_parser = public_url)]
    pub public_url: Option<String>,
    /// A TOML file of who may see and do what, and how they are known; see docs/access.md. Left out, nobody is
    /// asked who they are, and the server listens on loopback only.
    #[arg(long, env = "CINEPORTAL_ACCESS", value_name = "FILE")]
    pub access: Option<PathBuf>,
    /// Listen anywhere, and let everybody do everything, without asking who they are.
    #[arg(long, env = "CINEPORTAL_INSECURE_ANONYMOUS", conflicts_with = "access")]
    pub insecure_anonymous: bool,
    /// Where pages come from that may show the portal inside them, as `https://admin.example`. May be given again;
    /// left out, no page of another site may.
    #[arg(long, env = "CINEPORTAL_EMBED_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub embed_origin: Vec<PageOrigin>,
    /// What GraphQL takes, and what it remembers.
    #[command(flatten)]
    pub graphql: GraphqlConfig,
    /// What clients may ask for, and how long they are waited for.
    #[command(flatten)]
    pub limits: LimitsConfig,
    /// How often whoever is not known may try, and how they are told apart.
    #[command(flatten)]
    pub strangers: StrangersConfig,
    /// How the server stops.
    #[command(flatten)]
    pub life_cycle: LifeCycleConfig,
    /// Serve a page at `/graphiql` to try queries out, for whoever develops against the API.
    #[arg(long, env = "CINEPORTAL_GRAPHIQL")]
    pub graphiql: bool,
    /// Which log lines there are, how they look, and where they are kept.
    #[command(flatten)]
    pub logs: LogsConfig,
    /// Where spans go.
    #[command(flatten)]
    pub spans: SpansConfig,
    /// What is wrong with the file of settings; only `check-config` gets so far.
    #[arg(skip)]
    pub faults: Vec<String>,
}

impl ServeConfig {
    /// Where people find the portal, without a slash at its end.
    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }

    /// Why nobody may be served like this, if so: people elsewhere would come in without being asked who they are.
    pub fn exposure(&self) -> Option<String> {
        let is_safe = self.access.is_some() || self.insecure_anonymous || self.listen.ip().is_loopback();
        let reason = "is not loopback (127.0.0.1 or [::1]), and nobody is asked who they are: name an access file with \
                      --access, or say --insecure-anonymous";
        (!is_safe).then(|| format!("listen: {} {reason}", self.listen))
    }
}

/// Reads the settings: flags win over variables, variables over the file, the file over defaults.
///
/// # Errors
/// What clap says of a wrong flag or variable, or what is wrong with the file and its keys.
pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let first = Cli::try_parse_from(&arguments).map_err(without_secrets)?;
    let Some(file) = file::named_by(&first) else { return safe(first) };
    let (command, faults) = file::as_defaults(Cli::command(), file);
    let matches = command.try_get_matches_from(arguments).map_err(without_secrets)?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    match &mut cli.command {
        Command::CheckConfig(config) => config.faults = faults,
        _ if faults.is_empty() => {}
        _ => return Err(Cli::command().error(ErrorKind::ValueValidation, faults.join("\n"))),
    }
    safe(cli)
}

/// A variable that a file of settings names because it holds a secret.
#[expect(clippy::disallowed_methods, reason = "this is the only place that reads the environment")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Whoever is not asked who they are must be on this machine.
fn safe(cli: Cli) -> Result<Cli, clap::Error> {
    let Command::Serve(config) = &cli.command else { return Ok(cli) };
    match config.exposure() {
        None => Ok(cli),
        Some(reason) => Err(Cli::command().error(ErrorKind::ValueValidation, reason)),
    }
}

/// The flags whose values may hold a password, and how to write those.
const SECRET_FLAGS: [(&str, &str); 8] = [
    ("--store", STORE_FORMS),
    ("--alertmanager", SOURCE_FORM),
    ("--prometheus", SOURCE_FORM),
    ("--exporter", SOURCE_FORM),
    ("--otlp-endpoint", SOURCE_FORM),
    ("--s3-endpoint", ENDPOINT_FORM),
    ("--to", PLACE_FORM),
    ("<FILE>", FILE_FORM),
];

/// clap tells back the value that is wrong, which may hold a password.
fn without_secrets(error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else { return error };
    let flag = argument.split_whitespace().next().unwrap_or("");
    let secret = SECRET_FLAGS.iter().find(|(name, _)| *name == flag);
    let Some((flag, forms)) = secret.filter(|_| error.kind() == ErrorKind::ValueValidation) else {
        return error;
    };
    Cli::command().error(ErrorKind::ValueValidation, format!("the value of {flag} is wrong: {forms}"))
}

fn public_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_plain = |c: char| c.is_ascii_graphic() && !"\"'<>?#|".contains(c);
    match rest {
        Some(rest) if !rest.starts_with('/') && !rest.is_empty() && rest.chars().all(is_plain) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err("write https://HOST, perhaps with a port and a path".to_owned()),
    }
}

fn listening_address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "write an address and a port, as 127.0.0.1:8080".to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn exporters(arguments: &[&str]) -> Result<Vec<String>, clap::Error> {
        let arguments = [&["cineportal", "serve"], arguments].concat();
        match read(arguments.into_iter().map(Into::into))?.command {
            Command::Serve(config) => {
                Ok(config.sources.exporter.iter().map(|address| address.as_str().to_owned()).collect())
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn there_may_be_no_exporter_or_several() {
        assert_eq!(exporters(&[]).unwrap(), <[&str; 0]>::default());
        let several = ["--exporter", "http://a,https://b", "--exporter", "http://c"];
        assert_eq!(exporters(&several).unwrap(), ["http://a", "https://b", "http://c"]);
        assert!(exporters(&["--exporter", "127.0.0.1:9991"]).is_err());
    }

    #[test]
    fn a_wrong_address_is_not_told_back_because_it_may_hold_a_password() {
        let error = exporters(&["--exporter", "kim:secret@127.0.0.1:9991"]).unwrap_err().to_string();
        assert!(error.contains("the value of --exporter is wrong") && !error.contains("secret"), "{error}");
    }

    #[test]
    fn several_exporters_are_a_list_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cineportal.toml");
        fs::write(&file, "exporter = ['http://a', 'http://b']\n").unwrap();
        assert_eq!(exporters(&["--config", file.to_str().unwrap()]).unwrap(), ["http://a", "http://b"]);
    }
}
