//! The documents that are published with this server: those of the portal.

use std::collections::HashMap;
use std::sync::Arc;

use cineportal_schema::DOCUMENTS;

use super::{Document, DocumentId};

/// Trusted documents by their identifiers: the SHA-256 of the text without and with its last line break,
/// for programs differ in which of them they send.
pub(super) struct Trusted(HashMap<DocumentId, Arc<Document>>);

impl Trusted {
    /// All of them, parsed. One that cannot be parsed or is too large is left out and logged; a test keeps
    /// that from being shipped.
    pub(super) fn load() -> Self {
        let mut documents = HashMap::new();
        for (name, text) in DOCUMENTS {
            match Document::parse(text.trim_end()) {
                Ok(document) => {
                    let document = Arc::new(Document { published: Some(name), ..document });
                    documents.insert(document.id, Arc::clone(&document));
                    documents.insert(DocumentId::of(text), document);
                }
                Err(error) => tracing::error!(name, %error, "a published document is not valid"),
            }
        }
        Self(documents)
    }

    /// The document with this identifier.
    pub(super) fn get(&self, id: &DocumentId) -> Option<Arc<Document>> {
        self.0.get(id).cloned()
    }

    /// The document with this text; white space at its end does not matter.
    pub(super) fn with_text(&self, text: &str) -> Option<Arc<Document>> {
        self.get(&DocumentId::of(text.trim_end()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_document_is_found_by_its_text_and_both_identifiers() {
        let trusted = Trusted::load();
        assert!(!DOCUMENTS.is_empty());
        for (name, text) in DOCUMENTS {
            let id = trusted.with_text(text).unwrap_or_else(|| panic!("{name} is not valid")).id;
            assert!(trusted.get(&id).is_some() && trusted.get(&DocumentId::of(text)).is_some(), "{name}");
        }
    }
}
