//! One operation, executed for one viewer; the same for every transport.

use std::fmt;
use std::future::ready;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Variables};
use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::Schema;
use super::answer::{Answer, Refused, Told};
use super::code::Code;
use super::documents::{Document, Extensions};
use super::told::{Events, Slot, Telling};
use crate::desk::{Desk, FeedInterrupted};
use crate::feed::Event;

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
    fn kind(&self) -> Option<OperationType> {
        self.document.operation_type(self.question.operation_name.as_deref())
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

/// Executes a query or a mutation; or answers a query from memory, if nothing changed meanwhile.
pub async fn execute(schema: &Schema, operation: Operation, desk: Desk) -> Answer {
    let mut running = schema.operations().begin();
    let answer = match operation.prepare(schema) {
        Err(refused) => Answer::Refused(refused),
        Ok(prepared) => {
            running.name(prepared.document.published);
            answer(schema, &prepared, desk).await
        }
    };
    running.end(answer.outcome());
    answer
}

async fn answer(schema: &Schema, prepared: &Prepared, desk: Desk) -> Answer {
    let id = prepared.question.id;
    match prepared.kind() {
        Some(OperationType::Query) => {
            schema.answers().answer(id, desk, |desk| run(schema, prepared, desk)).await
        }
        _ => run(schema, prepared, desk).await,
    }
}

async fn run(schema: &Schema, prepared: &Prepared, desk: Desk) -> Answer {
    let id = prepared.question.id;
    let (executable, is_valid) = schema.executable(&id);
    let answer = Answer::from(executable.execute(prepared.request().data(desk)).await);
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
) -> impl Stream<Item = Told> + Send + use<> {
    let schema = schema.clone();
    match operation.prepare(&schema) {
        Err(refused) => stream::once(ready(Answer::Refused(refused).into())).boxed(),
        Ok(prepared) if prepared.kind() == Some(OperationType::Subscription) => {
            follow(schema, prepared, desk)
        }
        Ok(prepared) => stream::once(async move { answer(&schema, &prepared, desk).await.into() }).boxed(),
    }
}

/// The resolver opens the events; each of them is then told by an execution of its own, or by one that was
/// made for somebody else.
fn follow(schema: Schema, prepared: Prepared, desk: Desk) -> BoxStream<'static, Told> {
    stream::once(async move {
        let slot = Slot::default();
        let refused = tell(&schema, &prepared, desk.clone(), Telling::Open(slot.clone())).await;
        match (refused, slot.take()) {
            (Some(answer), _) => stream::once(ready(answer.into())).boxed(),
            (None, None) => stream::empty().boxed(),
            (None, Some(events)) => {
                schema.note_valid(prepared.question.id);
                tell_all(schema, prepared, desk, events)
            }
        }
    })
    .flatten()
    .boxed()
}

fn tell_all(schema: Schema, prepared: Prepared, desk: Desk, events: Events) -> BoxStream<'static, Told> {
    let follower = Arc::new(Follower { shown: prepared.shown(), schema, prepared, desk });
    let answers = events.filter_map(move |event| {
        let follower = Arc::clone(&follower);
        async move { follower.tell(event).await }
    });
    answers.boxed()
}

/// Who is told, and how.
struct Follower {
    shown: AskId,
    schema: Schema,
    prepared: Prepared,
    desk: Desk,
}

impl Follower {
    /// Nearly always somebody else was told of it in the same way already.
    async fn tell(&self, event: Result<Event, FeedInterrupted>) -> Option<Told> {
        let Ok(Event::Changed(change)) = &event else {
            return self.tell_alone(event).await.map(Told::from);
        };
        let (arrived, cursor) = (change.arrived, Arc::clone(&change.cursor));
        let id = (self.shown, self.desk.grants().clone(), self.desk.current_edition(), cursor);
        let execute = || async {
            let nothing = || Answer::Refused(Refused::because(Code::Internal, "There is nothing to tell."));
            self.tell_alone(event).await.unwrap_or_else(nothing)
        };
        let answer = self.schema.told().tell(id, execute).await;
        Some(Told { answer, arrived })
    }

    async fn tell_alone(&self, event: Result<Event, FeedInterrupted>) -> Option<Answer> {
        tell(&self.schema, &self.prepared, self.desk.renewed(), Telling::This(event)).await
    }
}

/// Runs the resolver once; `None` if it has nothing to say.
async fn tell(schema: &Schema, prepared: &Prepared, desk: Desk, telling: Telling) -> Option<Answer> {
    let (executable, _) = schema.executable(&prepared.question.id);
    let request = prepared.request().data(desk).data(telling);
    let mut answers = Box::pin(executable.execute_stream(request));
    answers.next().await.map(Answer::from)
}
