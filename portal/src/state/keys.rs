//! Keys and commands of one portal: those of every page, and those of the list while the page has one.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

use super::{Navigation, Triage, preferences};
use crate::model::{Action, Page, Scene};

const LETTERS: &str = "letters";
/// What a page without a list can be searched with.
const SEARCH: &str = "main input[type=search]";

/// What stands over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialog {
    Palette,
    Help,
}

/// What keys and commands are about.
#[derive(Clone, Copy)]
pub(crate) struct Keys {
    pub(crate) navigation: Navigation,
    pub(crate) dialog: RwSignal<Option<Dialog>>,
    /// Whether single letters are keys.
    pub(crate) letters: RwSignal<bool>,
    /// The list of the page, if it has one.
    pub(crate) list: RwSignal<Option<Triage>>,
    /// The region that somebody looks at, or came from.
    pub(crate) region: Memo<Option<String>>,
}

impl Keys {
    /// For everything below the current component; comes after its `Navigation`.
    pub(crate) fn provide() -> Self {
        let keys = Self::new();
        provide_context(keys);
        keys
    }

    /// The keys that were provided above.
    pub(crate) fn used() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// These keys are about a list, too, until the current component goes.
    pub(crate) fn take_list(self, list: Triage) {
        self.list.set(Some(list));
        on_cleanup(move || self.list.set(None));
    }

    /// Does what a key, a button or the palette asks for.
    pub(crate) fn act(self, action: Action) {
        match (action, self.list.get_untracked()) {
            (Action::Palette, _) => self.dialog.set(Some(Dialog::Palette)),
            (Action::Help, _) => self.dialog.set(Some(Dialog::Help)),
            (Action::Overview, _) => self.navigation.go(Page::Overview),
            (Action::Reports, _) => self.navigation.go(Page::Reports(self.region.get_untracked())),
            (Action::Machines, _) => {
                self.region.get_untracked().into_iter().for_each(|id| self.navigation.go(Page::Machines(id)));
            }
            (of_list, Some(list)) => list.act(of_list),
            (Action::Search, None) => search_box().into_iter().for_each(|field| drop(field.focus())),
            (_, None) => {}
        }
    }

    /// What there is to do something with.
    pub(crate) fn scene(self) -> Scene {
        let list = self.list.get();
        Scene {
            own_tab: self.navigation.owns_tab(),
            region: self.region.with(Option::is_some),
            list: list.is_some(),
            row: list.is_some_and(|list| list.active.with(Option::is_some)),
            search: list.is_some() || search_box().is_some(),
        }
    }

    /// Whether single letters are keys from now on.
    pub(crate) fn choose_letters(self, letters: bool) {
        self.letters.set(letters);
        preferences::write(LETTERS, if letters { "yes" } else { "no" });
    }

    fn new() -> Self {
        let navigation = Navigation::used();
        let page = navigation.page();
        Self {
            navigation,
            dialog: RwSignal::new(None),
            letters: RwSignal::new(preferences::read(LETTERS).as_deref() != Some("no")),
            list: RwSignal::new(None),
            region: Memo::new(move |before: Option<&Option<String>>| {
                page.with(|page| page.region_after(before.and_then(Option::as_deref)))
            }),
        }
    }
}

fn search_box() -> Option<HtmlElement> {
    document().query_selector(SEARCH).ok().flatten()?.dyn_into().ok()
}
