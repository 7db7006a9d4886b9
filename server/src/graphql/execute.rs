//! One operation, executed for one viewer; the same for every transport.

use std::future::ready;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Variables};
use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::Schema;
use super::answer::{Answer, Refused};
use super::documents::{Document, Extensions};
use crate::desk::Desk;

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
}

/// What is asked: the hash of document, operation name and variables.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct AskId([u8; 32]);

/// An operation whose document was found.
struct Prepared {
    id: AskId,
    document: Arc<Document>,
    operation_name: Option<String>,
    variables: serde_json::Value,
}

impl Operation {
    /// Whether it says which document it is about.
    pub fn names_a_document(&self) -> bool {
        let is_persisted =
            self.extensions.as_ref().is_some_and(|extensions| extensions.persisted_query.is_some());
        !self.query.is_empty() || self.document_id.is_some() || is_persisted
    }

    /// Whether it would do more than ask, or might: where it is not clear which operation is meant, all count.
    /// What is not known does nothing, and is refused when executed.
    pub fn asks_for_change(&self, schema: &Schema) -> bool {
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
        schema.documents().find(self).ok()?.operation_type(self.operation_name.as_deref())
    }

    fn prepare(self, schema: &Schema) -> Result<Prepared, Refused> {
        let document =
            schema.documents().find(&self).map_err(|refusal| Refused { errors: vec![refusal.into()] })?;
        let variables = serde_json::Value::Object(self.variables.unwrap_or_default());
        let id = AskId::of(&document, self.operation_name.as_deref(), &variables);
        Ok(Prepared { id, document, operation_name: self.operation_name, variables })
    }
}

impl Prepared {
    fn kind(&self) -> Option<OperationType> {
        self.document.operation_type(self.operation_name.as_deref())
    }

    fn request(self, desk: Desk) -> Request {
        // The library needs no text of what is parsed.
        let mut request = Request::new("").variables(Variables::from_json(self.variables)).data(desk);
        request.set_parsed_query(self.document.parsed.clone());
        request.operation_name = self.operation_name;
        request
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

/// Executes a query or a mutation; or answers a query from memory, if nothing changed meanwhile.
pub async fn execute(schema: &Schema, operation: Operation, desk: Desk) -> Answer {
    match operation.prepare(schema) {
        Err(refused) => Answer::Refused(refused),
        Ok(prepared) => answer(schema, prepared, desk).await,
    }
}

async fn answer(schema: &Schema, prepared: Prepared, desk: Desk) -> Answer {
    let id = prepared.id;
    match prepared.kind() {
        Some(OperationType::Query) => {
            schema.answers().answer(id, desk, |desk| run(schema, prepared, desk)).await
        }
        _ => run(schema, prepared, desk).await,
    }
}

async fn run(schema: &Schema, prepared: Prepared, desk: Desk) -> Answer {
    let id = prepared.id;
    let (executable, is_valid) = schema.executable(&id);
    let answer = Answer::from(executable.execute(prepared.request(desk)).await);
    if !is_valid && matches!(answer, Answer::Executed(_)) {
        schema.note_valid(id);
    }
    answer
}

/// Executes any operation; a subscription answers again and again.
pub fn execute_stream(
    schema: &Schema,
    operation: Operation,
    desk: Desk,
) -> impl Stream<Item = Answer> + Send + use<> {
    let schema = schema.clone();
    match operation.prepare(&schema) {
        Err(refused) => stream::once(ready(Answer::Refused(refused))).boxed(),
        Ok(prepared) if prepared.kind() == Some(OperationType::Subscription) => {
            follow(&schema, prepared, desk)
        }
        Ok(prepared) => stream::once(async move { answer(&schema, prepared, desk).await }).boxed(),
    }
}

fn follow(schema: &Schema, prepared: Prepared, desk: Desk) -> BoxStream<'static, Answer> {
    let id = prepared.id;
    let (executable, is_valid) = schema.executable(&id);
    let schema = schema.clone();
    let answers = executable.execute_stream(prepared.request(desk)).map(Answer::from);
    let noted = answers.inspect(move |answer| {
        if !is_valid && matches!(answer, Answer::Executed(_)) {
            schema.note_valid(id);
        }
    });
    noted.boxed()
}
