//! What is kept of a sign-in for later.

use serde::{Deserialize, Serialize};

/// What is kept of a sign-in for later: secrets.
#[derive(Clone, Deserialize, Serialize)]
pub struct Kept {
    pub(super) id_token: String,
    pub(super) refresh_token: Option<String>,
    pub(super) nonce: String,
}

impl Kept {
    /// As text: a secret.
    pub fn text(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// What [`Self::text`] wrote.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}
