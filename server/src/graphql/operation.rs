//! What is asked: an operation as it comes over the wire, and as it is once its document was found.

use std::fmt;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Variables};
use bytes::Bytes;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::Schema;
use super::answer::Refused;
use super::documents::{Document, Extensions};

/// An operation as it comes over the wire. One of `query`, `documentId` and a persisted query names its document.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// The document, in the GraphQL language; empty where it is named otherwise.
    #[serde(default)]
    pub query: String,
    /// Values of its variables.
    #[serde(default)]
    pub variables: Option<serde_json::Map<String, serde_json::Value>>,
    /// Which operation of the document, if it holds several.
    #[serde(default)]
    pub operation_name: Option<String>,
    /// More about the document.
    #[serde(default)]
    pub extensions: Option<Extensions>,
    /// A document that was published with this server: `sha256:` and the hash of its text in hexadecimal.
    #[serde(default)]
    pub document_id: Option<String>,
    #[serde(skip)]
    read_from: ReadFrom,
}

/// What an operation was read from.
#[derive(Debug, Default)]
enum ReadFrom {
    /// From what need not be remembered.
    #[default]
    Elsewhere,
    /// From these bytes.
    Body(Bytes),
    /// Not at all: the same bytes came before.
    Memory(Prepared),
}

/// What is asked: the hash of document, operation name and variables.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct AskId([u8; 32]);

/// An operation whose document was found.
#[derive(Clone)]
pub(super) struct Prepared {
    pub(super) question: Arc<Question>,
    pub(super) document: Arc<Document>,
}

/// What is asked of a document.
pub(super) struct Question {
    pub(super) id: AskId,
    operation_name: Option<String>,
    pub(super) variables: serde_json::Value,
}

impl Operation {
    /// The operation in a body: `read` is asked for it, unless the same query was read before.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn of_body<E>(
        schema: &Schema,
        body: Bytes,
        read: impl FnOnce(&[u8]) -> Result<Self, E>,
    ) -> Result<Self, E> {
        match schema.asked().find(&body) {
            Some(known) => Ok(Self { read_from: ReadFrom::Memory(known), ..Self::default() }),
            None => {
                let operation = read(&body)?;
                Ok(Self { read_from: ReadFrom::Body(body), ..operation })
            }
        }
    }

    /// Whether it says which document it is about.
    pub fn names_a_document(&self) -> bool {
        let is_persisted =
            self.extensions.as_ref().is_some_and(|extensions| extensions.persisted_query.is_some());
        !self.query.is_empty() || self.document_id.is_some() || is_persisted
    }

    /// Whether it would do more than ask, or might: where it is not clear which operation is meant, all count.
    /// What is not known does nothing, and is refused when executed.
    pub fn asks_for_change(&self, schema: &Schema) -> bool {
        if matches!(self.read_from, ReadFrom::Memory(_)) {
            // Only queries are remembered.
            return false;
        }
        let document = schema.documents().find(self).ok();
        document.is_some_and(|document| match document.operation_type(self.operation_name.as_deref()) {
            Some(kind) => kind != OperationType::Query,
            None => document.holds_a_change(),
        })
    }

    /// Whether it is a subscription. What is not known is none, and is refused when executed.
    pub fn follows(&self, schema: &Schema) -> bool {
        self.kind(schema) == Some(OperationType::Subscription)
    }

    fn kind(&self, schema: &Schema) -> Option<OperationType> {
        if let ReadFrom::Memory(known) = &self.read_from {
            return known.kind();
        }
        schema.documents().find(self).ok()?.operation_type(self.operation_name.as_deref())
    }

    pub(super) fn prepare(self, schema: &Schema) -> Result<Prepared, Refused> {
        if let ReadFrom::Memory(known) = self.read_from {
            return Ok(known);
        }
        let document =
            schema.documents().find(&self).map_err(|refusal| Refused { errors: vec![refusal.into()] })?;
        let variables = serde_json::Value::Object(self.variables.unwrap_or_default());
        let id = AskId::of(&document, self.operation_name.as_deref(), &variables);
        let question = Arc::new(Question { id, operation_name: self.operation_name, variables });
        let prepared = Prepared { question, document };
        if let ReadFrom::Body(body) = self.read_from
            && prepared.kind() == Some(OperationType::Query)
        {
            schema.asked().remember(&body, &prepared);
        }
        Ok(prepared)
    }
}

impl Prepared {
    pub(super) fn kind(&self) -> Option<OperationType> {
        self.document.operation_type(self.question.operation_name.as_deref())
    }

    /// Whether the values that came for its variables can be what the document says they are.
    pub(super) fn check(&self) -> Result<(), Refused> {
        let Some(given) = self.question.variables.as_object() else { return Ok(()) };
        let checked = self.document.check_given(self.question.operation_name.as_deref(), given);
        checked.map_err(|refusal| Refused { errors: vec![refusal.into()] })
    }

    pub(super) fn request(&self) -> Request {
        // The library needs no text of what is parsed.
        let mut request = Request::new("").variables(Variables::from_json(self.question.variables.clone()));
        request.set_parsed_query(self.document.parsed.clone());
        request.operation_name.clone_from(&self.question.operation_name);
        request
    }

    /// How events are shown. Where the feed begins, and for which region, does not matter to that.
    pub(super) fn shown(&self) -> AskId {
        let name = self.question.operation_name.as_deref();
        let shown_with = self.document.shown_with(name);
        let mut variables = self.question.variables.clone();
        if let Some(variables) = variables.as_object_mut() {
            variables.retain(|name, _| shown_with.iter().any(|shown| shown == name));
        }
        AskId::of(&self.document, name, &variables)
    }
}

impl fmt::Debug for Prepared {
    /// Nothing of what somebody sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").finish_non_exhaustive()
    }
}

impl AskId {
    /// The names of variables are in order, so that the same values have the same hash.
    fn of(document: &Document, operation_name: Option<&str>, variables: &serde_json::Value) -> Self {
        let mut hash = Sha256::new();
        hash.update(document.id.0);
        // JSON in one line holds no line break, so that the name cannot run into it.
        hash.update(operation_name.unwrap_or("").as_bytes());
        hash.update(b"\n");
        hash.update(variables.to_string().as_bytes());
        Self(hash.finalize().into())
    }
}
