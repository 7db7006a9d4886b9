//! Where a region's readings come from, if it has sources of its own: its table in TOML, and what makes it valid.

use serde::Deserialize;
use toml::Spanned;
use url::Url;

use crate::file::Fault;

/// Sources of one region alone, beside those that the server's settings name for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upstreams {
    /// Its Prometheus, or what answers like one (Thanos, Mimir): an http or https address. It may hold a password.
    pub prometheus: Option<String>,
    /// Its `CineExporter`: an http or https address. It may hold a password.
    pub exporter: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpstreamsToml {
    prometheus: Option<Spanned<String>>,
    exporter: Option<Spanned<String>>,
}

/// Everything that is wrong with the table.
pub(crate) fn check(raw: &UpstreamsToml) -> Vec<Fault> {
    let named = [("prometheus", &raw.prometheus), ("exporter", &raw.exporter)];
    let given = named.into_iter().filter_map(|(key, address)| Some((key, address.as_ref()?)));
    let wrong = given.filter(|(_, address)| !is_web(address.get_ref()));
    wrong.map(|(key, address)| fault(key, address)).collect()
}

impl From<UpstreamsToml> for Upstreams {
    fn from(raw: UpstreamsToml) -> Self {
        Self {
            prometheus: raw.prometheus.map(Spanned::into_inner),
            exporter: raw.exporter.map(Spanned::into_inner),
        }
    }
}

/// Does not tell the address back: it may hold a password.
fn fault(key: &str, address: &Spanned<String>) -> Fault {
    let reason = "write http://HOST:PORT or https://HOST/PATH".to_owned();
    Fault { span: address.span(), key: format!("upstreams.{key}"), reason }
}

fn is_web(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
