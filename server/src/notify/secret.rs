//! Passwords, keys and secret addresses: read from files, never printed.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::channels::Problem;

/// Something that logs and errors must not hold.
#[derive(Clone)]
pub(super) struct Secret(String);

impl Secret {
    /// Reads the secret `key` from `KEY_file` (relative to the channels file), or takes it from `key`.
    ///
    /// # Errors
    /// A [`Problem`] when there is neither or both, or when the file cannot be read or is empty.
    pub(super) fn read(
        key: &str,
        inline: Option<String>,
        file: Option<PathBuf>,
        folder: &Path,
    ) -> Result<Self, Problem> {
        let text = match (inline, file) {
            (Some(text), None) => text,
            (None, Some(file)) => {
                let path = folder.join(file);
                let text = fs::read_to_string(&path);
                text.map_err(|error| {
                    Problem::new(format!("{key}_file"), format!("{}: {error}", path.display()))
                })?
            }
            (None, None) => return Err(Problem::new(format!("{key}_file"), "is missing")),
            (Some(_), Some(_)) => {
                return Err(Problem::new(key, format!("is given twice: also as {key}_file")));
            }
        };
        let text = text.trim();
        if text.is_empty() { Err(Problem::new(key, "is empty")) } else { Ok(Self(text.to_owned())) }
    }

    /// The secret itself.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }

    /// The text without the secret, should a receiver have told it back.
    pub(super) fn scrub(&self, text: &str) -> String {
        text.replace(&self.0, "…")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
