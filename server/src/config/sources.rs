//! Settings of `serve` about the programs that it asks, and how long it believes them.

use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;

use super::SourceAddress;

/// What other programs are asked.
#[derive(Args, Clone, Debug)]
pub struct SourcesConfig {
    /// Address of a CineExporter, which tells the next shows, as http://127.0.0.1:9991. May be given again.
    #[arg(
        long,
        env = "CINEPORTAL_EXPORTER",
        value_name = "URL",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub exporter: Vec<SourceAddress>,
    /// How often each exporter is read.
    #[arg(long, env = "CINEPORTAL_EXPORTER_POLL_SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub exporter_poll_seconds: u32,
    /// Address of an Alertmanager to compare incidents with, as `http://127.0.0.1:9093`. Name all that send
    /// alerts here, and all their Prometheuses, or none.
    #[arg(
        long,
        env = "CINEPORTAL_ALERTMANAGER",
        value_name = "URL",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub alertmanager: Vec<SourceAddress>,
    /// Only alerts that Alertmanager sends to this receiver are missed here. Left out: all alerts.
    #[arg(long, env = "CINEPORTAL_ALERTMANAGER_RECEIVER", value_name = "NAME")]
    pub alertmanager_receiver: Option<String>,
    /// Address of a Prometheus to compare incidents with, and to ask for what was measured, as
    /// `http://127.0.0.1:9090`. A region may name another one for the latter.
    #[arg(
        long,
        env = "CINEPORTAL_PROMETHEUS",
        value_name = "URL",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub prometheus: Vec<SourceAddress>,
    /// How long a Prometheus may take to answer while somebody waits for a chart, in milliseconds.
    #[arg(long, env = "CINEPORTAL_QUERY_DEADLINE_MS", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(100..=60_000))]
    pub query_deadline_ms: u32,
    /// How long a Prometheus is left alone after it has failed to answer several times in a row.
    #[arg(long, env = "CINEPORTAL_QUERY_PAUSE_SECONDS", default_value_t = 5, hide = true, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub query_pause_seconds: u32,
    /// How often incidents are compared with these sources.
    #[arg(long, env = "CINEPORTAL_RECONCILE_SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub reconcile_seconds: u32,
    /// How long a source must be up before it is believed that what it does not know is over: an Alertmanager
    /// starts empty, and a Prometheus has to evaluate its rules first.
    #[arg(long, env = "CINEPORTAL_SOURCE_SETTLE_SECONDS", default_value_t = 300, hide = true)]
    pub source_settle_seconds: u32,
    /// A region whose watchdog alert was not heard for so long is blind; 0: no region ever is.
    #[arg(long, env = "CINEPORTAL_WATCHDOG_SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u32).range(..=86_400))]
    pub watchdog_seconds: u32,
}

impl SourcesConfig {
    /// [`Self::exporter_poll_seconds`] as a duration.
    pub fn exporter_poll(&self) -> Duration {
        Duration::from_secs(u64::from(self.exporter_poll_seconds))
    }

    /// [`Self::query_deadline_ms`] as a duration.
    pub fn query_deadline(&self) -> Duration {
        Duration::from_millis(u64::from(self.query_deadline_ms))
    }

    /// [`Self::query_pause_seconds`] as a duration.
    pub fn query_pause(&self) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.query_pause_seconds))
    }

    /// [`Self::reconcile_seconds`] as a duration.
    pub fn reconcile_interval(&self) -> Duration {
        Duration::from_secs(u64::from(self.reconcile_seconds))
    }

    /// [`Self::source_settle_seconds`] as a duration.
    pub fn source_settle_time(&self) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.source_settle_seconds))
    }

    /// [`Self::watchdog_seconds`] as a duration; `None` where no region is ever blind.
    pub fn watchdog_silence(&self) -> Option<SignedDuration> {
        let seconds = i64::from(self.watchdog_seconds);
        (seconds > 0).then(|| SignedDuration::from_secs(seconds))
    }
}
