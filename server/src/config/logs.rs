//! Settings of the log.

use std::path::PathBuf;

use clap::Args;

use tracing_subscriber::EnvFilter;

use super::rules::days;

/// Which log lines there are, and how they look.
#[derive(Args, Clone, Debug)]
pub struct LogLinesConfig {
    /// How log lines look: `text` for people, `json` for machines.
    #[arg(long, env = "CINEPORTAL_LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// Which log lines to write, as `info` or `cineportal=debug,mongodb=warn`.
    #[arg(long, env = "CINEPORTAL_LOG", default_value = "info", value_parser = log_filter)]
    pub log: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The lines, where they are kept, and for how long.
#[derive(Args, Clone, Debug)]
pub struct LogsConfig {
    /// Which log lines there are, and how they look.
    #[command(flatten)]
    pub lines: LogLinesConfig,
    /// Keep the log in this folder, too, as JSON: one file for each hour of UTC, which `/logs` shows. Each server needs
    /// a folder of its own.
    #[arg(long, env = "CINEPORTAL_LOG_FOLDER", value_name = "DIR")]
    pub log_folder: Option<PathBuf>,
    /// Forget files of the log after so many days.
    #[arg(long, env = "CINEPORTAL_KEEP_LOG_DAYS", value_name = "DAYS", default_value_t = 14, value_parser = days())]
    pub keep_log_days: u32,
    /// What this server is called, for people who look at its log; the name of the machine if left out.
    #[arg(long, env = "CINEPORTAL_SERVER_NAME", value_name = "NAME")]
    pub server_name: Option<String>,
}

impl LogsConfig {
    /// What this server is called.
    pub fn server_name(&self) -> String {
        let machine = || hostname::get().map(|name| name.to_string_lossy().into_owned());
        self.server_name.clone().or_else(|| machine().ok()).unwrap_or_else(|| "this server".to_owned())
    }
}

fn log_filter(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}
