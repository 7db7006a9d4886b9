//! All commands by their names.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::dialog::modal;
use super::palette_lines::{Line, carry_out, lines};
use crate::state::{Keys, RegionsMenu, ThemeChoice, Tongue, memo, texts};

/// The palette while it is open.
#[derive(Clone, Copy)]
struct Palette {
    keys: Keys,
    tongue: Option<Tongue>,
    theme: ThemeChoice,
    dialog: NodeRef<html::Dialog>,
    wanted: RwSignal<String>,
    found: Memo<Vec<Line>>,
    /// The place of the line that Enter takes.
    at: RwSignal<usize>,
}

pub(crate) fn draw(keys: Keys) -> AnyView {
    let (wanted, menu) = (RwSignal::new(String::new()), RegionsMenu::new());
    menu.read();
    let palette = Palette {
        keys,
        tongue: Tongue::used(),
        theme: ThemeChoice::used(),
        dialog: NodeRef::new(),
        wanted,
        found: memo(move || wanted.with(|wanted| lines(keys, menu, wanted))),
        at: RwSignal::new(0),
    };
    modal(keys, texts().keys.palette, palette.dialog, palette.content())
}

impl Palette {
    fn content(self) -> AnyView {
        let words = &texts().keys;
        let options = move || {
            let at = self.at.get();
            let line = |(index, line): (usize, Line)| self.option(index, index == at, line);
            self.found.get().into_iter().enumerate().map(line).collect::<Vec<AnyView>>()
        };
        let none = Signal::derive(move || if self.found.with(Vec::is_empty) { words.none } else { "" });
        view! {
            {self.field()}
            <ul id="commands" class="palette" role="listbox" aria-label=words.palette>{options}</ul>
            <p class="palette__none" role="status">{none}</p>
        }
        .into_any()
    }

    fn field(self) -> AnyView {
        let words = &texts().keys;
        let active = Signal::derive(move || format!("command-{}", self.at.get()));
        let input = move |typed: String| {
            self.wanted.set(typed);
            self.at.set(0);
        };
        view! {
            <input
                type="text"
                class="field palette__field"
                role="combobox"
                aria-expanded="true"
                aria-controls="commands"
                aria-activedescendant=active
                aria-label=words.find
                placeholder=words.find
                autocomplete="off"
                prop:value=self.wanted
                on:input=move |event| input(event_target_value(&event))
                on:keydown=move |event| self.press(&event)
            />
        }
        .into_any()
    }

    fn press(self, event: &KeyboardEvent) {
        let last = self.found.with_untracked(|found| found.len().saturating_sub(1));
        match event.key().as_str() {
            "ArrowDown" => self.at.update(|at| *at = last.min(*at + 1)),
            "ArrowUp" => self.at.update(|at| *at = at.saturating_sub(1)),
            "Enter" => self.run(self.at.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    }

    fn run(self, index: usize) {
        let line = self.found.with_untracked(|found| found.get(index).cloned());
        self.dialog.get_untracked().into_iter().for_each(|dialog| dialog.close());
        self.keys.dialog.set(None);
        line.into_iter().for_each(|line| carry_out(self.keys, self.tongue, self.theme, line));
    }

    fn option(self, index: usize, selected: bool, line: Line) -> AnyView {
        view! {
            <li
                id=format!("command-{index}")
                class="palette__line"
                role="option"
                aria-selected=selected.to_string()
                on:click=move |_| self.run(index)
            >
                <span>{line.text}</span>
                <kbd>{line.key}</kbd>
            </li>
        }
        .into_any()
    }
}
