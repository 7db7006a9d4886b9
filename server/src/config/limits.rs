//! Settings of `serve` that say how much one client may ask for, and how long anybody waits.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::Args;

/// What clients may ask for, and how long they are waited for.
#[derive(Args, Clone, Debug)]
pub struct LimitsConfig {
    /// A GraphQL query or mutation that takes longer is given up.
    #[arg(long, env = "CINEPORTAL_OPERATION_TIMEOUT_SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub operation_timeout_seconds: u32,
    /// How many points a second each viewer may spend in the long run, and ten times as many at once; 0: no
    /// limit. A GraphQL operation costs 1, and 1 for each KiB of its answer; following something costs 10.
    #[arg(long, env = "CINEPORTAL_VIEWER_POINTS_PER_SECOND", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(..=100_000_000))]
    pub viewer_points_per_second: u32,
    /// How many connections may be open at once; more wait until one ends.
    #[arg(long, env = "CINEPORTAL_MAX_CONNECTIONS", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: u32,
    /// A client that takes nothing of what it is sent for so long is cut off.
    #[arg(long, env = "CINEPORTAL_SLOW_CLIENT_SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=600))]
    pub slow_client_seconds: u32,
    /// A connection that asks nothing for so long, or only half a question, is closed before as much time has
    /// passed again.
    /// Proxies that keep idle connections must close them sooner: nginx does so after 60 seconds.
    #[arg(long, env = "CINEPORTAL_IDLE_CONNECTION_SECONDS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub idle_connection_seconds: u32,
    /// How long a WebSocket may be open before its client says `connection_init`.
    #[arg(long, env = "CINEPORTAL_LIVE_INIT_SECONDS", default_value_t = 10, hide = true, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub live_init_seconds: u32,
    /// How often live connections are pinged; proxies cut idle ones.
    #[arg(long, env = "CINEPORTAL_LIVE_PING_SECONDS", default_value_t = 15, hide = true, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub live_ping_seconds: u32,
}

impl LimitsConfig {
    /// [`Self::operation_timeout_seconds`] as a duration.
    pub fn operation_timeout(&self) -> Duration {
        seconds(self.operation_timeout_seconds)
    }

    /// [`Self::viewer_points_per_second`]; `None` without a limit.
    pub fn viewer_points_per_second(&self) -> Option<NonZeroU32> {
        NonZeroU32::new(self.viewer_points_per_second)
    }

    /// [`Self::slow_client_seconds`] as a duration.
    pub fn slow_client(&self) -> Duration {
        seconds(self.slow_client_seconds)
    }

    /// [`Self::idle_connection_seconds`] as a duration.
    pub fn idle_connection(&self) -> Duration {
        seconds(self.idle_connection_seconds)
    }

    /// [`Self::live_init_seconds`] as a duration.
    pub fn live_init(&self) -> Duration {
        seconds(self.live_init_seconds)
    }

    /// [`Self::live_ping_seconds`] as a duration.
    pub fn live_ping(&self) -> Duration {
        seconds(self.live_ping_seconds)
    }
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(u64::from(seconds))
}
