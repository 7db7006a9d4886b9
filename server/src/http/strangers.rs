//! Whoever is not known yet: each address may try so often, and then has to wait. What it shows meanwhile is not even
//! looked at. Only so many addresses are remembered, see [`Budgets`].

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;

use super::HttpState;
use super::budget::Budgets;
use super::identity::{NoViewer, presented};
use crate::access::{Door, Presented};
use crate::config::StrangersConfig;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// How often whoever is not known has tried, by address.
pub(super) struct Strangers {
    budgets: Budgets,
    /// Who is believed when they say for whom they ask.
    forwarded_by: Vec<IpNet>,
}

/// Where a request comes from, as far as that can be believed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Address(Option<IpAddr>);

impl Strangers {
    /// Nobody has tried anything yet.
    pub(super) fn new(config: &StrangersConfig) -> Self {
        let budgets = Budgets::new(config.attempts_per_second());
        Self { budgets, forwarded_by: config.forwarded_by.clone() }
    }

    /// Whether this address may try.
    ///
    /// # Errors
    /// How long it takes until it may.
    pub(super) fn admit(&self, address: &Address) -> Result<(), Duration> {
        self.budgets.admit(&address.to_string())
    }

    /// Counts an attempt; the last one that is allowed is logged, those that are refused are not.
    pub(super) fn charge(&self, address: &Address) {
        let left = self.budgets.charge(&address.to_string(), 1.0);
        if left <= 0.0 && left > -1.0 {
            tracing::warn!(target: "audit", %address, "an address tries too often, and has to wait");
        }
    }

    /// Whoever a request comes from: the connection's other end or, if that is a proxy that is believed, whom it
    /// names. What comes before in the header was written by others.
    pub(super) fn address(&self, presented: &Presented, headers: &HeaderMap, door: &Door) -> Address {
        let Some(peer) = presented.peer.map(|peer| peer.to_canonical()) else {
            return Address(None);
        };
        if !self.is_believed(peer) && !door.is_proxy(presented) {
            return Address::of(peer);
        }
        let lines = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok());
        let named: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
        let named =
            named.iter().rev().map_while(|name| name.parse::<IpAddr>().ok()).map(|ip| ip.to_canonical());
        let mut nearest = peer;
        for address in named {
            nearest = address;
            if !self.is_believed(address) {
                break;
            }
        }
        Address::of(nearest)
    }

    fn is_believed(&self, address: IpAddr) -> bool {
        self.forwarded_by.iter().any(|network| network.contains(&address))
    }
}

impl Address {
    /// Whoever has one IPv6 address has all of its network.
    fn of(address: IpAddr) -> Self {
        Self(Some(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        }))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("unknown"),
            Some(IpAddr::V4(address)) => write!(f, "{address}"),
            Some(IpAddr::V6(network)) => write!(f, "{network}/64"),
        }
    }
}

/// Lets an address through while it may try; each request is an attempt.
pub(super) async fn limit(
    State(state): State<HttpState>,
    request: Request,
    next: Next,
) -> Result<Response, NoViewer> {
    let (request, address) = admitted(&state, request)?;
    state.strangers().charge(&address);
    Ok(next.run(request).await)
}

/// The same, where a request that is refused is an attempt, and any other is none.
pub(super) async fn limit_refused(
    State(state): State<HttpState>,
    request: Request,
    next: Next,
) -> Result<Response, NoViewer> {
    let (request, address) = admitted(&state, request)?;
    let answer = next.run(request).await;
    if answer.status().is_client_error() {
        state.strangers().charge(&address);
    }
    Ok(answer)
}

fn admitted(state: &HttpState, mut request: Request) -> Result<(Request, Address), NoViewer> {
    let presented = presented(&mut request, &state.door);
    let address = state.strangers().address(&presented, request.headers(), &state.door);
    state.strangers().admit(&address).map_err(NoViewer::TooOften)?;
    Ok((request, address))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn address(peer: &str, forwarded: &[&str]) -> String {
        let config = StrangersConfig {
            stranger_attempts_per_second: 1,
            forwarded_by: vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
        };
        let presented = Presented { peer: Some(peer.parse().unwrap()), ..Presented::default() };
        let line = |line: &&str| (FORWARDED_FOR.parse().unwrap(), HeaderValue::from_str(line).unwrap());
        let headers: HeaderMap = forwarded.iter().map(line).collect();
        Strangers::new(&config).address(&presented, &headers, &Door::open()).to_string()
    }

    #[test]
    fn only_a_proxy_that_is_named_tells_for_whom_it_asks() {
        assert_eq!(address("10.0.0.1", &["192.0.2.7"]), "192.0.2.7");
        assert_eq!(address("::ffff:10.0.0.1", &["192.0.2.7"]), "192.0.2.7");
        assert_eq!(address("192.0.2.1", &["192.0.2.7"]), "192.0.2.1");
    }

    #[test]
    fn what_the_asker_wrote_itself_counts_for_nothing() {
        assert_eq!(address("10.0.0.1", &["203.0.113.9, 192.0.2.7"]), "192.0.2.7");
        assert_eq!(address("10.0.0.1", &["203.0.113.9", "192.0.2.7"]), "192.0.2.7");
        assert_eq!(address("10.0.0.1", &["203.0.113.9, 192.0.2.7, 10.0.0.2"]), "192.0.2.7");
        for nonsense in ["", "nobody", "192.0.2.7, unknown"] {
            assert_eq!(address("10.0.0.1", &[nonsense]), "10.0.0.1", "{nonsense}");
        }
    }

    #[test]
    fn a_network_of_version_six_is_one_asker() {
        assert_eq!(address("2001:db8:1:2:3::4", &[]), "2001:db8:1:2::/64");
        assert_eq!(address("::1", &["2001:db8:1:2::ffff"]), "2001:db8:1:2::/64");
    }
}
