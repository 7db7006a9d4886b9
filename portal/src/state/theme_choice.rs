//! Whether the portal is light or dark.

use leptos::prelude::*;

use super::follow::follow;
use super::preferences;
use crate::model::Theme;

const PREFERENCE: &str = "theme";
/// Style sheets look at it on the root element.
const ATTRIBUTE: &str = "data-theme";

/// How bright the portal of this tab is.
#[derive(Clone, Copy)]
pub(crate) struct ThemeChoice(RwSignal<Theme>);

impl ThemeChoice {
    /// Takes this theme, else what was chosen before, for the whole tab.
    pub(crate) fn provide(wished: Option<Theme>) {
        let chosen = wished.or_else(|| Some(Theme::of(&preferences::read(PREFERENCE)?)));
        let choice = Self(RwSignal::new(chosen.unwrap_or_default()));
        follow(move || {
            if let Some(root) = document().document_element() {
                let _ = root.set_attribute(ATTRIBUTE, choice.0.get().word());
            }
        });
        provide_context(choice);
    }

    /// The choice that was provided above.
    pub(crate) fn used() -> Self {
        use_context().unwrap_or_else(|| Self(RwSignal::new(Theme::System)))
    }

    /// How bright it is now.
    pub(crate) fn theme(self) -> Theme {
        self.0.get()
    }

    /// This bright from now on, also next time.
    pub(crate) fn choose(self, theme: Theme) {
        preferences::write(PREFERENCE, theme.word());
        self.0.set(theme);
    }
}
