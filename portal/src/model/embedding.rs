//! What whoever embeds a portal wants it to show.

use super::{Query, Theme};

/// The wishes for one embedded region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Embedding {
    pub(crate) region: String,
    /// As the region has them where nothing is wished for.
    pub(crate) panels: Option<Vec<String>>,
    pub(crate) language: Option<String>,
    pub(crate) theme: Theme,
}

impl Embedding {
    /// The wishes for a region, each as an attribute would say it.
    pub(crate) fn new(region: &str, panels: Option<&str>, language: Option<&str>, theme: &str) -> Self {
        Self {
            region: region.to_owned(),
            panels: panels.and_then(names),
            language: language.filter(|tag| !tag.is_empty()).map(str::to_owned),
            theme: Theme::of(theme),
        }
    }

    /// Those of the address of a frame, as `/embed/denmark?panels=triage,closed&theme=dark`.
    pub(crate) fn of_address(path: &str, query: &Query) -> Option<Self> {
        let region = path.strip_prefix("/embed/").filter(|region| !region.is_empty())?;
        let theme = query.get("theme").unwrap_or_default();
        Some(Self::new(region, query.get("panels"), query.get("language"), theme))
    }
}

/// Names between commas; nothing where there is none.
fn names(text: &str) -> Option<Vec<String>> {
    let names: Vec<String> =
        text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    (!names.is_empty()).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frames_address_tells_what_it_shows() {
        let query = Query::parse("panels=triage,%20closed&theme=dark&language=da");
        let wished = Embedding {
            region: "denmark".to_owned(),
            panels: Some(vec!["triage".to_owned(), "closed".to_owned()]),
            language: Some("da".to_owned()),
            theme: Theme::Dark,
        };
        assert_eq!(Embedding::of_address("/embed/denmark", &query), Some(wished));
    }

    #[test]
    fn whoever_wishes_for_nothing_gets_what_the_region_has() {
        let plain = Embedding { region: "denmark".to_owned(), ..Embedding::default() };
        assert_eq!(Embedding::new("denmark", Some(" , "), Some(""), ""), plain);
    }

    #[test]
    fn all_other_addresses_are_no_frame() {
        for path in ["/", "/embed/", "/regions/denmark"] {
            assert_eq!(Embedding::of_address(path, &Query::default()), None, "{path}");
        }
    }
}
