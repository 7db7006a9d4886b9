//! What somebody does in the list, by pointer, key or palette.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

use super::Triage;
use crate::api::Command;
use crate::model::{Action, Status};

impl Triage {
    /// Does what a key, a button of the active row, or the palette asks the list for.
    pub(crate) fn act(self, action: Action) {
        match action {
            Action::Down => self.step(true),
            Action::Up => self.step(false),
            Action::Open => self.with_active(|id| self.choose(id, None)),
            Action::Take => self.with_active(|id| self.take(id)),
            Action::Comment => self.with_active(|id| self.choose(id, Some("comment"))),
            Action::Close => self.with_active(|id| self.close(id)),
            Action::Search => {
                self.query_box.get_untracked().into_iter().for_each(|field| drop(field.focus()));
            }
            Action::ClearFilter => self.look_for(String::new()),
            Action::Leave => self.leave(),
            // The page's, not the list's.
            Action::Palette | Action::Help | Action::Overview | Action::Machines | Action::Reports => {}
        }
    }

    /// Folds what belongs to an outage out, or away.
    pub(crate) fn fold(self, id: &str) {
        self.unfolded.update(|unfolded| {
            let before = unfolded.len();
            unfolded.retain(|open| open != id);
            if unfolded.len() == before {
                unfolded.push(id.to_owned());
            }
        });
    }

    /// Lets the list catch up.
    pub(crate) fn show_news(self) {
        self.released.update(|released| *released += 1);
        self.focus_active();
    }

    /// Puts the focus on the active row, once it is drawn.
    pub(crate) fn focus_active(self) {
        request_animation_frame(move || {
            let Some(Some(index)) = self.active.try_get_untracked().map(|_| self.active_index()) else {
                return;
            };
            let selector = format!("[aria-posinset=\"{}\"] a", index + 1);
            let link =
                self.list.get_untracked().and_then(|list| list.query_selector(&selector).ok().flatten());
            if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
                let _ = link.focus();
            }
        });
    }

    /// Puts the focus on the active row; into the list, where none is left.
    pub(crate) fn go_on(self) {
        match self.rows.with_untracked(|rows| rows.len()).checked_sub(1) {
            Some(last) => self.go_to(self.active_index().unwrap_or(last.min(self.at.get_value()))),
            None => self.list.get_untracked().into_iter().for_each(|list| drop(list.focus())),
        }
    }

    /// The place of the active row among those that are shown.
    pub(crate) fn active_index(self) -> Option<usize> {
        let active = self.active.get_untracked()?;
        self.rows.with_untracked(|rows| rows.iter().position(|row| row.listed.incident.id == active))
    }

    fn step(self, down: bool) {
        let last = self.rows.with_untracked(|rows| rows.len()).checked_sub(1);
        let Some(last) = last else { return };
        let index = match (self.active_index(), down) {
            (None, _) => 0,
            (Some(index), true) => last.min(index + 1),
            (Some(index), false) => index.saturating_sub(1),
        };
        self.unsure.set(None);
        self.go_to(index);
    }

    /// Makes this row the active one, and puts the focus there.
    fn go_to(self, index: usize) {
        self.active.set(self.id_at(index));
        let distance = self.place.get_untracked().scroll_to(index);
        if distance != 0.0 {
            window().scroll_by_with_x_and_y(0.0, distance);
        }
        self.focus_active();
    }

    /// The incident that stands at this place.
    pub(crate) fn id_at(self, index: usize) -> Option<String> {
        self.rows.with_untracked(|rows| rows.get(index).map(|row| row.listed.incident.id.clone()))
    }

    fn with_active(self, act: impl FnOnce(String)) {
        if let Some(id) = self.active.get_untracked() {
            act(id);
        }
    }

    /// Opens an incident beside the list.
    fn choose(self, id: String, focus: Option<&str>) {
        self.navigation.choose("focus", focus.map(str::to_owned));
        self.navigation.choose("incident", Some(id));
    }

    /// Takes what is open; what somebody has already is assigned beside the list.
    fn take(self, id: String) {
        let status = self.board.list.with_untracked(|list| list.open(&id).map(|incident| incident.status));
        match status {
            Some(Status::Open) => self.commands.send(&id, Command::StartProgress),
            _ => self.choose(id, Some("assign")),
        }
        self.focus_active();
    }

    /// Asks first; whoever says it again means it.
    fn close(self, id: String) {
        if self.unsure.with_untracked(|unsure| unsure.as_ref() == Some(&id)) {
            self.unsure.set(None);
            self.commands.send(&id, Command::Close { comment: None });
            self.focus_active();
        } else {
            self.unsure.set(Some(id));
        }
    }

    /// One step back: the question, the incident beside the list, the row.
    fn leave(self) {
        if self.unsure.get_untracked().is_some() {
            self.unsure.set(None);
        } else if self.chosen.get_untracked().is_some() {
            self.navigation.choose("focus", None);
            self.navigation.choose("incident", None);
        } else if let Some(focused) =
            document().active_element().and_then(|one| one.dyn_into::<HtmlElement>().ok())
        {
            let _ = focused.blur();
        }
    }
}
