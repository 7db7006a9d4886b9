//! Light or dark.

use crate::texts::Texts;

/// How bright a portal is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the person's system is.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// All there are, as they are offered.
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word for it in addresses, attributes and style sheets.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads such a word; one that is not known leaves it to the system.
    pub(crate) fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.word() == word).unwrap_or_default()
    }

    /// What people call it.
    pub(crate) fn text(self, texts: &Texts) -> &'static str {
        match self {
            Self::System => texts.shell.theme_system,
            Self::Light => texts.shell.theme_light,
            Self::Dark => texts.shell.theme_dark,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Theme;

    #[test]
    fn each_theme_is_found_by_its_word() {
        assert_eq!(Theme::ALL.map(|theme| Theme::of(theme.word())), Theme::ALL);
        assert_eq!(Theme::of("pink"), Theme::System);
    }
}
