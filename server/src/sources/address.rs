//! Where a source is. Its password, if it has one, is sent and never told.

use std::fmt;

use reqwest::Url;

/// What was given as an address is none. Does not tell it back: it may hold a password.
#[derive(Debug, thiserror::Error)]
#[error("the address of a source is wrong: write http://HOST:PORT or https://HOST/PATH")]
pub struct WrongAddress;

/// The address of a source: an http or https address, perhaps with a path and a password.
#[derive(Clone)]
pub(super) struct Address(Url);

impl Address {
    pub(super) fn parse(text: &str) -> Result<Self, WrongAddress> {
        let url = Url::parse(text).map_err(|_| WrongAddress)?;
        let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
        if is_web { Ok(Self(url)) } else { Err(WrongAddress) }
    }

    /// The address of one of its pages.
    pub(super) fn page(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path().trim_end_matches('/')));
        url.set_query(None);
        url.set_fragment(None);
        url
    }
}

/// Host, port and path.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.host_str().unwrap_or_default())?;
        if let Some(port) = self.0.port() {
            write!(f, ":{port}")?;
        }
        f.write_str(self.0.path().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_holds_no_secret() {
        let address = Address::parse("https://kim:secret@example.com:9093/am/?token=x#y").unwrap();
        assert_eq!(address.to_string(), "example.com:9093/am");
    }

    #[test]
    fn a_page_lies_below_the_path() {
        let address = Address::parse("https://kim:secret@example.com/am/").unwrap();
        assert_eq!(
            address.page("/api/v2/status").as_str(),
            "https://kim:secret@example.com/am/api/v2/status"
        );
    }

    #[test]
    fn only_web_addresses_are_taken() {
        for text in ["", "example.com:9093", "file:///etc/passwd", "http://"] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }
}
