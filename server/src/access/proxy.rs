//! An authenticating proxy in front, as oauth2-proxy: its headers are believed only from a listed peer that also
//! shows a secret.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use toml::Spanned;

use super::Person;
use super::door::{Presented, Unauthenticated};
use super::file::Faults;
use super::secret::Secret;

/// Who vouches, in rows of the access file.
const ISSUER: &str = "proxy";
const MOST_GROUPS: usize = 1_000;

/// The proxy that is believed.
#[derive(Debug)]
pub(super) struct Proxy {
    peers: Vec<IpNet>,
    secret: Secret,
    secret_header: String,
    user_header: String,
    groups_header: String,
    /// How long one connection is believed: the proxy cannot end what runs.
    live: SignedDuration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProxyToml {
    peers: Spanned<Vec<Spanned<String>>>,
    secret_file: Option<PathBuf>,
    secret_env: Option<String>,
    #[serde(default = "secret_header")]
    secret_header: Spanned<String>,
    #[serde(default = "user_header")]
    user_header: Spanned<String>,
    #[serde(default = "groups_header")]
    groups_header: Spanned<String>,
    live_minutes: Option<Spanned<u32>>,
}

fn secret_header() -> Spanned<String> {
    Spanned::new(0..0, "x-cineportal-proxy".to_owned())
}

fn user_header() -> Spanned<String> {
    Spanned::new(0..0, "x-forwarded-email".to_owned())
}

fn groups_header() -> Spanned<String> {
    Spanned::new(0..0, "x-forwarded-groups".to_owned())
}

impl Proxy {
    /// Reads the section; `None` if something is wrong with it, which is noted.
    pub(super) fn read(toml: ProxyToml, folder: &Path, faults: &mut Faults) -> Option<Self> {
        let at = toml.peers.span();
        if toml.peers.get_ref().is_empty() {
            faults.add(at.clone(), "proxy.peers", "needs at least one address, as \"127.0.0.1\"");
        }
        let peers = toml.peers.get_ref().iter();
        let peers = peers.filter_map(|peer| faults.note(peer.span(), "proxy.peers", network(peer.get_ref())));
        let peers = peers.collect();
        let secret = Secret::read(toml.secret_file.as_ref(), toml.secret_env.as_ref(), folder);
        let secret = faults.note(at, "proxy.secret_file", secret);
        let live_minutes = toml.live_minutes.map_or(60, |minutes| {
            if !(1..=1_440).contains(minutes.get_ref()) {
                faults.add(minutes.span(), "proxy.live_minutes", "is 1 to 1440");
            }
            *minutes.get_ref()
        });
        let mut header =
            |key: &str, name: &Spanned<String>| faults.note(name.span(), key, header_name(name.get_ref()));
        let secret_header = header("proxy.secret_header", &toml.secret_header);
        let user_header = header("proxy.user_header", &toml.user_header);
        let groups_header = header("proxy.groups_header", &toml.groups_header);
        Some(Self {
            peers,
            secret: secret?,
            secret_header: secret_header?,
            user_header: user_header?,
            groups_header: groups_header?,
            live: SignedDuration::from_mins(i64::from(live_minutes)),
        })
    }

    /// The headers that say who somebody is, and the one that proves it.
    pub(super) fn headers(&self) -> [&str; 3] {
        [&self.secret_header, &self.user_header, &self.groups_header]
    }

    /// Whether the proxy sent this: it comes from there, and shows the secret once.
    pub(super) fn is_sender(&self, presented: &Presented) -> bool {
        let shown = presented.only(&self.secret_header).ok().flatten();
        presented.peer.is_some_and(|peer| self.knows(peer))
            && shown.is_some_and(|shown| self.secret.is(shown))
    }

    /// Whoever the proxy says it is; `None` where no proxy says anything.
    ///
    /// # Errors
    /// [`Unauthenticated::Rejected`], where somebody says so who is not the proxy.
    pub(super) fn person(
        &self,
        presented: &Presented,
        now: Timestamp,
    ) -> Result<Option<Person>, Unauthenticated> {
        if self.headers().iter().all(|name| !presented.has(name)) {
            return Ok(None);
        }
        if !presented.peer.is_some_and(|peer| self.knows(peer)) {
            return Err(Unauthenticated::Rejected("identity headers of a peer that is not the proxy"));
        }
        let shown = presented.only(&self.secret_header)?.unwrap_or_default();
        if !self.secret.is(shown) {
            return Err(Unauthenticated::Rejected("identity headers without the proxy's secret"));
        }
        let Some(name) = presented.only(&self.user_header)?.map(str::trim).filter(|name| !name.is_empty())
        else {
            return Ok(None);
        };
        let groups = presented.only(&self.groups_header)?.unwrap_or_default().split(',');
        let groups = groups.map(str::trim).filter(|group| !group.is_empty()).take(MOST_GROUPS);
        Ok(Some(Person {
            issuer: ISSUER.to_owned(),
            subject: name.to_owned(),
            name: name.to_owned(),
            groups: groups.map(str::to_owned).collect(),
            claims: std::collections::BTreeMap::new(),
            until: now.checked_add(self.live).ok(),
        }))
    }

    fn knows(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.peers.iter().any(|network| network.contains(&peer))
    }
}

/// A network, as `10.0.0.0/8`, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse::<IpAddr>().map(IpNet::from).ok();
    let network = text.parse().ok().or_else(address);
    network.ok_or_else(|| format!("{text:?} is no address or network, as \"127.0.0.1\" or \"10.0.0.0/8\""))
}

/// In lower case, as requests have them. With an underscore it would be what proxies pass on unseen.
fn header_name(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let name = text.to_ascii_lowercase();
    if name.is_empty() || !name.chars().all(is_plain) || name == "authorization" {
        return Err(format!("{text:?} is no name for such a header, as \"x-forwarded-email\""));
    }
    Ok(name)
}
