//! What the browser's tab tells about a page: its title and its picture.

use leptos::prelude::*;

use super::Navigation;
use super::follow::follow;
use crate::model::badge;

/// The picture of the tab, and where it remembers the usual one.
const PICTURE: &str = "link[rel~='icon']";
const USUAL: &str = "data-usual";

/// Keeps the title as `(3) Denmark – CinePortal`, without the number when it is zero, and the same number on the
/// picture. The tab of somebody else's page is left alone.
pub(crate) fn use_title(name: impl Fn() -> String + 'static, critical: impl Fn() -> u32 + 'static) {
    if Navigation::used().owns_tab() {
        follow(move || {
            let critical = critical();
            document().set_title(&title(&name(), critical));
            show_badge(critical);
        });
    }
}

/// Keeps the number of critical incidents on the picture of the tab.
fn show_badge(critical: u32) {
    let Some(link) = document().query_selector(PICTURE).ok().flatten() else { return };
    let usual = link.get_attribute(USUAL).or_else(|| link.get_attribute("href")).unwrap_or_default();
    let _ = link.set_attribute("href", &badge(critical).unwrap_or_else(|| usual.clone()));
    let _ = link.set_attribute(USUAL, &usual);
}

fn title(name: &str, count: u32) -> String {
    match count {
        0 => format!("{name} – CinePortal"),
        count => format!("({count}) {name} – CinePortal"),
    }
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn a_title_tells_how_many_are_critical() {
        assert_eq!(title("Denmark", 3), "(3) Denmark – CinePortal");
    }

    #[test]
    fn a_title_is_calm_when_nothing_is() {
        assert_eq!(title("Denmark", 0), "Denmark – CinePortal");
    }
}
