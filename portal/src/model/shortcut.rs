//! What can be done by keyboard: one list, for the keys, their help, and the command palette.

use super::{On, Scene, small};
use crate::texts::Texts;

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Down,
    Up,
    Open,
    Take,
    Comment,
    Close,
    Search,
    ClearFilter,
    Palette,
    Help,
    Leave,
    Overview,
    Machines,
    Reports,
}

/// An action, its keys, and its name.
pub(crate) struct Shortcut {
    pub(crate) action: Action,
    /// As browsers name them; none where only the palette leads there.
    pub(crate) keys: &'static [&'static str],
    pub(crate) text: fn(&Texts) -> &'static str,
    pub(crate) on: On,
    /// Whether the palette offers it.
    pub(crate) listed: bool,
}

/// All of them, in the order of the help.
pub(crate) const SHORTCUTS: [Shortcut; 14] = [
    Shortcut {
        action: Action::Down,
        keys: &["j", "ArrowDown"],
        text: |texts| texts.keys.down,
        on: On::List,
        listed: false,
    },
    Shortcut {
        action: Action::Up,
        keys: &["k", "ArrowUp"],
        text: |texts| texts.keys.up,
        on: On::List,
        listed: false,
    },
    Shortcut {
        action: Action::Open,
        keys: &["Enter"],
        text: |texts| texts.keys.open,
        on: On::Row,
        listed: true,
    },
    Shortcut { action: Action::Take, keys: &["a"], text: |texts| texts.keys.take, on: On::Row, listed: true },
    Shortcut {
        action: Action::Comment,
        keys: &["c"],
        text: |texts| texts.keys.comment,
        on: On::Row,
        listed: true,
    },
    Shortcut {
        action: Action::Close,
        keys: &["x"],
        text: |texts| texts.keys.close,
        on: On::Row,
        listed: true,
    },
    Shortcut {
        action: Action::Search,
        keys: &["/"],
        text: |texts| texts.keys.search,
        on: On::Search,
        listed: true,
    },
    Shortcut {
        action: Action::ClearFilter,
        keys: &[],
        text: |texts| texts.keys.clear,
        on: On::List,
        listed: true,
    },
    Shortcut {
        action: Action::Palette,
        keys: &["Ctrl+K"],
        text: |texts| texts.keys.palette,
        on: On::AnyPage,
        listed: false,
    },
    Shortcut {
        action: Action::Help,
        keys: &["?"],
        text: |texts| texts.keys.help,
        on: On::AnyPage,
        listed: true,
    },
    Shortcut {
        action: Action::Leave,
        keys: &["Escape"],
        text: |texts| texts.keys.leave,
        on: On::List,
        listed: false,
    },
    Shortcut {
        action: Action::Overview,
        keys: &[],
        text: |texts| texts.keys.overview,
        on: On::OwnTab,
        listed: true,
    },
    Shortcut {
        action: Action::Machines,
        keys: &[],
        text: |texts| texts.keys.machines,
        on: On::Region,
        listed: true,
    },
    Shortcut {
        action: Action::Reports,
        keys: &[],
        text: |texts| texts.keys.reports,
        on: On::OwnTab,
        listed: true,
    },
];

/// Where a key was pressed, and with what.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Press {
    /// Control, or the command key of a Mac.
    pub(crate) control: bool,
    /// In a field, or in a dialog.
    pub(crate) elsewhere: bool,
    /// On a button or a link: Enter belongs to it.
    pub(crate) on_control: bool,
    /// The person wants no single keys.
    pub(crate) no_letters: bool,
}

/// What a key does on such a page; nothing if the key belongs to the browser there.
pub(crate) fn action(key: &str, press: Press, scene: Scene) -> Option<Action> {
    if press.control {
        return key.eq_ignore_ascii_case("k").then_some(Action::Palette);
    }
    let is_letter = key.chars().count() == 1;
    if press.elsewhere || press.on_control && key == "Enter" || press.no_letters && is_letter {
        return None;
    }
    let of_key = SHORTCUTS.iter().find(|shortcut| shortcut.keys.contains(&key));
    of_key.filter(|shortcut| shortcut.on.is_key_in(scene)).map(|shortcut| shortcut.action)
}

/// Whether the name of a command holds all these words, in small letters.
pub(crate) fn says_all(name: &str, words: &str) -> bool {
    let name = small(name);
    words.split_whitespace().all(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_found_by_words_in_any_order() {
        assert!(says_all("Go to Denmark", "den go") && says_all("Go to Denmark", ""));
        assert!(!says_all("Go to Denmark", "go norway"));
    }

    /// A page with everything.
    const ALL: Scene = Scene { own_tab: true, region: true, search: true, list: true, row: true };

    #[test]
    fn keys_do_what_the_help_says() {
        let on_page = |key| action(key, Press::default(), ALL);
        assert_eq!(on_page("j"), Some(Action::Down));
        assert_eq!(on_page("ArrowUp"), Some(Action::Up));
        assert_eq!(on_page("?"), Some(Action::Help));
        assert_eq!(on_page("q"), None);
    }

    #[test]
    fn where_there_is_no_list_its_keys_are_the_browsers() {
        let on_page = |key| action(key, Press::default(), Scene { own_tab: true, ..Scene::default() });
        assert!(["j", "ArrowDown", "Enter", "x", "/", "Escape"].iter().all(|key| on_page(key).is_none()));
        assert_eq!(on_page("?"), Some(Action::Help));
        assert_eq!(
            action("k", Press { control: true, ..Press::default() }, Scene::default()),
            Some(Action::Palette)
        );
    }

    #[test]
    fn keys_do_nothing_while_somebody_types() {
        let typing = Press { elsewhere: true, ..Press::default() };
        assert!(["j", "/", "x", "Enter", "Escape"].iter().all(|key| action(key, typing, ALL).is_none()));
        assert_eq!(action("k", Press { control: true, ..typing }, ALL), Some(Action::Palette));
    }

    #[test]
    fn enter_belongs_to_the_button_that_it_is_pressed_on() {
        assert_eq!(action("Enter", Press { on_control: true, ..Press::default() }, ALL), None);
    }

    #[test]
    fn who_wants_no_single_keys_keeps_the_others() {
        let press = Press { no_letters: true, ..Press::default() };
        assert_eq!((action("x", press, ALL), action("ArrowDown", press, ALL)), (None, Some(Action::Down)));
    }

    #[test]
    fn no_key_means_two_things() {
        let mut keys: Vec<&str> = SHORTCUTS.iter().flat_map(|shortcut| shortcut.keys).copied().collect();
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }
}
