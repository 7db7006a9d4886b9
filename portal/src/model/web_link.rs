//! A link that may stand on the page.

/// A link to a web page; nothing else can be made into one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebLink {
    title: String,
    url: String,
}

impl WebLink {
    /// Takes an address that starts with `http://` or `https://` and holds no blanks or control signs.
    pub(crate) fn parse(title: &str, url: &str) -> Option<Self> {
        let lower = url.to_ascii_lowercase();
        let host = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"))?;
        let clean = !host.is_empty() && !url.chars().any(|sign| sign.is_control() || sign.is_whitespace());
        clean.then(|| Self { title: title.to_owned(), url: url.to_owned() })
    }

    /// What to show; the address where there is no title.
    pub(crate) fn title(&self) -> &str {
        if self.title.trim().is_empty() { &self.url } else { &self.title }
    }

    /// The address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_address_makes_a_link() {
        let link = WebLink::parse("Runbook", "HTTPS://wiki.example/offline?x=1").unwrap();
        assert_eq!((link.title(), link.url()), ("Runbook", "HTTPS://wiki.example/offline?x=1"));
    }

    #[test]
    fn a_link_without_a_title_shows_its_address() {
        assert_eq!(WebLink::parse(" ", "http://a.example").unwrap().title(), "http://a.example");
    }

    #[test]
    fn other_schemes_and_broken_addresses_make_no_link() {
        for url in
            ["javascript:alert(1)", "data:text/html,x", " https://a", "https://", "//a", "http://a\nb", ""]
        {
            assert_eq!(WebLink::parse("x", url), None, "{url}");
        }
    }
}
