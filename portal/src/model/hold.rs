//! The list stands still while somebody is about to choose from it.

use std::collections::HashSet;
use std::sync::Arc;

use super::Listed;

/// What keeps a list from moving.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hold {
    /// A pointer is over it.
    pub(crate) pointer: bool,
    /// Somebody moves in it by keyboard.
    pub(crate) keyboard: bool,
    /// Text in it is marked.
    pub(crate) selection: bool,
}

impl Hold {
    pub(crate) fn is_held(self) -> bool {
        self.pointer || self.keyboard || self.selection
    }
}

/// The incidents of a list in the order that is shown, and what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Steady<Asked> {
    pub(crate) shown: Arc<Vec<Arc<Listed>>>,
    asked: Asked,
}

impl<Asked: PartialEq> Steady<Asked> {
    /// What is shown next: the same while the list is held, unless the person asked for something else.
    pub(crate) fn next(self, held: bool, asked: Asked, live: impl FnOnce() -> Arc<Vec<Arc<Listed>>>) -> Self {
        if held && self.asked == asked { self } else { Self { shown: live(), asked } }
    }

    /// The beginning.
    pub(crate) fn new(asked: Asked, shown: Arc<Vec<Arc<Listed>>>) -> Self {
        Self { shown, asked }
    }
}

/// What a list that stands still does not show yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct News {
    /// So many are new.
    pub(crate) new: usize,
    /// Others went, or changed their places.
    pub(crate) moved: bool,
}

impl News {
    /// What is different in the live list.
    pub(crate) fn between(shown: &Arc<Vec<Arc<Listed>>>, live: &Arc<Vec<Arc<Listed>>>) -> Self {
        if Arc::ptr_eq(shown, live) {
            return Self::default();
        }
        let known: HashSet<&str> = shown.iter().map(|listed| listed.incident.id.as_str()).collect();
        let ids = live.iter().map(|listed| listed.incident.id.as_str());
        let stayed: Vec<&str> = ids.filter(|id| known.contains(id)).collect();
        let moved = stayed.iter().copied().ne(shown.iter().map(|listed| listed.incident.id.as_str()));
        Self { new: live.len() - stayed.len(), moved }
    }

    pub(crate) fn is_any(self) -> bool {
        self.new > 0 || self.moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::incident;

    fn list(ids: &[&str]) -> Arc<Vec<Arc<Listed>>> {
        Arc::new(ids.iter().map(|id| Arc::new(incident(id).into())).collect())
    }

    fn shown<'a>(steady: &'a Steady<&str>) -> Vec<&'a str> {
        steady.shown.iter().map(|listed| listed.incident.id.as_str()).collect()
    }

    #[test]
    fn a_free_list_follows() {
        let steady = Steady::new("", list(&["1"])).next(false, "", || list(&["2", "1"]));
        assert_eq!(shown(&steady), ["2", "1"]);
    }

    #[test]
    fn a_held_list_stands_still_until_it_is_let_go() {
        let held = Steady::new("", list(&["1", "2"])).next(true, "", || list(&["3", "2"]));
        assert_eq!(shown(&held), ["1", "2"], "what closed stays, what is new waits");
        assert_eq!(shown(&held.next(false, "", || list(&["3", "2"]))), ["3", "2"]);
    }

    #[test]
    fn a_held_list_answers_a_new_question() {
        let steady = Steady::new("", list(&["1", "2"])).next(true, "severity:critical", || list(&["2"]));
        assert_eq!(shown(&steady), ["2"]);
    }

    #[test]
    fn any_reason_holds() {
        assert!(!Hold::default().is_held());
        for pointer in [true, false] {
            assert!(Hold { pointer, keyboard: !pointer, selection: false }.is_held());
        }
        assert!(Hold { selection: true, ..Hold::default() }.is_held());
    }

    #[test]
    fn news_are_what_opened_and_whether_something_moved() {
        let news = |live: &[&str]| News::between(&list(&["1", "2"]), &list(live));
        assert!(!news(&["1", "2"]).is_any());
        assert_eq!(news(&["3", "1", "2"]), News { new: 1, moved: false });
        assert_eq!(news(&["2", "1"]), News { new: 0, moved: true });
        assert_eq!(news(&["1"]), News { new: 0, moved: true });
    }
}
