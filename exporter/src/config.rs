//! What can be set on the command line or in the environment, for both programs.

use std::net::SocketAddr;
use std::time::Duration;

use clap::{Args, Parser, ValueEnum};
use reqwest::Url;

/// CineExporter: serves the state of all machines in the cine-cloud as Prometheus metrics.
#[derive(Debug, Clone, Parser)]
#[command(name = "cine-exporter", version)]
pub struct ExporterConfig {
    /// Address to serve /metrics and /healthz on.
    #[arg(long, env = "CINEPORTAL_EXPORTER_LISTEN", default_value = "127.0.0.1:9991")]
    pub listen: SocketAddr,
    /// How to read the cloud.
    #[command(flatten)]
    pub cloud: CloudConfig,
    /// What to log, and how.
    #[command(flatten)]
    pub log: LogConfig,
}

/// Where the cine-cloud is and how hard to ask it.
#[derive(Debug, Clone, Args)]
pub struct CloudConfig {
    /// Address of the cine-cloud, http or https, without `/api/v1`.
    #[arg(
        long,
        env = "CINEPORTAL_EXPORTER_CLOUD_URL",
        default_value = "http://127.0.0.1:9980",
        value_parser = http_url
    )]
    pub cloud_url: Url,
    /// Seconds from the start of one poll to the start of the next.
    #[arg(long, env = "CINEPORTAL_EXPORTER_POLL_INTERVAL_SECONDS", default_value = "300", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub poll_interval_seconds: u64,
    /// How many pages to ask for at the same time.
    #[arg(long, env = "CINEPORTAL_EXPORTER_CONCURRENCY", default_value = "8", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub concurrency: u16,
    /// Seconds after which one request to the cloud has failed.
    #[arg(long, env = "CINEPORTAL_EXPORTER_TIMEOUT_SECONDS", default_value = "10", value_parser = clap::value_parser!(u64).range(1..=300))]
    pub timeout_seconds: u64,
}

impl CloudConfig {
    /// Time from the start of one poll to the start of the next.
    pub fn poll_interval(&self) -> Duration {
        Duration::from_secs(self.poll_interval_seconds)
    }

    /// Time after which one request to the cloud has failed.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }
}

/// A simulated cine-cloud with a fleet of machines that can be broken and mended over HTTP.
#[derive(Debug, Clone, Parser)]
#[command(name = "cine-cloud-sim", version)]
pub struct SimulatorConfig {
    /// Address to serve the cloud's API and the faults on.
    #[arg(long, env = "CINEPORTAL_SIM_LISTEN", default_value = "127.0.0.1:9980")]
    pub listen: SocketAddr,
    /// How many machines the fleet has; the same number gives the same fleet.
    #[arg(long, env = "CINEPORTAL_SIM_MACHINES", default_value = "700", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub machines: u32,
    /// What to log, and how.
    #[command(flatten)]
    pub log: LogConfig,
}

/// What to log, and how.
#[derive(Debug, Clone, Args)]
pub struct LogConfig {
    /// What to log: a level, or `module=level` pairs separated by commas.
    #[arg(long = "log", env = "CINEPORTAL_EXPORTER_LOG", default_value = "info")]
    pub filter: String,
    /// How a log line is written.
    #[arg(long = "log-format", env = "CINEPORTAL_EXPORTER_LOG_FORMAT", default_value = "text")]
    pub format: LogFormat,
}

/// How a log line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for a log collector.
    Json,
}

fn http_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        other => Err(format!("the address must begin with http or https, not {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_flags_the_default_ports_are_used() {
        let config = ExporterConfig::try_parse_from(["cine-exporter"]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:9991");
        assert_eq!(config.cloud.cloud_url.as_str(), "http://127.0.0.1:9980/");
    }

    #[test]
    fn a_cloud_address_that_is_not_http_is_refused() {
        let error =
            ExporterConfig::try_parse_from(["cine-exporter", "--cloud-url", "ftp://cloud"]).unwrap_err();
        assert!(error.to_string().contains("must begin with http or https"), "{error}");
    }

    #[test]
    fn an_interval_of_no_seconds_is_refused() {
        assert!(ExporterConfig::try_parse_from(["cine-exporter", "--poll-interval-seconds", "0"]).is_err());
    }

    #[test]
    fn a_fleet_without_machines_is_refused() {
        assert!(SimulatorConfig::try_parse_from(["cine-cloud-sim", "--machines", "0"]).is_err());
    }
}
