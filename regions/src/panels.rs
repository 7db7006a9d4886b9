//! What stands on a region's page, and in which order: its list in TOML, and what makes it valid.

use std::collections::BTreeSet;

use toml::Spanned;

use crate::file::Fault;

/// Panels of a page whose file names none.
const DEFAULT: [&str; 4] = ["triage", "sources", "machines", "closed"];
/// Most panels of a page.
const MAX_PANELS: usize = 20;
/// Longest name of a panel, in characters.
const MAX_NAME_CHARACTERS: usize = 40;

pub(crate) type PanelsToml = Spanned<Vec<Spanned<String>>>;

/// Everything that is wrong with the list. Whether a portal knows a panel is not for the file to say.
pub(crate) fn check(raw: Option<&PanelsToml>) -> Vec<Fault> {
    let Some(panels) = raw else { return Vec::new() };
    let count = panels.get_ref().len();
    let mut faults = Vec::new();
    if !(1..=MAX_PANELS).contains(&count) {
        let reason = format!("needs 1 to {MAX_PANELS} names, has {count}");
        faults.push(Fault { span: panels.span(), key: "panels".to_owned(), reason });
    }
    let mut seen = BTreeSet::new();
    for panel in panels.get_ref() {
        let name = panel.get_ref();
        let is_twice = !seen.insert(name);
        faults.extend(wrong(name, is_twice).map(|reason| Fault {
            span: panel.span(),
            key: "panels".to_owned(),
            reason,
        }));
    }
    faults
}

/// The names, in their order.
pub(crate) fn accept(raw: Option<PanelsToml>) -> Vec<String> {
    raw.map_or_else(standard, |panels| panels.into_inner().into_iter().map(Spanned::into_inner).collect())
}

/// What a page shows unless its file says otherwise.
pub(crate) fn standard() -> Vec<String> {
    DEFAULT.map(str::to_owned).to_vec()
}

fn wrong(name: &str, is_twice: bool) -> Option<String> {
    if !is_name(name) {
        return Some(format!("{name:?} must be 1 to {MAX_NAME_CHARACTERS} lower-case letters or '_'"));
    }
    is_twice.then(|| format!("{name:?} stands there twice"))
}

fn is_name(text: &str) -> bool {
    (1..=MAX_NAME_CHARACTERS).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}
