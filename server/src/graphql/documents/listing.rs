//! The published documents as a list, for clients of others that send ids.

use cineportal_schema::DOCUMENTS;
use serde::Serialize;

use super::DocumentId;

#[derive(Serialize)]
struct Published {
    id: String,
    name: &'static str,
    document: &'static str,
}

/// The published documents as JSON: a list of `{id, name, document}`, where `id` is what `documentId` takes.
///
/// # Errors
/// None that is known of: the list is made of texts.
pub fn published_documents() -> Result<String, serde_json::Error> {
    let published = |&(name, text): &(&'static str, &'static str)| {
        let document = text.trim_end();
        Published { id: format!("sha256:{}", hex::encode(DocumentId::of(document).0)), name, document }
    };
    let list: Vec<_> = DOCUMENTS.iter().map(published).collect();
    Ok(serde_json::to_string_pretty(&list)? + "\n")
}
