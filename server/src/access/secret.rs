//! Secrets of the access file: read from files or variables, compared in constant time, never printed.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use subtle::ConstantTimeEq;

use crate::config;

/// Shorter ones can be guessed.
const MIN_CHARACTERS: usize = 16;

/// Something that logs and errors must not hold.
#[derive(Clone)]
pub(super) struct Secret(String);

impl Secret {
    /// Reads a secret from a file (relative to this folder), or from a variable.
    ///
    /// # Errors
    /// Why not, in words that do not hold it.
    pub(super) fn read(
        file: Option<&PathBuf>,
        variable: Option<&String>,
        folder: &Path,
    ) -> Result<Self, String> {
        let text = match (file, variable) {
            (Some(file), None) => {
                let path = folder.join(file);
                fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?
            }
            (None, Some(name)) => {
                config::variable(name).ok_or_else(|| format!("the variable {name} is not set"))?
            }
            (None, None) => return Err("is missing: name a file or a variable that holds it".to_owned()),
            (Some(_), Some(_)) => return Err("is given twice: as a file and as a variable".to_owned()),
        };
        let text = text.trim();
        if text.chars().count() < MIN_CHARACTERS {
            return Err(format!("a secret has at least {MIN_CHARACTERS} characters"));
        }
        Ok(Self(text.to_owned()))
    }

    /// What it is made of, for a key.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The secret itself, for whoever asks for it by right.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// Whether this is it. How long that takes says nothing of the secret but its length.
    pub(super) fn is(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
