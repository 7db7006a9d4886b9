//! How much of an alert's text is kept. What is longer is cut, visibly: no alert is lost for being long.

use std::collections::BTreeMap;

/// Longest title, in characters.
pub(super) const TITLE_CHARACTERS: usize = 300;
/// Longest description, in characters.
pub(super) const DESCRIPTION_CHARACTERS: usize = 8_000;
/// Longest label value that is kept, in characters.
pub(super) const LABEL_CHARACTERS: usize = 1_000;
/// Longest part of a bad input that is told back or logged, in characters.
const SENTENCE_CHARACTERS: usize = 300;
/// Most labels that are kept.
const LABELS: usize = 64;
/// Longest link that is kept, in bytes; a longer one would not work when cut.
const LINK_BYTES: usize = 4_000;

/// The text without control characters, cut after so many characters with `…` at the end.
pub(super) fn clip(text: &str, characters: usize) -> String {
    // Nearly every label: nothing to decode, nothing to replace.
    if text.len() <= characters && text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) {
        return text.to_owned();
    }
    let clean = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
    let mut clipped: String = text.chars().take(characters).map(clean).collect();
    if text.chars().nth(characters).is_some() {
        clipped.pop();
        clipped.push('…');
    }
    clipped
}

/// What a sender wrote, to be told back or logged: one line, and not a long one.
pub(super) fn sentence(text: &str) -> String {
    clip(text, SENTENCE_CHARACTERS).replace('\n', " ")
}

/// The labels, each cut, and not too many of them.
pub(super) fn labels(labels: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let cut = |text: &String| clip(text, LABEL_CHARACTERS);
    labels.iter().take(LABELS).map(|(name, value)| (cut(name), cut(value))).collect()
}

/// Whether a link may be shown: http or https, and short enough to be kept whole.
pub(super) fn is_link(url: &str) -> bool {
    (url.starts_with("http://") || url.starts_with("https://"))
        && url.len() <= LINK_BYTES
        && !url.contains(|c: char| c.is_control() || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!((clip("abc", 3), clip("abcd", 3)), ("abc".to_owned(), "ab…".to_owned()));
        assert_eq!(clip("a\tb\nc\u{85}d", 9), "a b\nc d");
    }

    proptest! {
        #[test]
        fn any_text_is_cut_by_characters_and_keeps_none_that_controls(text in "(?s).{0,60}", most in 1_usize..40) {
            let clipped = clip(&text, most);
            prop_assert_eq!(clipped.chars().count(), text.chars().count().min(most));
            prop_assert!(!clipped.contains(|c: char| c.is_control() && c != '\n'));
            let kept = text.chars().take(most - 1).map(|c| if c.is_control() && c != '\n' { ' ' } else { c });
            prop_assert!(clipped.starts_with(&kept.collect::<String>()));
        }
    }
}
