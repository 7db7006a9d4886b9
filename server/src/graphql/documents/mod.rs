//! Documents in the GraphQL language: found by text, hash or identifier, checked and parsed once.

mod given;
mod listing;
mod refusal;
mod size;
mod tokens;
mod trusted;
mod types;
mod variables;

use std::sync::Arc;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
};
use moka::sync::Cache;
use serde::Deserialize;
use sha2::{Digest, Sha256};

pub use self::listing::published_documents;
use self::refusal::Refusal;
use self::size::Size;
use self::trusted::Trusted;
pub(super) use self::types::Types;
use super::operation::Operation;
use crate::config::DocumentRule;
use crate::telemetry::{CacheName, GraphqlMetrics};

/// Most that an operation may cost: a field is 1, and lists count what they may show.
pub(super) const MAX_COST: usize = 5_000;
/// Most tokens of a document.
const MAX_TOKENS: usize = 1_000;
/// Most memory for parsed documents, in bytes.
const CACHE_BYTES: u64 = 32 * 1024 * 1024;
/// About what a token takes once it is parsed, in bytes.
const BYTES_A_TOKEN: usize = 256;
/// The only version of persisted queries there is.
const PERSISTED_VERSION: u32 = 1;

/// Which documents are executed, and those that are known.
pub(super) struct Documents {
    rule: DocumentRule,
    introspection: bool,
    types: Types,
    trusted: Trusted,
    /// Also what answers persisted queries: a document that was seen is found by its hash.
    known: Cache<DocumentId, Arc<Document>>,
    metrics: GraphqlMetrics,
}

/// A document that is small enough to be executed.
pub(super) struct Document {
    /// The SHA-256 of its text.
    pub(super) id: DocumentId,
    /// The document, parsed.
    pub(super) parsed: ExecutableDocument,
    /// Its name in `schema/operations`, if it is published with this server.
    pub(super) published: Option<&'static str>,
    size: Size,
    bytes: usize,
}

/// The SHA-256 of a document's text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct DocumentId(pub(super) [u8; 32]);

/// What a request says of its document beside the text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Extensions {
    /// The document's hash, instead of its text or beside it.
    #[serde(default)]
    pub persisted_query: Option<PersistedQuery>,
}

/// A document by its hash.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersistedQuery {
    /// Of the protocol: 1.
    pub version: u32,
    /// The SHA-256 of the text, in hexadecimal.
    pub sha256_hash: String,
}

impl Documents {
    /// Knows the trusted documents, and no other yet.
    pub(super) fn new(
        rule: DocumentRule,
        introspection: bool,
        types: Types,
        metrics: GraphqlMetrics,
    ) -> Self {
        let weigh =
            |_: &DocumentId, document: &Arc<Document>| u32::try_from(document.bytes).unwrap_or(u32::MAX);
        let known = Cache::builder().max_capacity(CACHE_BYTES).weigher(weigh).build();
        Self { rule, introspection, types, trusted: Trusted::load(), known, metrics }
    }

    /// The document that an operation is about.
    ///
    /// # Errors
    /// Why it is not executed.
    pub(super) fn find(&self, operation: &Operation) -> Result<Arc<Document>, Refusal> {
        let persisted =
            operation.extensions.as_ref().and_then(|extensions| extensions.persisted_query.as_ref());
        let document = match (&operation.document_id, persisted) {
            (Some(id), _) => self.published(id),
            (None, Some(persisted)) => self.persisted(persisted, &operation.query),
            (None, None) => self.by_text(&operation.query),
        }?;
        if document.size.reads_schema() && !self.introspection {
            return Err(Refusal::NoIntrospection);
        }
        Ok(document)
    }

    fn published(&self, id: &str) -> Result<Arc<Document>, Refusal> {
        let id = id.strip_prefix("sha256:").and_then(DocumentId::parse);
        id.and_then(|id| self.trusted.get(&id)).ok_or(Refusal::UnknownDocument)
    }

    fn persisted(&self, persisted: &PersistedQuery, text: &str) -> Result<Arc<Document>, Refusal> {
        if persisted.version != PERSISTED_VERSION {
            return Err(Refusal::PersistedQueryNotSupported);
        }
        let id = DocumentId::parse(&persisted.sha256_hash).ok_or(Refusal::WrongHash)?;
        if text.is_empty() {
            self.trusted.get(&id).or_else(|| self.known(&id)).ok_or(match self.rule {
                DocumentRule::Open => Refusal::PersistedQueryNotFound,
                DocumentRule::Trusted => Refusal::NotTrusted,
            })
        } else if id == DocumentId::of(text) {
            self.by_text(text)
        } else {
            Err(Refusal::WrongHash)
        }
    }

    fn by_text(&self, text: &str) -> Result<Arc<Document>, Refusal> {
        if text.is_empty() {
            return Err(Refusal::Missing);
        }
        if self.rule == DocumentRule::Trusted {
            return self.trusted.with_text(text).ok_or(Refusal::NotTrusted);
        }
        if let Some(known) = self.known(&DocumentId::of(text)) {
            return Ok(known);
        }
        let published = self.trusted.with_text(text).and_then(|trusted| trusted.published);
        let document = Arc::new(Document { published, ..Document::parse(text)? });
        self.types.check(&document.parsed)?;
        self.known.insert(document.id, Arc::clone(&document));
        Ok(document)
    }

    fn known(&self, id: &DocumentId) -> Option<Arc<Document>> {
        let known = self.known.get(id);
        self.metrics.count_lookup(CacheName::documents, known.is_some());
        known
    }
}

impl Document {
    /// Parses a document that is not too large.
    fn parse(text: &str) -> Result<Self, Refusal> {
        let tokens = tokens::count(text, MAX_TOKENS);
        if tokens > MAX_TOKENS {
            return Err(Refusal::TooLarge { what: "tokens", most: MAX_TOKENS });
        }
        let parsed = parse_query(text).map_err(|error| Refusal::Syntax(error.into()))?;
        let size = size::check(&parsed)?;
        let bytes = text.len() + tokens * BYTES_A_TOKEN;
        Ok(Self { id: DocumentId::of(text), parsed, published: None, size, bytes })
    }

    /// Whether any of its operations does more than ask.
    pub(super) fn holds_a_change(&self) -> bool {
        self.parsed.operations.iter().any(|(_, operation)| operation.node.ty != OperationType::Query)
    }

    /// What the operation with this name does; `None` where it is not clear which one is meant.
    pub(super) fn operation_type(&self, name: Option<&str>) -> Option<OperationType> {
        self.operation(name).map(|operation| operation.ty)
    }

    fn operation(&self, name: Option<&str>) -> Option<&OperationDefinition> {
        let mut operations = self.parsed.operations.iter();
        let operation = match (name, &self.parsed.operations) {
            (Some(name), DocumentOperations::Multiple(operations)) => operations.get(name)?,
            (Some(_), DocumentOperations::Single(_)) => return None,
            (None, _) => operations.next().filter(|_| operations.next().is_none())?.1,
        };
        Some(&operation.node)
    }
}

impl DocumentId {
    fn of(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }

    fn parse(hexadecimal: &str) -> Option<Self> {
        let mut id = [0; 32];
        hex::decode_to_slice(hexadecimal, &mut id).ok().map(|()| Self(id))
    }
}
