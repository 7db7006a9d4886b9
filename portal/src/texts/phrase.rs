//! Texts with gaps.

/// A text with `{placeholders}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Phrase(pub(super) &'static str);

impl Phrase {
    /// The text with its gaps filled; a gap that is not named stays as it is.
    pub(crate) fn with(self, gaps: &[(&str, &str)]) -> String {
        fill(self.0, gaps)
    }
}

/// A text for one, and a text for any other number: all our languages have these two forms. `{count}` is the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plural(pub(super) &'static str, pub(super) &'static str);

impl Plural {
    /// The text for this number.
    pub(crate) fn of(self, count: usize) -> String {
        self.with(count, &[])
    }

    /// The text for this number, with further gaps filled.
    pub(crate) fn with(self, count: usize, gaps: &[(&str, &str)]) -> String {
        let text = if count == 1 { self.0 } else { self.1 };
        fill(&fill(text, &[("count", &count.to_string())]), gaps)
    }
}

fn fill(text: &str, gaps: &[(&str, &str)]) -> String {
    let mut pieces = text.split('{');
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let gap = piece.split_once('}').and_then(|(name, rest)| {
            let (_, value) = gaps.iter().find(|(gap, _)| *gap == name)?;
            Some((*value, rest))
        });
        match gap {
            Some((value, rest)) => filled.extend([value, rest]),
            None => filled.extend(["{", piece]),
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_once_whatever_fills_them() {
        assert_eq!(
            Phrase("{who} took {what}.").with(&[("who", "{what}"), ("what", "it")]),
            "{what} took it."
        );
    }

    #[test]
    fn a_gap_that_nobody_fills_is_seen() {
        assert_eq!(Phrase("{who} left").with(&[]), "{who} left");
    }

    #[test]
    fn one_is_not_many() {
        let open = Plural("{count} incident", "{count} incidents");
        assert_eq!([open.of(0), open.of(1), open.of(2)], ["0 incidents", "1 incident", "2 incidents"]);
    }
}
