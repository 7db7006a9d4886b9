//! A region's colour, taken from the server only if it is one.

/// A colour as `#b3122b`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccentColour(String);

impl AccentColour {
    /// Takes `#` and six hexadecimal digits, nothing else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let valid = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        valid.then(|| Self(text.to_owned()))
    }

    /// The colour as CSS writes it.
    pub(crate) fn css(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_hexadecimal_digits_are_a_colour() {
        assert_eq!(AccentColour::parse("#b3122B").unwrap().css(), "#b3122B");
    }

    #[test]
    fn anything_else_is_not_a_colour() {
        for text in ["", "#", "b3122b", "#b3122", "#b3122bff", "red", "#zzzzzz", "#b3;}a{", "#äää"] {
            assert_eq!(AccentColour::parse(text), None, "{text}");
        }
    }
}
