//! What the portal says, in the languages of `locales/`. A key stands in every language, or the build fails.
//!
//! The texts of a language are a part of their own (`parts::words`): nobody fetches what they do not speak.

mod phrase;

pub(crate) use phrase::{Phrase, Plural};

mod generated {
    use super::{Language, Phrase, Plural, piece};

    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

pub(crate) use generated::{DA, DE, EN, FI, LANGUAGES, NB, NOTHING, SV, Texts};

/// A language that the portal speaks, and the words for when its texts cannot be fetched.
pub(crate) struct Language {
    /// As BCP 47 has it.
    pub(crate) tag: &'static str,
    pub(crate) name: &'static str,
    pub(crate) missing: &'static str,
    pub(crate) try_again: &'static str,
}

/// What is spoken when nothing that we speak is wished for.
const FALLBACK: &str = "en";

/// The first of these languages (BCP 47 tags, best first) that we speak; `da-DK` is `da`.
pub(crate) fn pick_language<'a>(wished: impl IntoIterator<Item = &'a str>) -> &'static Language {
    let spoken = |tag: &str| {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag).to_ascii_lowercase();
        // Norwegians name their language in three ways.
        let primary = if matches!(primary.as_str(), "no" | "nn") { "nb".to_owned() } else { primary };
        LANGUAGES.iter().find(|language| language.tag == primary)
    };
    wished.into_iter().find_map(spoken).or_else(|| spoken(FALLBACK)).unwrap_or(&LANGUAGES[0])
}

/// A piece of the words of a language.
const fn piece(words: &'static str, at: usize, length: usize) -> &'static str {
    words.split_at(at).1.split_at(length).0
}

/// The texts that a test reads.
#[cfg(test)]
pub(crate) fn pick<'a>(wished: impl IntoIterator<Item = &'a str>) -> &'static Texts {
    let tag = pick_language(wished).tag;
    [&DA, &DE, &EN, &FI, &NB, &SV].into_iter().find(|texts| texts.language.tag == tag).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_we_speak_is_taken() {
        assert_eq!(pick_language(["fr-FR", "da-DK", "en"]).tag, "da");
        assert_eq!(pick_language(["no"]).tag, "nb");
    }

    #[test]
    fn who_speaks_none_of_them_gets_english() {
        assert_eq!(pick_language(["fr", "zz"]).tag, "en");
        assert_eq!(pick_language([]).tag, "en");
    }

    #[test]
    fn all_six_languages_are_spoken() {
        let tags: Vec<&str> = LANGUAGES.iter().map(|language| language.tag).collect();
        assert_eq!(tags, ["da", "de", "en", "fi", "nb", "sv"]);
    }

    #[test]
    fn a_language_that_could_not_be_fetched_can_still_say_so() {
        assert!(LANGUAGES.iter().all(|language| !language.missing.is_empty()));
        assert!(NOTHING.part.missing.is_empty());
    }
}
