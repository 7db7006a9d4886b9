//! All commands by their names.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::dialog::modal;
use super::help::shown;
use crate::model::{Action, Page, SHORTCUTS, says_all, small};
use crate::state::{RegionsMenu, Tongue, Triage, memo, texts};
use crate::texts::LANGUAGES;

/// A line of the palette.
#[derive(Clone, PartialEq, Eq)]
struct Line {
    text: String,
    key: &'static str,
    does: Does,
}

#[derive(Clone, PartialEq, Eq)]
enum Does {
    Act(Action),
    Go(String),
    View(String),
    Speak(&'static str),
}

pub(crate) fn draw(triage: Triage) -> AnyView {
    let (words, tongue) = (&texts().keys, Tongue::used());
    let (wanted, at) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    let dialog = NodeRef::<html::Dialog>::new();
    let menu = RegionsMenu::new();
    menu.read();
    let found = memo(move || {
        let wanted = small(&wanted.get());
        lines(triage, menu).into_iter().filter(|line| says_all(&line.text, &wanted)).collect::<Vec<Line>>()
    });
    let run = move |index: usize| {
        let line = found.with_untracked(|found| found.get(index).cloned());
        dialog.get_untracked().into_iter().for_each(|dialog| dialog.close());
        triage.dialog.set(None);
        line.into_iter().for_each(|line| carry_out(triage, tongue, line.does));
    };
    let keydown = move |event: KeyboardEvent| {
        let last = found.with_untracked(|found| found.len().saturating_sub(1));
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = last.min(*at + 1)),
            "ArrowUp" => at.update(|at| *at = at.saturating_sub(1)),
            "Enter" => run(at.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    };
    let options = move || {
        let at = at.get();
        let line = |(index, line): (usize, Line)| option(index, index == at, line, move || run(index));
        found.get().into_iter().enumerate().map(line).collect::<Vec<AnyView>>()
    };
    let none = Signal::derive(move || if found.with(Vec::is_empty) { words.none } else { "" });
    let active = Signal::derive(move || format!("command-{}", at.get()));
    let content = view! {
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
            prop:value=wanted
            on:input=move |event| {
                wanted.set(event_target_value(&event));
                at.set(0);
            }
            on:keydown=keydown
        />
        <ul id="commands" class="palette" role="listbox" aria-label=words.palette>{options}</ul>
        <p class="palette__none" role="status">{none}</p>
    };
    modal(triage, words.palette, dialog, content.into_any())
}

fn option(index: usize, selected: bool, line: Line, run: impl Fn() + 'static) -> AnyView {
    view! {
        <li
            id=format!("command-{index}")
            class="palette__line"
            role="option"
            aria-selected=selected.to_string()
            on:click=move |_| run()
        >
            <span>{line.text}</span>
            <kbd>{line.key}</kbd>
        </li>
    }
    .into_any()
}

/// What the list can do, where one can go, what is kept, and what is spoken.
fn lines(triage: Triage, menu: RegionsMenu) -> Vec<Line> {
    let words = &texts().keys;
    let is_any_active = triage.active.with(Option::is_some);
    let about_row = [Action::Open, Action::Take, Action::Comment, Action::Close];
    let offered =
        SHORTCUTS.iter().filter(|one| one.listed && (is_any_active || !about_row.contains(&one.action)));
    let actions = offered.map(|one| {
        let key = one.keys.first().map_or("", |key| shown(key));
        Line { text: (one.text)(texts()).to_owned(), key, does: Does::Act(one.action) }
    });
    let line = |text, does| Line { text, key: "", does };
    let views = triage.views.get();
    let views = views
        .all()
        .iter()
        .map(|(name, query)| line(words.view.with(&[("name", name)]), Does::View(query.clone())));
    let regions = menu.regions.get().unwrap_or_default();
    let regions =
        regions.iter().map(|one| line(words.region.with(&[("name", &one.name)]), Does::Go(one.id.clone())));
    let languages =
        LANGUAGES.iter().map(|one| line(words.language.with(&[("name", one.name)]), Does::Speak(one.tag)));
    actions.chain(views).chain(regions).chain(languages).collect()
}

fn carry_out(triage: Triage, tongue: Option<Tongue>, does: Does) {
    match does {
        Does::Act(action) => triage.act(action),
        Does::Go(region) => triage.navigation.go(Page::Region(region)),
        Does::View(query) => triage.look_for(query),
        Does::Speak(tag) => tongue.into_iter().for_each(|tongue| tongue.choose(tag)),
    }
}
