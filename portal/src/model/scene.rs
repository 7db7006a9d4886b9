//! What there is on a page for keys and commands to do something with.

/// What there has to be on a page for an action to make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    AnyPage,
    /// A tab of the portal's own: a page of somebody else shows one region only.
    OwnTab,
    /// A region that the page is about.
    Region,
    /// Something to search in.
    Search,
    List,
    /// A row of the list that somebody is at.
    Row,
}

/// What there is on a page.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scene {
    pub(crate) own_tab: bool,
    pub(crate) region: bool,
    pub(crate) search: bool,
    pub(crate) list: bool,
    pub(crate) row: bool,
}

impl On {
    /// Whether the action can be done now.
    pub(crate) fn is_in(self, scene: Scene) -> bool {
        match self {
            Self::AnyPage => true,
            Self::OwnTab => scene.own_tab,
            Self::Region => scene.region,
            Self::Search => scene.search,
            Self::List => scene.list,
            Self::Row => scene.row,
        }
    }

    /// Whether its key belongs to us here: that of a row does as soon as there are rows.
    pub(crate) fn is_key_in(self, scene: Scene) -> bool {
        self.is_in(Scene { row: scene.list, ..scene })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_a_row_is_offered_once_somebody_is_at_one() {
        let list = Scene { list: true, ..Scene::default() };
        let at_row = Scene { row: true, ..list };
        assert!(On::Row.is_key_in(list) && !On::Row.is_in(list) && On::Row.is_in(at_row));
    }

    #[test]
    fn a_page_of_somebody_else_leads_nowhere_else() {
        assert!(!On::OwnTab.is_in(Scene { region: true, list: true, ..Scene::default() }));
    }
}
