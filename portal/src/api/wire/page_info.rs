//! Whether a list goes on behind a page, and from where.

use miniserde::Deserialize;

#[derive(Deserialize)]
pub(super) struct PageInfo {
    #[serde(rename = "hasNextPage")]
    has_next_page: bool,
    #[serde(rename = "endCursor")]
    end_cursor: Option<String>,
}

impl PageInfo {
    /// The cursor to ask for what comes next; nothing at the end.
    pub(super) fn next_page(&self) -> Option<String> {
        self.end_cursor.clone().filter(|_| self.has_next_page)
    }
}
