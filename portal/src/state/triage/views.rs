//! The filter and the views that somebody keeps.

use super::super::preferences;
use super::{QUERY, Triage, VIEWS};
use crate::model::{Filter, SavedViews};
use leptos::prelude::*;

impl Triage {
    /// Looks for what this text says; it stands in the address, so that it can be shared.
    pub(crate) fn look_for(self, query: String) {
        self.navigation.choose(QUERY, (!query.is_empty()).then_some(query));
    }

    /// Changes the filter that is chosen.
    pub(crate) fn refine(self, change: impl FnOnce(Filter) -> Filter) {
        self.look_for(change(self.filter.get_untracked()).text());
    }

    /// Changes the views, and keeps them in this browser.
    pub(crate) fn change_views(self, change: impl FnOnce(&mut SavedViews)) {
        self.views.update(change);
        preferences::write(VIEWS, &self.views.with_untracked(SavedViews::text));
    }
}
