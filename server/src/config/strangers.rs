//! Settings of `serve` about whoever is not known yet: how often they may try, and whose word tells where they are.

use std::net::IpAddr;
use std::num::NonZeroU32;

use clap::Args;
use ipnet::IpNet;

/// How often whoever is not known may try, and how they are told apart.
#[derive(Args, Clone, Debug)]
pub struct StrangersConfig {
    /// How many times a second one address may sign in, or ask without being known, in the long run, and ten times
    /// as many at once; then it is told to wait. 0: no limit.
    #[arg(long, env = "CINEPORTAL_STRANGER_ATTEMPTS_PER_SECOND", default_value_t = 50, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    pub stranger_attempts_per_second: u32,
    /// Where proxies stand that tell in `X-Forwarded-For` for whom they ask, as `127.0.0.1,10.0.0.0/8`. The proxy of
    /// the access file need not be named. Left out, all that comes through another proxy counts as of one address.
    #[arg(long, env = "CINEPORTAL_FORWARDED_BY", value_name = "NETWORK", value_delimiter = ',', value_parser = network)]
    pub forwarded_by: Vec<IpNet>,
}

impl StrangersConfig {
    /// [`Self::stranger_attempts_per_second`]; `None` without a limit.
    pub fn attempts_per_second(&self) -> Option<NonZeroU32> {
        NonZeroU32::new(self.stranger_attempts_per_second)
    }
}

fn network(text: &str) -> Result<IpNet, &'static str> {
    let address = || text.parse::<IpAddr>().map(IpNet::from).ok();
    text.parse().ok().or_else(address).ok_or("write an address or a network, as 127.0.0.1 or 10.0.0.0/8")
}
