//! Filters that somebody keeps under a name.

use super::Query;

/// Names and filters, in the order that they were kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SavedViews(Vec<(String, String)>);

impl SavedViews {
    /// Reads what `text` wrote.
    pub(crate) fn parse(text: &str) -> Self {
        Self(Query::parse(text).pairs().to_vec())
    }

    pub(crate) fn text(&self) -> String {
        let empty = Query::default();
        self.0.iter().fold(empty, |query, (name, filter)| query.with(name, [filter.clone()])).text()
    }

    /// Names and filters.
    pub(crate) fn all(&self) -> &[(String, String)] {
        &self.0
    }

    /// Keeps a filter under a name; an older one of this name is replaced. Without a name nothing is kept.
    pub(crate) fn save(&mut self, name: &str, filter: &str) {
        let (name, filter) = (name.trim(), filter.to_owned());
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, kept)) => *kept = filter,
            None if !name.is_empty() => self.0.push((name.to_owned(), filter)),
            None => {}
        }
    }

    /// Gives a filter another name, unless that is taken.
    pub(crate) fn rename(&mut self, old: &str, new: &str) {
        let new = new.trim();
        let is_free = !new.is_empty() && self.0.iter().all(|(name, _)| name != new);
        if let (true, Some((name, _))) = (is_free, self.0.iter_mut().find(|(name, _)| name == old)) {
            new.clone_into(name);
        }
    }

    pub(crate) fn delete(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(views: &SavedViews) -> Vec<&str> {
        views.all().iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn views_are_kept_renamed_and_deleted() {
        let mut views = SavedViews::default();
        views.save("Night & day", "severity:critical");
        views.save(" Mine ", "assignee:\"anna holm\"");
        views.save("", "nothing");
        assert_eq!(SavedViews::parse(&views.text()), views);
        views.rename("Mine", "Anna");
        views.rename("Anna", "Night & day");
        assert_eq!(names(&views), ["Night & day", "Anna"]);
        views.delete("Night & day");
        assert_eq!(names(&views), ["Anna"]);
    }

    #[test]
    fn a_name_is_kept_once() {
        let mut views = SavedViews::default();
        views.save("a", "1");
        views.save("a", "2");
        assert_eq!(views.all(), [("a".to_owned(), "2".to_owned())]);
    }
}
