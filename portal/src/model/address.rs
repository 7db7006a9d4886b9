//! Where in the portal somebody is: a page, and what is chosen on it.

use form_urlencoded::{Serializer, byte_serialize, parse};

/// An address of the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) page: Page,
    pub(crate) query: Query,
}

/// A page of the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Overview,
    /// What has to be done in a region.
    Region(String),
    /// The machines of a region.
    Machines(String),
    /// How it went: in a region, or everywhere.
    Reports(Option<String>),
    Incident(String),
    Machine(String),
    /// The server's own log: of an hour of universal time, or of this one.
    Logs(Option<String>),
    NotFound,
}

impl Page {
    /// The page of a path, as `/regions/denmark`.
    pub(crate) fn parse(path: &str) -> Self {
        let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decode).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            [] => Self::Overview,
            ["regions", id] => Self::Region((*id).to_owned()),
            ["regions", id, "machines"] => Self::Machines((*id).to_owned()),
            ["regions", id, "reports"] => Self::Reports(Some((*id).to_owned())),
            ["reports"] => Self::Reports(None),
            ["incidents", id] => Self::Incident((*id).to_owned()),
            ["machines", id] => Self::Machine((*id).to_owned()),
            ["logs"] => Self::Logs(None),
            ["logs", hour] => Self::Logs(Some((*hour).to_owned())),
            _ => Self::NotFound,
        }
    }

    /// The path of the page; that of the overview where there is none.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Overview | Self::NotFound => "/".to_owned(),
            Self::Region(id) => format!("/regions/{}", encode(id)),
            Self::Machines(id) => format!("/regions/{}/machines", encode(id)),
            Self::Reports(Some(id)) => format!("/regions/{}/reports", encode(id)),
            Self::Reports(None) => "/reports".to_owned(),
            Self::Incident(id) => format!("/incidents/{}", encode(id)),
            Self::Machine(id) => format!("/machines/{}", encode(id)),
            Self::Logs(None) => "/logs".to_owned(),
            Self::Logs(Some(hour)) => format!("/logs/{}", encode(hour)),
        }
    }

    /// The region that somebody looks at here, who looked at another one before: incidents and machines do not tell,
    /// so it is still that one.
    pub(crate) fn region_after(&self, before: Option<&str>) -> Option<String> {
        match self {
            Self::Incident(_) | Self::Machine(_) => before.map(str::to_owned),
            page => page.region().map(str::to_owned),
        }
    }

    /// The region that the page is about, where its address tells.
    pub(crate) fn region(&self) -> Option<&str> {
        match self {
            Self::Region(id) | Self::Machines(id) | Self::Reports(Some(id)) => Some(id),
            _ => None,
        }
    }
}

impl From<Page> for Address {
    fn from(page: Page) -> Self {
        Self { page, query: Query::default() }
    }
}

impl Address {
    /// Reads a path and what stands behind the question mark, without it.
    pub(crate) fn parse(path: &str, query: &str) -> Self {
        Self { page: Page::parse(path), query: Query::parse(query) }
    }

    /// The address as a browser shows it, from the first slash on.
    pub(crate) fn text(&self) -> String {
        let (path, query) = (self.page.path(), self.query.text());
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }
}

/// What is chosen on a page, as names and values; a name may stand more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads `a=1&b=2`.
    pub(crate) fn parse(text: &str) -> Self {
        Self(parse(text.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// Writes it as `a=1&b=2`.
    pub(crate) fn text(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    /// All names and values.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The first value of a name.
    pub(crate) fn get<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// All values of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The same with these values of a name instead of those that it had.
    pub(crate) fn with(mut self, name: &str, values: impl IntoIterator<Item = String>) -> Self {
        self.0.retain(|(known, _)| known != name);
        self.0.extend(values.into_iter().map(|value| (name.to_owned(), value)));
        self
    }
}

fn encode(part: &str) -> String {
    byte_serialize(part.as_bytes()).collect::<String>().replace('+', "%20")
}

/// A plus in a path is a plus.
fn decode(part: &str) -> String {
    let text = part.replace('+', "%2B");
    parse(text.as_bytes()).map(|(name, _)| name.into_owned()).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_by_its_own_path() {
        let id = || "a b/c?d=é&f+g".to_owned();
        let pages = [
            Page::Overview,
            Page::Region(id()),
            Page::Machines(id()),
            Page::Reports(Some(id())),
            Page::Reports(None),
            Page::Incident(id()),
            Page::Machine(id()),
            Page::Logs(None),
            Page::Logs(Some("2026-11-21T14".to_owned())),
        ];
        for page in pages {
            assert_eq!(Page::parse(&page.path()), page, "{}", page.path());
        }
    }

    #[test]
    fn what_is_no_page_is_not_found() {
        assert_eq!(Page::parse("/regions"), Page::NotFound);
        assert_eq!(Page::parse("/somewhere/else"), Page::NotFound);
    }

    #[test]
    fn what_is_chosen_stands_in_the_address() {
        let query = Query::default().with("q", ["så & nu".to_owned()]).with("status", ["OPEN".to_owned()]);
        let address = Address { page: Page::Region("denmark".to_owned()), query };
        assert_eq!(address.text(), "/regions/denmark?q=s%C3%A5+%26+nu&status=OPEN");
        let (path, query) =
            address.text().split_once('?').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        assert_eq!(Address::parse(&path, &query), address);
    }

    #[test]
    fn a_choice_replaces_the_one_before() {
        let query = Query::parse("a=1&b=2&a=3").with("a", ["4".to_owned()]);
        assert_eq!((query.get("a"), query.text().as_str()), (Some("4"), "b=2&a=4"));
        assert_eq!(query.with("a", []).text(), "b=2");
    }
}
