//! All style sheets as one file: they compress better together, and the page asks once.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::Hasher as _;
use std::path::Path;

use anyhow::{Context as _, Result};

const LINK: &str = "<link rel=\"stylesheet\" href=\"/";

/// Joins the style sheets that the page links to, in their order, and links to the whole where the first stood.
///
/// # Errors
/// If a file cannot be read or written.
pub(super) fn join(staging: &Path) -> Result<()> {
    let page = staging.join("index.html");
    let html = fs::read_to_string(&page).with_context(|| format!("cannot read {}", page.display()))?;
    let (html, names) = without_links(&html);
    let mut whole = String::new();
    for name in &names {
        let sheet = staging.join(name);
        whole.push_str(
            &fs::read_to_string(&sheet).with_context(|| format!("cannot read {}", sheet.display()))?,
        );
        fs::remove_file(&sheet)?;
    }
    let mut hasher = DefaultHasher::new();
    hasher.write(whole.as_bytes());
    let name = format!("styles-{:016x}.css", hasher.finish());
    fs::write(staging.join(&name), lean(&whole))?;
    fs::write(page, html.replacen(PLACE, &format!("{LINK}{name}\" />"), 1)).context("cannot write the page")
}

/// The styles without comments and indentation.
fn lean(styles: &str) -> String {
    let mut pieces = styles.split("/*");
    let first = pieces.next().unwrap_or_default();
    let said: String =
        std::iter::once(first).chain(pieces.filter_map(|piece| Some(piece.split_once("*/")?.1))).collect();
    said.lines().map(str::trim).filter(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect()
}

/// Where the first link stood.
const PLACE: &str = "<!-- styles -->";

/// The page without its links to style sheets, and their names.
fn without_links(html: &str) -> (String, Vec<String>) {
    let mut pieces = html.split(LINK);
    let mut left = pieces.next().unwrap_or_default().to_owned();
    let mut names = Vec::new();
    for piece in pieces {
        let Some(((name, _), (_, after))) = piece.split_once('"').zip(piece.split_once('>')) else {
            continue;
        };
        if names.is_empty() {
            left.push_str(PLACE);
        }
        names.push(name.to_owned());
        left.push_str(after.trim_start_matches(char::is_whitespace));
    }
    (left, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_are_left_out() {
        assert_eq!(lean("/* a\n b */\n.x {\n  top: 0; /* c */\n}\n"), ".x {\ntop: 0;\n}\n");
    }

    #[test]
    fn all_links_become_one_place_and_their_names_keep_their_order() {
        let html = "<head><link rel=\"stylesheet\" href=\"/b.css\" integrity=\"x\"/>\n<link rel=\"stylesheet\" href=\"/a.css\"/>\n<i></head>";
        let (left, names) = without_links(html);
        assert_eq!(left, format!("<head>{PLACE}<i></head>"));
        assert_eq!(names, ["b.css", "a.css"]);
    }
}
