//! Settings of `serve` about the log in files.

use std::path::PathBuf;

use clap::Args;

use super::days;

/// Where the log is kept, and for how long.
#[derive(Args, Clone, Debug)]
pub struct LogsConfig {
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
