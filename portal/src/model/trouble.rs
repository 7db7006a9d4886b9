//! What can go wrong on the way to the server, in plain words.

use crate::texts::Texts;

/// Why there is no answer to use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    #[error("the server answered with status {0}")]
    Status(u16),
    #[error("the answer cannot be read")]
    Unreadable,
    #[error("the server answered with an error: {0}")]
    Refused(String),
}

impl Trouble {
    /// What happened, what it means for what is on the screen, and what to do.
    pub(crate) fn explain(&self, texts: &Texts, meaning: &str) -> String {
        format!("{} {meaning} {}", self.what(texts), self.advice(texts))
    }

    fn what(&self, texts: &Texts) -> String {
        let texts = &texts.trouble;
        match self {
            Self::Unreachable(_) => texts.unreachable.to_owned(),
            Self::Status(401 | 403) => texts.forbidden.to_owned(),
            Self::Status(status) => texts.status.with(&[("status", &status.to_string())]),
            Self::Unreadable => texts.unreadable.to_owned(),
            Self::Refused(message) => texts.refused.with(&[("message", message)]),
        }
    }

    fn advice(&self, texts: &Texts) -> &'static str {
        let texts = &texts.trouble;
        match self {
            Self::Unreachable(_) => texts.unreachable_advice,
            Self::Status(401 | 403) => texts.forbidden_advice,
            Self::Unreadable => texts.unreadable_advice,
            Self::Status(_) | Self::Refused(_) => texts.status_advice,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::pick;

    #[test]
    fn a_closed_door_asks_to_sign_in() {
        let english = pick(["en"]);
        assert!(Trouble::Status(401).advice(english).starts_with("Sign in"));
        assert!(!Trouble::Status(500).advice(english).starts_with("Sign in"));
    }

    #[test]
    fn the_servers_words_are_passed_on() {
        assert!(Trouble::Refused("too complex".to_owned()).what(pick(["en"])).ends_with("too complex"));
    }
}
