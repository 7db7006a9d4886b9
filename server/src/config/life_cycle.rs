//! Settings of `serve` that say how it stops.

use std::time::Duration;

use clap::Args;

/// How the server stops.
#[derive(Args, Clone, Copy, Debug)]
pub struct LifeCycleConfig {
    /// How long the server goes on serving after it was asked to stop, while `/readyz` says that it drains, so that
    /// balancers send nobody here any more; 0: it stops at once.
    #[arg(long, env = "CINEPORTAL_DRAIN_SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u32).range(..=600))]
    pub drain_seconds: u32,
}

impl LifeCycleConfig {
    /// [`Self::drain_seconds`] as a duration.
    pub fn drain(self) -> Duration {
        Duration::from_secs(u64::from(self.drain_seconds))
    }
}
