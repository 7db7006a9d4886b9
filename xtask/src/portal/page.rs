//! Names the portal's WebAssembly in the page that Trunk wrote.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// The link that Trunk leaves where it is.
const PLACE: &str = "<link data-trunk rel=\"rust\"";

/// Puts the script of this folder and what it loads at the place of Trunk's link.
///
/// # Errors
/// If the page cannot be read or written, or has no such place.
pub(super) fn name_files(page: &Path, folder: &str) -> Result<()> {
    let html = fs::read_to_string(page).with_context(|| format!("cannot read {}", page.display()))?;
    let named = with_files(&html, folder).with_context(|| format!("`{PLACE} …>` is not in the page"))?;
    fs::write(page, named).with_context(|| format!("cannot write {}", page.display()))
}

fn with_files(html: &str, folder: &str) -> Option<String> {
    let (before, from_place) = html.split_once(PLACE)?;
    let (_, after) = from_place.split_once('>')?;
    Some(format!("{before}{}{after}", tags(folder)))
}

/// All of the first load is named at once, so that the browser does not wait for one file to hear of the next.
fn tags(folder: &str) -> String {
    format!(
        "<link rel=\"preload\" as=\"fetch\" type=\"application/wasm\" crossorigin href=\"/{folder}/cineportal-portal_bg.wasm\" />
    <link rel=\"modulepreload\" href=\"/{folder}/cineportal-portal.js\" />
    <link rel=\"modulepreload\" href=\"/{folder}/__wasm_split.js\" />
    <script type=\"module\" src=\"/{folder}/start.js\"></script>"
    )
}

#[cfg(test)]
mod tests {
    use super::with_files;

    #[test]
    fn the_script_takes_the_place_of_the_link() {
        let html = "<head><link data-trunk rel=\"rust\" data-trunk-skip data-trunk-id=\"6\" /></head>";
        let named = with_files(html, "wasm-1").unwrap_or_default();
        assert!(named.starts_with("<head><link rel=\"preload\""), "{named}");
        assert!(
            named.ends_with("<script type=\"module\" src=\"/wasm-1/start.js\"></script></head>"),
            "{named}"
        );
    }

    #[test]
    fn a_page_without_the_link_is_refused() {
        assert_eq!(with_files("<head></head>", "wasm-1"), None);
    }
}
