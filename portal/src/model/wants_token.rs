//! Why a page of somebody else has to bring another token.

/// Why a page of somebody else has to bring another token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WantsToken {
    /// It brought none.
    Missing,
    /// It brought one that was taken before: it has ended, or was taken back.
    Expired,
    /// It brought one that was never taken.
    Refused,
}

impl WantsToken {
    /// The reason where a server does not know who asks.
    pub(crate) fn after(has_token: bool, has_taken: bool) -> Self {
        match (has_token, has_taken) {
            (false, _) => Self::Missing,
            (true, true) => Self::Expired,
            (true, false) => Self::Refused,
        }
    }

    /// As the page is told.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Expired => "expired",
            Self::Refused => "refused",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_told_whether_its_token_ever_counted() {
        let told = |has_token, has_taken| WantsToken::after(has_token, has_taken).name();
        assert_eq!([told(false, false), told(false, true)], ["missing"; 2]);
        assert_eq!((told(true, true), told(true, false)), ("expired", "refused"));
    }
}
