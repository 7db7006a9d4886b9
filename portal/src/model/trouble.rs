//! What can go wrong on the way to the server, in plain words.

/// Why there is no answer to use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    #[error("the server answered with status {0}")]
    Status(u16),
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
    #[error("the server answered with an error: {0}")]
    Refused(String),
}

impl Trouble {
    /// What happened, what it means for what is on the screen, and what to do.
    pub(crate) fn explain(&self, meaning: &str) -> String {
        format!("{} {meaning} {}", self.what(), self.advice())
    }

    fn what(&self) -> String {
        match self {
            Self::Unreachable(_) => "The server cannot be reached.".to_owned(),
            Self::Status(401 | 403) => "You are not allowed to see this.".to_owned(),
            Self::Status(status) => format!("The server could not answer (status {status})."),
            Self::Unreadable(_) => "The server's answer cannot be read.".to_owned(),
            Self::Refused(message) => format!("The server could not answer: {message}"),
        }
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "Check your network connection and try again.",
            Self::Status(401 | 403) => "Sign in again, or ask your administrator for access.",
            Self::Unreadable(_) => "The portal may be older than the server: load the page again.",
            Self::Status(_) | Self::Refused(_) => {
                "Try again. If it stays like this, tell your administrator."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_door_asks_to_sign_in() {
        assert!(Trouble::Status(401).advice().starts_with("Sign in"));
        assert!(!Trouble::Status(500).advice().starts_with("Sign in"));
    }

    #[test]
    fn the_servers_words_are_passed_on() {
        assert!(Trouble::Refused("too complex".to_owned()).what().ends_with("too complex"));
    }
}
