//! Settings of `serve` about incidents: when they open again, join, and are forgotten.

use clap::Args;
use clap::builder::RangedI64ValueParser;
use jiff::SignedDuration;

/// When incidents open again, join and are forgotten.
#[derive(Args, Clone, Debug)]
pub struct RulesConfig {
    /// An alert that fires again this soon after its incident closed reopens that incident.
    #[arg(long, env = "CINEPORTAL_FLAP_WINDOW_SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u32).range(..=86_400))]
    pub flap_window_seconds: u32,
    /// So many machines of one cinema that fail together are a cinema outage.
    #[arg(long, env = "CINEPORTAL_OUTAGE_MACHINES", default_value_t = 3, value_parser = clap::value_parser!(u32).range(2..=1_000))]
    pub outage_machines: u32,
    /// Machines that fail within this time fail together.
    #[arg(long, env = "CINEPORTAL_OUTAGE_WINDOW_SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub outage_window_seconds: u32,
    /// What was closed while its alert still fires opens again this long before the next show; 0: never.
    #[arg(long, env = "CINEPORTAL_REOPEN_BEFORE_SHOW_MINUTES", default_value_t = 30, value_parser = clap::value_parser!(u32).range(..=1_440))]
    pub reopen_before_show_minutes: u32,
    /// Forget closed incidents so many days after their last change; kept for ever if left out.
    #[arg(long, env = "CINEPORTAL_KEEP_CLOSED_DAYS", value_name = "DAYS", value_parser = days())]
    pub keep_closed_days: Option<u32>,
    /// The same for open ones. An alert that still fires opens a new one when it is sent again.
    #[arg(long, env = "CINEPORTAL_KEEP_OPEN_DAYS", value_name = "DAYS", value_parser = days())]
    pub keep_open_days: Option<u32>,
    /// The same for those that somebody works on.
    #[arg(long, env = "CINEPORTAL_KEEP_IN_PROGRESS_DAYS", value_name = "DAYS", value_parser = days())]
    pub keep_in_progress_days: Option<u32>,
}

impl RulesConfig {
    /// [`Self::flap_window_seconds`] as a duration.
    pub fn flap_window(&self) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.flap_window_seconds))
    }

    /// [`Self::outage_window_seconds`] as a duration.
    pub fn outage_window(&self) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.outage_window_seconds))
    }

    /// [`Self::reopen_before_show_minutes`] as a duration.
    pub fn reopen_before_show(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.reopen_before_show_minutes))
    }
}

/// At most a century, which is for ever.
pub(super) fn days() -> RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=36_500)
}
