//! Where pages come from that may show the portal inside them.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// The origin of a page as its browser writes it: `https://admin.example`, perhaps with a port, nothing behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageOrigin(String);

impl PageOrigin {
    /// As it stands in the header `Origin`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PageOrigin {
    type Err = &'static str;

    /// Browsers write origins in small letters, and leave out the port that goes without saying.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, rest) = text.split_once("://").ok_or(FORM)?;
        let (host, port) = rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port)));
        let is_host = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
        let usual = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return Err(FORM),
        };
        let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port != usual));
        if host.is_empty() || !host.chars().all(is_host) || !is_port {
            return Err(FORM);
        }
        Ok(Self(text.to_owned()))
    }
}

impl Display for PageOrigin {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

const FORM: &str =
    "write https://HOST as a browser does: small letters, a port only if it is unusual, nothing behind it";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_taken_as_browsers_write_it() {
        for origin in ["https://admin.example", "http://127.0.0.1:9100", "http://localhost:3000"] {
            assert_eq!(origin.parse::<PageOrigin>().map(|parsed| parsed.to_string()), Ok(origin.to_owned()));
        }
    }

    #[test]
    fn what_no_browser_would_write_would_never_match_and_is_refused() {
        for origin in [
            "*",
            "null",
            "admin.example",
            "https://",
            "https://*.example",
            "https://Admin.example",
            "https://admin.example/",
            "https://admin.example/path",
            "https://admin.example:443",
            "https://admin.example:port",
            "https://a.example https://b.example",
            "https://a.example; script-src *",
            "ftp://admin.example",
        ] {
            assert!(origin.parse::<PageOrigin>().is_err(), "{origin}");
        }
    }
}
