//! What the palette offers on this page, and what each line does.

use leptos::prelude::*;

use super::help::shown;
use crate::model::{Action, Address, Page, Query, Region, SHORTCUTS, Shortcut, Theme, says_all, small};
use crate::state::{Keys, RegionsMenu, ThemeChoice, Tongue, texts};
use crate::texts::LANGUAGES;

/// A line of the palette.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) key: &'static str,
    does: Does,
}

#[derive(Clone, PartialEq, Eq)]
enum Does {
    Act(Action),
    Go(Address),
    View(String),
    Speak(&'static str),
    Shine(Theme),
}

/// Where the wall keeps what is searched for.
const WORDS: &str = "q";

/// The lines that somebody finds who typed this. What is the name of no command is searched for among the machines.
pub(super) fn lines(keys: Keys, menu: RegionsMenu, typed: &str) -> Vec<Line> {
    let (wanted, is_own_tab) = (small(typed), keys.navigation.owns_tab());
    let regions = if is_own_tab { menu.regions.get().unwrap_or_default() } else { Vec::new() };
    let (themes, log) = if is_own_tab { (themes(), vec![log()]) } else { Default::default() };
    let named = [actions(keys), views(keys), ways(&regions), languages(), themes, log].into_iter().flatten();
    let found: Vec<Line> = named.filter(|line| says_all(&line.text, &wanted)).collect();
    if found.is_empty() { machines(keys, &regions, typed.trim()) } else { found }
}

/// Does what a line says.
pub(super) fn carry_out(keys: Keys, tongue: Option<Tongue>, theme: ThemeChoice, line: Line) {
    match line.does {
        Does::Act(action) => keys.act(action),
        Does::Go(address) => keys.navigation.go(address),
        Does::View(query) => {
            keys.list.get_untracked().into_iter().for_each(|list| list.look_for(query.clone()));
        }
        Does::Speak(tag) => tongue.into_iter().for_each(|tongue| tongue.choose(tag)),
        Does::Shine(chosen) => theme.choose(chosen),
    }
}

fn line(text: String, does: Does) -> Line {
    Line { text, key: "", does }
}

fn actions(keys: Keys) -> Vec<Line> {
    let scene = keys.scene();
    let offered = SHORTCUTS.iter().filter(|one| one.listed && one.on.is_in(scene));
    let line = |one: &Shortcut| Line {
        text: (one.text)(texts()).to_owned(),
        key: one.keys.first().map_or("", |key| shown(key)),
        does: Does::Act(one.action),
    };
    offered.map(line).collect()
}

/// The views that somebody keeps, where there is a list to look at.
fn views(keys: Keys) -> Vec<Line> {
    let Some(list) = keys.list.get() else { return Vec::new() };
    let views = list.views.get();
    let of = |(name, query): &(String, String)| {
        line(texts().keys.view.with(&[("name", name)]), Does::View(query.clone()))
    };
    views.all().iter().map(of).collect()
}

fn ways(regions: &[Region]) -> Vec<Line> {
    let way = |one: &Region| {
        let text = texts().keys.region.with(&[("name", &one.name)]);
        line(text, Does::Go(Page::Region(one.id.clone()).into()))
    };
    regions.iter().map(way).collect()
}

/// What was typed, as words to search machines for: in the region of the page, or in each.
fn machines(keys: Keys, regions: &[Region], typed: &str) -> Vec<Line> {
    let here = keys.region.get();
    let searched = regions.iter().filter(|one| here.as_ref().is_none_or(|here| one.id == *here));
    let search = |one: &Region| {
        let text = texts().keys.search_machines.with(&[("name", &one.name), ("words", typed)]);
        let query = Query::default().with(WORDS, [typed.to_owned()]);
        line(text, Does::Go(Address { page: Page::Machines(one.id.clone()), query }))
    };
    searched.map(search).collect()
}

fn languages() -> Vec<Line> {
    let words = texts().keys.language;
    LANGUAGES.iter().map(|one| line(words.with(&[("name", one.name)]), Does::Speak(one.tag))).collect()
}

/// Who may not read it is told so there.
fn log() -> Line {
    line(texts().keys.log.to_owned(), Does::Go(Page::Logs(None).into()))
}

/// Not offered in a page of somebody else, whose brightness is theirs.
fn themes() -> Vec<Line> {
    let words = texts().keys.theme;
    let of = |theme: Theme| line(words.with(&[("name", theme.text(texts()))]), Does::Shine(theme));
    Theme::ALL.into_iter().map(of).collect()
}
