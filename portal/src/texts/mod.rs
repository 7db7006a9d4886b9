//! What the portal says, in the languages of `locales/`. A key stands in every language, or the build fails.

mod phrase;

pub(crate) use phrase::{Phrase, Plural};

mod generated {
    use super::{Phrase, Plural};

    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

pub(crate) use generated::{LANGUAGES, Texts};

/// What is spoken when nothing that we speak is wished for.
const FALLBACK: &str = "en";

/// The first of these languages (BCP 47 tags, best first) that we speak; `da-DK` is `da`.
pub(crate) fn pick<'a>(wished: impl IntoIterator<Item = &'a str>) -> &'static Texts {
    let spoken = |tag: &str| {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag).to_ascii_lowercase();
        // Norwegians name their language in three ways.
        let primary = if matches!(primary.as_str(), "no" | "nn") { "nb".to_owned() } else { primary };
        LANGUAGES.iter().find(|texts| texts.language.tag == primary).copied()
    };
    let fallback = || LANGUAGES.iter().find(|texts| texts.language.tag == FALLBACK).copied();
    wished.into_iter().find_map(spoken).or_else(fallback).unwrap_or(LANGUAGES[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_we_speak_is_taken() {
        assert_eq!(pick(["fr-FR", "da-DK", "en"]).language.tag, "da");
        assert_eq!(pick(["no"]).language.tag, "nb");
    }

    #[test]
    fn who_speaks_none_of_them_gets_english() {
        assert_eq!(pick(["fr", "zz"]).language.tag, "en");
        assert_eq!(pick([]).language.tag, "en");
    }

    #[test]
    fn all_six_languages_are_spoken() {
        let tags: Vec<&str> = LANGUAGES.iter().map(|texts| texts.language.tag).collect();
        assert_eq!(tags, ["da", "de", "en", "fi", "nb", "sv"]);
    }
}
